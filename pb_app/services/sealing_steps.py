"""The steps of sealing, in their order. Each runs in one transaction, and its result is kept with it.

Until `rewritten` the encrypted rows are untouched, so a step that failed can be run again from them. From
`key_destroyed` on everything comes from what earlier steps kept. A step gives the same bytes however often it is run.

`close` ends the register's votes, and `checkpoint` publishes its root before anything is opened or dice are thrown.
`staged` makes the record with the count at the register's end; it is added there only once the record was verified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from pb_app.models.ballot import OpenedBallot
from pb_app.models.round import KeyCopy, Round
from pb_app.services.activity import chain_head
from pb_app.services.anonymity import paper_anonymity
from pb_app.services.ballot_box import PUT_SHEETS, OpenedRow, open_paper, roll_of_paper
from pb_app.services.ballot_table import drop_ballots_of
from pb_app.services.checkpoints import sign_register, store_checkpoint
from pb_app.services.counting import count_papers, read_counted, rulebooks_of, written_outcomes
from pb_app.services.keys import KeyStore
from pb_app.services.ledgers import make_ledger, marked_voters
from pb_app.services.nights import log_night
from pb_app.services.opened_ballots import opening_text, openings_of
from pb_app.services.paper_ballots import put_ballots
from pb_app.services.reconciling import reconcile
from pb_app.services.registers import (
    append_leaves,
    commitments_of,
    register_decision,
    register_lines,
    register_tree,
)
from pb_app.services.rounds import get_round
from pb_app.services.sealing_results import read_log_head, read_marked, read_sheets
from pb_app.services.sheet_scans import destroy_scans
from tallying.canonical import Writable, dumps
from tallying.contents import Decision
from tallying.draw import load_draws
from tallying.frozen import FrozenRound, load_frozen
from tallying.ledger import check_ledger, dump_ledgers, load_ledgers
from tallying.openings import counted_rows
from tallying.record import PaperResult, build, finish, load, to_zip
from tallying.register import Close, Leaf, Marked, SupersededByPaper, Void
from tallying.roll_root import roll_root
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

VOIDED_ENTRY = "voided_entry"
"""The reason code of a void: two people struck the right to vote off the roll."""


def sheets(session: Session, work: Work) -> bytes:
    """Every settled ballot from paper gets its tracker and its row. Stops where the sheets do not balance.

    Keeps how the sheets of each paper were reconciled, and the head of the activity log: every later step adds to it.
    """
    papers = reconcile(session, work.keys, round_id=work.round_id)
    if faults := [words for paper in papers for words in paper.problems]:
        raise SealingStoppedError(" ".join(faults))
    round_key = work.keys.round_key(work.round_id) if papers else b""
    for paper in papers:
        put_ballots(session, round_key, round_id=work.round_id, paper_id=paper.paper_id)
    return dumps({"log_head": chain_head(session), "papers": [[one.paper_id, one.written] for one in papers]})


def marked(session: Session, work: Work) -> bytes:
    """The activity log’s head as sealing began, and the marked register: per paper who voted, in roll order, never how.

    Voided entries are left out, but for those whose ballot on paper is in the count.
    """
    papers: list[Writable] = []
    for paper_id in _paper_ids(session, work):
        roll = roll_of_paper(session, round_id=work.round_id, paper_id=paper_id)
        voters = marked_voters(_open(session, work, paper_id), roll)
        papers.append([paper_id, sorted(mark.roll_id for mark in voters)])
    return dumps({"log_head": read_log_head(work.results[PUT_SHEETS]), "papers": papers})


def close(session: Session, work: Work) -> bytes:
    """The register's last batch, what it refuses, and the close: its root, which a lot builds on, and its size."""
    log_head, voters = read_marked(work.results["marked"])
    zone = ZoneInfo(_frozen(session, work).timezone)
    day = work.now.astimezone(zone).date().isoformat()
    log_night(session, work.keys, round_id=work.round_id, day=day, log_head=log_head, is_last=True)
    commitments = commitments_of(session, work.round_id)
    roots = [
        Marked(paper_id, roll_root(commitments[roll_id] for roll_id in ids), len(ids))
        for paper_id, ids in voters.items()
    ]
    size = append_leaves(session, work.round_id, [*_refusals(session, work), Close(tuple(roots))])
    return dumps({"close_root": register_tree(session, work.round_id).root().hex(), "size": size})


def checkpoint(session: Session, work: Work) -> bytes:
    """The signed checkpoint of the closed register, which is public from now on."""
    return sign_register(session, work.keys, round_id=work.round_id, now=work.now)


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
    uncounted = read_sheets(work.results[PUT_SHEETS])
    for paper_id in _paper_ids(session, work):
        roll = roll_of_paper(session, round_id=work.round_id, paper_id=paper_id)
        ledgers.append(make_ledger(paper_id, _open(session, work, paper_id), roll, uncounted.get(paper_id)))
    books = rulebooks_of(session, _frozen(session, work))
    checked = [(one.paper_id, check_ledger(one, books[one.paper_id].ballot.ballots_per_voter)) for one in ledgers]
    faults = [f"paper {paper_id}: {fault}" for paper_id, found in checked for fault in found]
    if faults:
        raise SealingStoppedError("The ledger does not balance: " + "; ".join(faults))
    return dump_ledgers(tuple(ledgers))


def anonymity(session: Session, work: Work) -> bytes:
    """The anonymity report, kept beside the decision to publish or withhold."""
    view = get_round(session, work.round_id)
    reports = [paper_anonymity(paper.id, paper.title, _open(session, work, paper.id)) for paper in view.papers]
    return dumps({"papers": [report.written for report in reports]})


def decided(session: Session, work: Work) -> bytes:
    """For each paper the decision to publish or withhold its ballots stands in the register."""
    numbers = [
        register_decision(
            session,
            round_id=work.round_id,
            kind=decision.value,
            reason=reason,
            values={"paper": paper_id},
            now=work.now,
        )
        for paper_id, (decision, reason) in ((paper, work.decisions[paper]) for paper in _paper_ids(session, work))
    ]
    return dumps({"decisions": numbers})


def rewritten(session: Session, work: Work) -> bytes:
    """The encrypted rows of this round are gone, and the table is new, so that no place in it tells an order."""
    drop_ballots_of(session, work.round_id)
    return dumps({})


def key_destroyed(session: Session, work: Work) -> bytes:
    """The key is overwritten and removed, and with it all scans of ballots.

    Its sealed copies are counted: each stays on the list until it is destroyed.
    """
    copies = session.scalar(select(func.count()).where(KeyCopy.round_id == work.round_id)) or 0
    scans = destroy_scans(session, round_id=work.round_id)
    work.keys.destroy_round_key(work.round_id)
    return dumps({"copies": copies, "scans": scans})


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
        openings = openings_of(session, work.round_id, paper.id)
        rows, outcome = counted_rows(openings), outcomes[paper.id]
        results.append(PaperResult(paper.id, rulebooks[paper.id], rows, outcome, decision, reason, openings=openings))
    key = work.keys.public_key()
    draws = load_draws(work.results["draw"]) if "draw" in work.results else None
    files = build(frozen=frozen, results=results, key=key, ledgers=load_ledgers(work.results["ledger"]), draws=draws)
    lines = register_lines(session, work.round_id)
    return to_zip(finish(files, lines, round_id=work.round_id, revision=1, key=key, sign=work.keys.sign))


def verified(_session: Session, work: Work) -> bytes:
    """The verifier's report on the staged bytes; it stops here unless the record holds."""
    report = verify(load(work.results["staged"]), work.keys.fingerprint(), since=work.results["checkpoint"])
    if not report.holds:
        raise SealingStoppedError("\n".join(["The staged record does not hold.", *report.lines()]))
    return dumps({"report": report.lines()})


def registered(session: Session, work: Work) -> bytes:
    """The staged count and its checkpoint are in the register. Stops if anything else was added meanwhile."""
    record = load(work.results["staged"])
    lines = record.register_lines
    if register_lines(session, work.round_id) != lines[:-1]:
        raise SealingStoppedError("The register was added to after the record was made. Look at it first.")
    size = append_leaves(session, work.round_id, [record.register[-1]])
    note = record.files["checkpoint"]
    store_checkpoint(session, round_id=work.round_id, size=size, note=note, now=work.now)
    return note


def remembered(session: Session, work: Work) -> bytes:
    """The checkpoint of the count is kept in the key directory, so that an older database is noticed."""
    return sign_register(session, work.keys, round_id=work.round_id, now=work.now)


STEPS: tuple[Step, ...] = (
    sheets, marked, close, checkpoint, opened, ledger, anonymity, decided, rewritten, key_destroyed, counted, staged,
    verified, registered, remembered,
)  # fmt: skip
"""In their order: `key_destroyed` comes after all that needs the key, and before the count can tempt anybody."""

NAMES: tuple[str, ...] = tuple(step.__name__ for step in STEPS)


def _refusals(session: Session, work: Work) -> list[Leaf]:
    """The trackers of voided entries that hold ballots, then those that a ballot on paper supersedes; each sorted."""
    rows = [row for paper_id in _paper_ids(session, work) for row in _open(session, work, paper_id)]
    voided = sorted({row.cast.tracker for row in rows if row.is_voided})
    superseded = sorted({row.cast.tracker for row in rows if row.is_superseded})
    voids: list[Leaf] = [Void(tracker, VOIDED_ENTRY) for tracker in voided]
    return [*voids, *(SupersededByPaper(tracker) for tracker in superseded)]


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
