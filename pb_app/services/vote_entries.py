"""What a vote asks of its entry of the roll, by one query: what it opens, its newest letter, whether it is settled."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, func, or_, select
from sqlalchemy.orm import Session

from pb_app.models.roll import LetterCode, RollEntry, RollPaper, RollVoid
from pb_app.models.sheet import PaperSlip
from pb_app.services.entry_ways import refuse_double_voter
from pb_app.services.paper_channel import refuse_paper_voter

_ROLL_ID: BindParameter[str] = bindparam("roll_id")
_NEWEST_ISSUE = select(func.max(LetterCode.issue)).where(LetterCode.roll_id == _ROLL_ID).scalar_subquery()
_MAY_BE_SETTLED = or_(
    select(RollVoid.roll_id).where(RollVoid.stands_id == _ROLL_ID).exists(),
    select(PaperSlip.roll_id).where(PaperSlip.roll_id == _ROLL_ID).exists(),
)
_QUERY = (
    select(
        RollPaper.paper_id,
        RollEntry.round_id,
        RollEntry.voided_reason,
        _NEWEST_ISSUE.label("newest_issue"),
        _MAY_BE_SETTLED.label("may_be_settled"),
    )
    .join(RollEntry, RollEntry.id == RollPaper.roll_id)
    .where(RollEntry.id == _ROLL_ID)
)


@dataclass(frozen=True, slots=True)
class VoteEntry:
    """An entry of the roll as it stands; one that opens no paper, or that is unknown, is of no round.

    `newest_issue` is that of the letter which opens it: 1, or 2 for its replacement …; 0 without letters. Nearly no
    entry `may_be_settled`: only of one that may, `refuse_settled_entry` need be asked.
    """

    roll_id: str
    round_id: str
    paper_ids: frozenset[str]
    newest_issue: int
    is_void: bool
    may_be_settled: bool

    def may_vote_on(self, round_id: str, paper_id: str) -> bool:
        """Whether it opens this paper, and was not struck off."""
        return not self.is_void and self.round_id == round_id and paper_id in self.paper_ids


def read_entry(session: Session, roll_id: str) -> VoteEntry:
    """The entry with this id, as it stands now."""
    rows = session.connection().execute(_QUERY, {"roll_id": roll_id}).all()
    if not rows:
        return VoteEntry(roll_id, "", frozenset(), 0, is_void=False, may_be_settled=False)
    _, round_id, voided_reason, newest_issue, may_be_settled = rows[0]
    papers = frozenset(row.paper_id for row in rows)
    return VoteEntry(roll_id, round_id, papers, newest_issue or 0, voided_reason is not None, bool(may_be_settled))


def refuse_settled_entry(session: Session, entry: VoteEntry, channel: str) -> None:
    """Raises NotNowError where another vote of the same person was struck out, and as `refuse_paper_voter`."""
    if entry.may_be_settled:
        refuse_double_voter(session, entry.roll_id)
        refuse_paper_voter(session, entry.roll_id, channel)
