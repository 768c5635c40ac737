"""A small council's round, complete, for the tests of the record."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tallying.ballots_file import CountedPaper, Rows
from tallying.canonical import sha256_hex
from tallying.choices import BallotKind, OnOverspend, RankBy, RuleName, TieLink, Unsupported
from tallying.commitment import Blank
from tallying.contents import Decision, ImportSource, Kind, Repair
from tallying.count import count
from tallying.draw import Draw, DrawSheet
from tallying.election import Approval
from tallying.frozen import FrozenRound, RecordArea, RecordPaper, RecordPot, RecordProject, Timetable, frozen_sha256
from tallying.frozen_voters import Evidence, Identify, RecordEligibility, Route
from tallying.ledger import Cell, Ledger
from tallying.merkle import root_of
from tallying.openings import Opened, Opening, Openings
from tallying.record import PaperResult, build, finish
from tallying.register import (
    BallotLeaf,
    Close,
    DecisionLeaf,
    Leaf,
    Marked,
    Night,
    Open,
    dump_leaf,
    publication_sha256,
)
from tallying.rule import BallotRule, Rule
from tallying.rulebook import Rulebook

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = SIGNER.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
OTHER_KEY = OTHER.public_key().public_bytes_raw()

GREEDY = Rule(name=RuleName.GREEDY, rank_by=RankBy.VOTES, on_overspend=OnOverspend.SKIP, unsupported=Unsupported.LEAVE)
RULEBOOK = Rulebook("GBP", BallotRule(BallotKind.APPROVAL, min=1, max=2), GREEDY)
LISTED = Rulebook("GBP", BallotRule(BallotKind.APPROVAL), GREEDY, ties=(TieLink.LISTED,))

PROJECTS = (
    RecordProject("bench", "Benches by the pond; and a bin", 400_00, text="Two benches.\nOne bin.", pots=("main",)),
    RecordProject("trees", 'Ten "street" trees', 500_00, area="north", category="green", minimum=250_00),
    RecordProject("youth", "Youth club evenings", 600_00, pictures=(sha256_hex(b"a photo"),), place="Mill Lane"),
    RecordProject("wifi", "Library Wi-Fi – café", 400_00, exclusions=("youth",)),
)


ELIGIBILITY = RecordEligibility(
    (Route.LIVE, Route.STUDY), 11, 0, (Evidence.WORD,), 16, Identify.FIRST, "You may vote if you live in North."
)


def tracker(number: int) -> str:
    """A tracker for a test, different for each number, in order."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return letters[number // 6] + letters[number % 6] + "A" * 14


_PICKS: tuple[tuple[str, ...], ...] = (
    ("bench",), ("bench", "trees"), ("trees",), ("youth",), ("bench", "wifi"), ("trees", "youth"),
)  # fmt: skip
BALLOTS: Rows = tuple((tracker(number), Approval(ids)) for number, ids in enumerate(_PICKS * 2))
TIED: Rows = tuple((tracker(number), Approval((("bench",), ("wifi",))[number % 2])) for number in range(12))


def example_round(rulebook: Rulebook = RULEBOOK, budget: int = 1_000_00) -> FrozenRound:
    """A round of one paper with four projects."""
    paper = RecordPaper(
        id="north",
        title="North ward",
        rulebook_sha256=rulebook.sha256(),
        pots=(RecordPot("main", "Ward budget", budget, source="s106", spend_by="2027-03-31"),),
        projects=PROJECTS,
        areas=("north",),
    )
    return FrozenRound(
        id="spring-2026",
        title="Spring round",
        council="Ambleford Town Council",
        timezone="Europe/London",
        timetable=Timetable("2026-03-01T09:00:00Z", "2026-03-13T17:00:00Z"),
        areas=(RecordArea("north", "North"), RecordArea("south", "South")),
        papers=(paper,),
        eligibility=ELIGIBILITY,
    )


def example_ledger(counted: int) -> Ledger:
    """A ledger with one superseded version, one refused sheet and one blank."""
    received = (Cell(("account", "letter"), counted + 2), Cell(("paper",), 5))
    return Ledger("north", received, counted, 1, 4, 1, 1, 40, counted + 1, (Cell(("north",), counted + 1),))


def openings_of(rows: Rows) -> Openings:
    """What these ballots are opened from: the first tracker's vote was changed once, and one vote was taken back."""
    older = Opening(rows[0][0], 1, hashlib.sha256(b"older").digest()) if rows else None
    last = [Opening(t, 2 if n == 0 else 1, Opened(_nonce(t), "4071", ballot)) for n, (t, ballot) in enumerate(rows)]
    blank = Opening(tracker(100), 1, Opened(_nonce("blank"), "", Blank()))
    return tuple([older] if older else []) + tuple(last) + (blank,)


def example_lines(frozen: FrozenRound, openings: Openings, ledger: Ledger) -> list[bytes]:
    """The register up to its close: one night with every ballot."""
    leaves: list[Leaf] = [
        Open(frozen_sha256(frozen), KEY),
        Night("2026-03-13", sha256_hex(b"roll"), sha256_hex(b"log")),
        *(BallotLeaf(c) for c in sorted(one.commitment(frozen.id, ledger.paper_id) for one in openings)),
        Close((Marked(ledger.paper_id, sha256_hex(b"marked"), ledger.marked),)),
    ]
    return [dump_leaf(leaf) for leaf in leaves]


def decision_line(n: int, decision: Decision, reason: str) -> bytes:
    """The register's line for what was decided about the ballots of the paper."""
    sha256 = publication_sha256("spring-2026", "north", decision.value, reason)
    return dump_leaf(DecisionLeaf(n, decision.value, sha256))


REASON = "Fewer than 50 ballots"


def example_files(
    *,
    rows: Rows = BALLOTS,
    rulebook: Rulebook = RULEBOOK,
    budget: int = 1_000_00,
    decision: Decision = Decision.PUBLISH,
    digits: str = "",
) -> dict[str, bytes]:
    """The files of the round's whole record; with ``digits``, after a lot."""
    frozen = example_round(rulebook, budget)
    counted = CountedPaper(frozen, frozen.papers[0], rulebook)
    openings, ledger = openings_of(rows), example_ledger(len(rows))
    lines = example_lines(frozen, openings, ledger)
    draws = _drawn(lines, digits) if digits else None
    seed = draws.seed("north") if draws else None
    outcome = count(counted.election(ballot for _, ballot in rows), rulebook, seed)
    result = PaperResult("north", rulebook, rows, outcome, decision, REASON, openings=openings)
    files = build(frozen=frozen, results=[result], ledgers=[ledger], key=KEY, draws=draws)
    return finished(files, [*lines, decision_line(1, decision, REASON)])


IN_FILE_ORDER: Rows = (("7", Approval(("bench",))), ("10", Approval(())), ("2", Approval(("youth", "wifi"))))


def imported_files(rows: Rows = IN_FILE_ORDER, rulebook: Rulebook = LISTED) -> dict[str, bytes]:
    """The files of an imported record: rows in the file's order, ids as in the file."""
    frozen = example_round(rulebook)
    counted = CountedPaper(frozen, frozen.papers[0], rulebook, Kind.IMPORTED)
    outcome = count(counted.election(ballot for _, ballot in rows), rulebook)
    source = ImportSource("town.pb", sha256_hex(b"file"), "https://example.org", (Repair(9, "crlf", "two ends"),))
    files = build(frozen=frozen, results=[PaperResult("north", rulebook, rows, outcome)], key=KEY, source=source)
    return finished(files, [dump_leaf(Open(frozen_sha256(frozen), KEY))])


def finished(
    files: Mapping[str, bytes], lines: Sequence[bytes], sign: Callable[[bytes], bytes] = SIGNER.sign
) -> dict[str, bytes]:
    """The files with a register of these lines and their count, and its checkpoint, in place of any they have."""
    rest = {name: data for name, data in files.items() if name not in ("register.jsonl", "checkpoint")}
    revision = 1 + sum(line.startswith(b'{"count":') for line in lines)
    return finish(rest, lines, round_id="spring-2026", revision=revision, key=KEY, sign=sign)


def lines_of(files: Mapping[str, bytes]) -> list[bytes]:
    """The lines of a record's register before its count."""
    return files["register.jsonl"].split(b"\n")[:-2]


def signed(files: Mapping[str, bytes], sign: Callable[[bytes], bytes] = SIGNER.sign) -> dict[str, bytes]:
    """The files as a cheating council signs them: counted anew at the end of the same register."""
    return finished(files, lines_of(files), sign)


def _nonce(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _drawn(lines: list[bytes], digits: str) -> DrawSheet:
    draw = Draw("north", digits, "Town hall", "2026-03-16T10:00:00Z", ("A. Clerk", "B. Mayor"))
    return DrawSheet(root_of(lines).hex(), (draw,))
