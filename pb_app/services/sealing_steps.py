"""The steps of sealing, in their order. Each runs in one transaction, and its result is kept with it.

Until `rewritten` the encrypted rows are untouched, so a step that failed can be run again from them. From
`key_destroyed` on everything comes from what earlier steps kept. A step gives the same bytes however often it is run.

The register, its checkpoints and the openings come with format 1: `close` then writes the close leaf and checkpoint 1,
and `staged` the count leaf and checkpoint 2. In format 0 the close root is one hash over all that is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from pb_app.models.ballot import OpenedBallot
from pb_app.models.round import KeyCopy, Round
from pb_app.services.anonymity import paper_anonymity
from pb_app.services.ballot_box import OpenedRow, open_paper, roll_of_paper
from pb_app.services.ballot_table import drop_ballots_of
from pb_app.services.counting import count_papers, read_counted, rulebooks_of, written_outcomes
from pb_app.services.keys import KeyStore
from pb_app.services.ledgers import make_ledger
from pb_app.services.opened_ballots import ballots_files, counted_rows, opening_text
from pb_app.services.rounds import get_round
from tallying.canonical import Json, Writable, dumps, loads
from tallying.contents import Decision
from tallying.draw import close_root, load_draws
from tallying.frozen import FrozenRound, load_frozen
from tallying.ledger import check_ledger, dump_ledgers, load_ledgers
from tallying.record import PaperResult, build, load, sign, to_zip
from tallying.verify import verify


class SealingStoppedError(Exception):
    """A step found something that people must look at first; the message says what. Nothing was destroyed for it."""


class AwaitingLotError(Exception):
    """The count reached a tie that only a public draw settles. `pending` are papers with the ids of tied projects."""

    def __init__(self, pending: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__("a lot must be drawn")
        self.pending = pending


@dataclass(frozen=True, slots=True)
class Work:
    """What a step works with: the results of finished steps by name, and per paper (decision, reason)."""

    round_id: str
    keys: KeyStore
    results: Mapping[str, bytes]
    decisions: Mapping[str, tuple[Decision, str]]
    now: datetime


Step = Callable[[Session, Work], bytes]


def marked(session: Session, work: Work) -> bytes:
    """The marked register: per paper who voted, in roll order, voided entries left out. Never how."""
    papers: list[Writable] = []
    for paper_id in _paper_ids(session, work):
        rows = _open(session, work, paper_id)
        voters = sorted({row.mark.roll_id for row in rows if not row.mark.is_voided})
        papers.append([paper_id, voters])
    return dumps({"papers": papers})


def opened(session: Session, work: Work) -> bytes:
    """Every ballot in clear, sorted by tracker: `{r, w, ballot}` for the last version, `{d}` for the others."""
    session.execute(delete(OpenedBallot).where(OpenedBallot.round_id == work.round_id))
    counts: list[Writable] = []
    for paper_id in _paper_ids(session, work):
        rows = [_opened_values(work.round_id, paper_id, row) for row in _open(session, work, paper_id)]
        if rows:
            session.execute(insert(OpenedBallot), rows)
        counts.append([paper_id, len(rows)])
    return dumps({"papers": counts})


def ledger(session: Session, work: Work) -> bytes:
    """The bytes of ledger.json. Stops where a paper's ledger does not balance."""
    ledgers = []
    for paper_id in _paper_ids(session, work):
        roll = roll_of_paper(session, round_id=work.round_id, paper_id=paper_id)
        ledgers.append(make_ledger(paper_id, _open(session, work, paper_id), roll))
    faults = [f"paper {one.paper_id}: {fault}" for one in ledgers for fault in check_ledger(one)]
    if faults:
        raise SealingStoppedError("The ledger does not balance: " + "; ".join(faults))
    return dump_ledgers(tuple(ledgers))


def anonymity(session: Session, work: Work) -> bytes:
    """The anonymity report, kept beside the decision to publish or withhold."""
    view = get_round(session, work.round_id)
    reports = [paper_anonymity(paper.id, paper.title, _open(session, work, paper.id)) for paper in view.papers]
    return dumps({"papers": [report.written for report in reports]})


def close(session: Session, work: Work) -> bytes:
    """The close root that a lot builds on, and the hash of each paper's ballots."""
    frozen_sha256 = _round(session, work).frozen_sha256 or ""
    ballots = ballots_files(session, _frozen(session, work))
    hashes = [(paper_id, sha256) for paper_id, (_, sha256) in ballots.items()]
    root = close_root(work.round_id, frozen_sha256, hashes)
    return dumps({"close_root": root, "papers": [list(pair) for pair in hashes]})


def rewritten(session: Session, work: Work) -> bytes:
    """The encrypted rows of this round are gone, and the table is new, so that no place in it tells an order."""
    drop_ballots_of(session, work.round_id)
    return dumps({})


def key_destroyed(session: Session, work: Work) -> bytes:
    """The key is overwritten and removed, and its sealed copies are off the list that two people confirmed."""
    of_round = KeyCopy.round_id == work.round_id
    holders = sorted(session.scalars(select(KeyCopy.holder_id).where(of_round)))
    session.execute(update(KeyCopy).where(of_round).values(destroyed_at=work.now))
    session.flush()
    work.keys.destroy_round_key(work.round_id)
    return dumps({"copies": len(holders)})


def counted(session: Session, work: Work) -> bytes:
    """The outcome of every paper. Raises AwaitingLotError while a tie waits for a draw."""
    sheet = load_draws(work.results["draw"]) if "draw" in work.results else None
    outcomes = count_papers(session, _frozen(session, work), sheet)
    pending = {paper_id: outcome.pending for paper_id, outcome in outcomes.items() if outcome.pending}
    if pending:
        raise AwaitingLotError(pending)
    return written_outcomes(outcomes)


def staged(session: Session, work: Work) -> bytes:
    """The zip of the record: the very bytes that will be published."""
    frozen = _frozen(session, work)
    outcomes = read_counted(work.results["counted"])
    rulebooks = rulebooks_of(session, frozen)
    results = []
    for paper in frozen.papers:
        decision, reason = work.decisions[paper.id]
        rows = counted_rows(session, work.round_id, paper.id)
        outcome = outcomes[paper.id]
        results.append(PaperResult(paper.id, rulebooks[paper.id], rows, outcome, decision, reason))
    files = build(
        frozen=frozen,
        results=results,
        key=work.keys.public_key(),
        ledgers=load_ledgers(work.results["ledger"]),
        draws=load_draws(work.results["draw"]) if "draw" in work.results else None,
    )
    return to_zip(sign(files, work.keys.sign))


def verified(_session: Session, work: Work) -> bytes:
    """The verifier's report on the staged bytes; it stops here unless the record holds."""
    report = verify(load(work.results["staged"]), work.keys.fingerprint())
    if not report.holds:
        raise SealingStoppedError("\n".join(["The staged record does not hold.", *report.lines()]))
    return dumps({"report": report.lines()})


STEPS: tuple[Step, ...] = (
    marked, opened, ledger, anonymity, close, rewritten, key_destroyed, counted, staged, verified,
)  # fmt: skip
"""In their order: `key_destroyed` comes after all that needs the key, and before the count can tempt anybody."""

NAMES: tuple[str, ...] = tuple(step.__name__ for step in STEPS)


def read_close(result: bytes) -> tuple[str, dict[str, str]]:
    """The close root and each paper's hash of ballots, from the result of `close`."""
    value = loads(result)
    match value:
        case {"close_root": str(root), "papers": list(papers)}:
            return root, dict(_pair(pair) for pair in papers)
    raise ValueError("not the result of the step close")


def _pair(value: Json) -> tuple[str, str]:
    match value:
        case [str(one), str(other)]:
            return one, other
    raise ValueError("not a pair of texts")


def _opened_values(round_id: str, paper_id: str, row: OpenedRow) -> dict[str, object]:
    return {
        "round_id": round_id,
        "paper_id": paper_id,
        "tracker": row.cast.tracker,
        "version": row.version,
        "opening": opening_text(row),
    }


def _open(session: Session, work: Work, paper_id: str) -> list[OpenedRow]:
    key = work.keys.round_key(work.round_id)
    return open_paper(session, key, round_id=work.round_id, paper_id=paper_id)


def _paper_ids(session: Session, work: Work) -> list[str]:
    return [paper.id for paper in get_round(session, work.round_id).papers]


def _round(session: Session, work: Work) -> Round:
    return session.get_one(Round, work.round_id)


def _frozen(session: Session, work: Work) -> FrozenRound:
    return load_frozen(_round(session, work).frozen or b"")
