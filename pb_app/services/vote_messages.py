"""Messages that say whether we hold somebody's vote, so that they notice if somebody else used their account.

They go to everybody on the roll who has an account, in one pass over the roll, on at most three dates of the timetable
(`voting.message_dates`). Until it is sent a text is locked under the round's key; the row goes when it was sent.

"It changed since our last message" is told by the version's number, not by remembering what was said: what was said to
whom would be one more list of who has voted, for a sentence that every reader can make out from two numbers.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from pb_app.models.activity import ActivityEvent
from pb_app.models.ballot import BallotRow
from pb_app.models.mail import OutboxMail
from pb_app.models.paper import Paper
from pb_app.models.person import Person
from pb_app.models.roll import RollEntry, RollPaper
from pb_app.models.round import Round
from pb_app.services.activity import Event, log
from pb_app.services.ballot_slots import count_ballots
from pb_app.services.council import get_council
from pb_app.services.entry_ways import entry_that_stands
from pb_app.services.keys import KeyStore
from pb_app.services.outbox import Mail
from pb_app.services.paper_channel import find_rule
from pb_app.services.registers import last_leaf
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import decisions_of, phase_of, timetable_of
from pb_app.services.sealed_mail import open_text, seal_texts
from tallying.register import Close
from voting.message_dates import DATES, MessageDate, due_date
from voting.phases import Phase, voting_window
from voting.slots import ONLINE_SLOT, slots_of
from voting.trackers import row_key

_PREFIX = "vote-message"
_TRIED_ONCE = 1
"""They begin as if tried once already: thousands of them must not make somebody wait for a new password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesWritten(Event):
    """Everybody with an account on the roll is told whether we hold a vote; to whom stands nowhere."""

    kind: ClassVar[str] = "round:messages:written"
    date: str

    def objects(self) -> list[tuple[str, str]]:
        """Which of the dates."""
        return [("date", self.date)]


@dataclass(frozen=True, slots=True)
class _Held:
    """What is asked of the ballots once for a whole round: `papers` are (id, title, slots) in paper order."""

    round_key: bytes
    round_id: str
    papers: tuple[tuple[str, str, tuple[int, ...]], ...]
    papers_of: Mapping[str, frozenset[str]]
    versions: Mapping[str, int]


def find_rounds_to_tell(session: Session, keys: KeyStore, *, now: datetime) -> list[str]:
    """The rounds for which `write_vote_messages` has something to do, sorted: asked first, as it takes the lock."""
    query = select(Round).where(Round.kind == "cast", Round.opening_confirmed_at.is_not(None)).order_by(Round.id)
    found = []
    for row in session.scalars(query):
        date = _date_of(keys, row, now)
        if _has_stale(session, row.id, date) or _is_to_be_written(session, row.id, date):
            found.append(row.id)
    return found


def write_vote_messages(session: Session, keys: KeyStore, *, round_id: str, now: datetime) -> int:
    """Writes the messages of the date that has come, once; how many. Those of earlier dates that still wait go.

    Nobody casts meanwhile, and all rows are of one transaction: none can be put beside a single cast.
    """
    hold_round(session, round_id)
    row = session.get_one(Round, round_id)
    date = _date_of(keys, row, now)
    session.execute(delete(OutboxMail).where(*_stale(round_id, date)))
    if date is None or not _is_to_be_written(session, round_id, date):
        return 0
    mails = _mails(session, keys.round_key(round_id), row, date, now)
    if mails:
        session.execute(insert(OutboxMail), mails)
    log(session, MessagesWritten(round_id=round_id, date=date), by=None, now=now)
    return len(mails)


def is_vote_message(mail: Mail) -> bool:
    """Whether its text is locked, and it goes as soon as it was sent."""
    return mail.idempotency_key.startswith(f"{_PREFIX}:")


def open_vote_message(session: Session, keys: KeyStore, mail: Mail, *, now: datetime) -> Mail | None:
    """The message with its text; None where its date has passed, the round was cancelled or the key is destroyed."""
    _, round_id, date, _ = mail.idempotency_key.split(":")
    row = session.get_one(Round, round_id)
    return open_text(keys.round_key(round_id), mail) if _date_of(keys, row, now) == date else None


def _date_of(keys: KeyStore, row: Round, now: datetime) -> MessageDate | None:
    """The date whose messages are true and may go now."""
    window = voting_window(timetable_of(row), decisions_of(row))
    if window is None or phase_of(row, now) not in (Phase.VOTING, Phase.COUNTING) or keys.is_destroyed(row.id):
        return None
    return due_date(*window, now)


def _is_to_be_written(session: Session, round_id: str, date: MessageDate | None) -> bool:
    """Whether neither this date's messages nor later ones were written (an extension moves the dates), nor the register
    closed: from then on the ballots go, and "we hold none" would be wrong.
    """
    if date is None or last_leaf(session, round_id, Close.kind) is not None:
        return False
    written = select(ActivityEvent.object_ids).filter_by(round_id=round_id, kind=MessagesWritten.kind)
    spent = {f'[["date","{one}"]]' for one in DATES[DATES.index(date) :]}
    return not any(objects.strip() in spent for objects in session.scalars(written))


def _has_stale(session: Session, round_id: str, date: MessageDate | None) -> bool:
    return session.scalar(select(OutboxMail.id).where(*_stale(round_id, date)).limit(1)) is not None


def _stale(round_id: str, date: MessageDate | None) -> tuple[ColumnElement[bool], ...]:
    """Conditions for messages of another date than this one."""
    of_round = OutboxMail.idempotency_key.startswith(f"{_PREFIX}:{round_id}:")
    if date is None:
        return (of_round,)
    return of_round, ~OutboxMail.idempotency_key.startswith(f"{_PREFIX}:{round_id}:{date}:")


def _mails(session: Session, round_key: bytes, row: Round, date: MessageDate, now: datetime) -> list[dict[str, object]]:
    """The rows of the outbox, in roll order: their random ids are handed out sorted, and the sender goes by them."""
    before, after = _frame(session, row, date)
    told = [
        (address, f"Hello {name},\n\n{before}\n\n{lines}\n\n{after}\n")
        for address, name, lines in _everybody(session, _read_held(session, round_key, row.id))
    ]
    ids = sorted(secrets.token_hex(16) for _ in told)
    names = [f"{_PREFIX}:{row.id}:{date}:{mail_id}" for mail_id in ids]
    bodies = seal_texts(round_key, [(name, text) for name, (_, text) in zip(names, told, strict=True)])
    same = {"subject": f"Your right to vote: {row.title}", "created_at": now, "attempts": _TRIED_ONCE}
    return [
        {"id": mail_id, "idempotency_key": name, "to": address, "body": body, **same}
        for mail_id, name, (address, _), body in zip(ids, names, told, bodies, strict=True)
    ]


def _everybody(session: Session, held: _Held) -> Iterator[tuple[str, str, str]]:
    """`(address, name, what we hold)` of everybody on the roll with an account in use, in the order of roll ids."""
    query = (
        select(RollEntry, Person.email, Person.name)
        .join(Person, Person.id == RollEntry.person_id)
        .where(RollEntry.round_id == held.round_id)
        .where(Person.email_confirmed_at.is_not(None), Person.disabled_at.is_(None))
        .order_by(RollEntry.id)
    )
    for row, address, name in session.execute(query):
        entry = entry_that_stands(session, row)
        if entry is not None:
            yield address, name, _lines(held, entry.id)


def _lines(held: _Held, roll_id: str) -> str:
    usable = held.papers_of.get(roll_id, frozenset())
    return "\n".join(
        f"{title}: {_words(held, paper_id, roll_id, slots)}"
        for paper_id, title, slots in held.papers
        if paper_id in usable
    )


def _words(held: _Held, paper_id: str, roll_id: str, slots: tuple[int, ...]) -> str:
    """What we hold on one paper: never what was picked, and never a tracker."""
    versions = [
        (slot, held.versions.get(row_key(held.round_key, held.round_id, paper_id, roll_id, slot), 0)) for slot in slots
    ]
    found = [f"a vote{_place(slots, slot)} (version {version})" for slot, version in versions if version]
    return f"we hold {' and '.join(found)}." if found else "we hold no vote from you."


def _place(slots: tuple[int, ...], slot: int) -> str:
    if len(slots) == 1:
        return ""
    return " cast online" if slot == ONLINE_SLOT else " cast in person"


def _read_held(session: Session, round_key: bytes, round_id: str) -> _Held:
    papers = select(Paper.id, Paper.title, Paper.rulebook).where(Paper.round_id == round_id).order_by(Paper.position)
    links: dict[str, set[str]] = {}
    for roll_id, paper_id in session.execute(
        select(RollPaper.roll_id, RollPaper.paper_id).where(RollPaper.round_id == round_id)
    ):
        links.setdefault(roll_id, set()).add(paper_id)
    last = select(BallotRow.k, func.max(BallotRow.version)).where(BallotRow.round_id == round_id).group_by(BallotRow.k)
    return _Held(
        round_key,
        round_id,
        tuple((paper_id, title, slots_of(count_ballots(book))) for paper_id, title, book in session.execute(papers)),
        {roll_id: frozenset(ids) for roll_id, ids in links.items()},
        dict(iter(session.execute(last))),
    )


def _frame(session: Session, row: Round, date: MessageDate) -> tuple[str, str]:
    """What stands before and after what we hold: the same for everybody."""
    is_over = date is MessageDate.AFTERWARDS
    when = "Voting has closed." if is_over else "Voting is still open."
    council = get_council(session)
    ways = " or ".join(way for way in (council.help_email, council.help_phone) if way)
    reach = f" ({ways})" if ways else ""
    mend = "" if is_over else " You can also change your password, and then vote again: only your last vote counts."
    paper = "\n\nVotes on paper are not in this message." if find_rule(session, row.id) else ""
    before = f"{row.title}: we write this to everybody who may vote with an account, on the same day. {when}"
    after = (
        "The version is 1 for a first vote. It goes up by one each time the vote is changed or taken back, so a higher "
        "number than in our last message means that your vote changed since.\n\n"
        f"Is this not what you did? Then somebody else may have used your account. Tell us soon{reach}.{mend}{paper}"
        "\n\n"
        "This message does not say what was picked, and has no link. Nobody will ask you for your vote."
    )
    return before, after
