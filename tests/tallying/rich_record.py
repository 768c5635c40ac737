"""A round with nearly all that a record can hold: three papers, one withheld, one settled by a lot, a second revision.

Each paper has changed, withdrawn, voided and superseded votes, over three nights; one has sheets of paper as well.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace

from tallying.ballots_file import CountedPaper
from tallying.building import PaperResult, build, count_line, finish
from tallying.changes import Change, ChangeKind, withdrawn_of
from tallying.choices import (
    Add1Start,
    Add1Stop,
    BallotKind,
    CompletionName,
    RuleName,
    Satisfaction,
)
from tallying.commitment import Blank, Marks
from tallying.contents import Decision
from tallying.count import count
from tallying.draw import Draw, DrawSheet
from tallying.election import Approval, Points
from tallying.frozen import FrozenRound, frozen_sha256
from tallying.ledger import Cell, Ledger
from tallying.merkle import root_of
from tallying.openings import Opened, Opening, Openings, counted_rows
from tallying.register import (
    BallotLeaf,
    Close,
    DecisionLeaf,
    Leaf,
    Marked,
    Night,
    Open,
    SupersededByPaper,
    Void,
    dump_leaf,
    publication_sha256,
)
from tallying.rule import BallotRule, Completion, Rule
from tallying.rulebook import Rulebook
from tests.tallying.records import KEY, RULEBOOK, SIGNER, example_round

ROUND = "spring-2026"
PAPERS = ("north", "east", "south")
REASONS = {"north": "", "east": "Few could be known", "south": ""}
DECISIONS = {"north": Decision.PUBLISH, "east": Decision.WITHHOLD, "south": Decision.PUBLISH}
ONLINE = 56
"""Voters of each paper who voted online, all on the first night."""
CHANGED = (0, 1, 2)
"""They voted again on the last night."""
VOIDED, SUPERSEDED, BLANK = 3, 4, 5
SHEETS = range(ONLINE + 1, ONLINE + 6)
"""Paper ballots of the north, on the last night."""
_ADD1 = Completion(CompletionName.ADD1, Add1Start.EXACT_SHARE, "1", Add1Stop.EXHAUSTIVE)
_SHARES = Rulebook(
    "GBP",
    BallotRule(BallotKind.POINTS, min=1, max=2, points_total=5),
    Rule(name=RuleName.EQUAL_SHARES, satisfaction=Satisfaction.COST, completion=_ADD1),
)
LATER = (
    Change(5, ChangeKind.WITHDRAW, "The group gave up its lease", "south", "trees"),
    Change(6, ChangeKind.CORRECT, "The town hall was named wrongly", "north"),
    Change(7, ChangeKind.DEPART, "The youth club has no other money", "south", awards=(("youth", 600_00),)),
)
"""What was decided after the first count."""
RULEBOOKS = {"north": RULEBOOK, "east": RULEBOOK, "south": _SHARES}


def tracker_of(paper_id: str, number: int) -> str:
    """The tracker of a voter on a paper."""
    return base64.b32encode(digest_of(f"{paper_id} {number}"))[:16].decode()


def rich_record(
    rulebooks: Mapping[str, Rulebook] = RULEBOOKS,
    digits: str = "1234561234",
    changes: tuple[Change, ...] = LATER,
) -> dict[str, bytes]:
    """The files of the second revision, which ``changes`` led to.

    ``digits`` are thrown for the north; "": no lot.
    """
    frozen = _frozen(rulebooks)
    openings = {paper_id: openings_of_paper(paper_id) for paper_id in PAPERS}
    lines = [dump_leaf(leaf) for leaf in _until_close(frozen, openings)]
    draw = Draw("north", digits, "Town hall", "2026-03-16T10:00:00Z", ("A. Clerk",))
    draws = DrawSheet(root_of(lines).hex(), (draw,)) if digits else None
    lines += [_publication(number, paper_id) for number, paper_id in enumerate(PAPERS, start=2)]
    first = _files(frozen, rulebooks, openings, draws, revision=1)
    lines += [count_line(first, 1), *(dump_leaf(change.leaf(ROUND)) for change in changes)]
    second = _files(frozen, rulebooks, openings, draws, revision=2, changes=changes)
    return finish(second, lines, round_id=ROUND, revision=2, key=KEY, sign=SIGNER.sign)


def _frozen(rulebooks: Mapping[str, Rulebook]) -> FrozenRound:
    frozen = example_round(budget=600_00)
    papers = (
        replace(frozen.papers[0], id=paper_id, rulebook_sha256=rulebooks[paper_id].sha256(), areas=())
        for paper_id in PAPERS
    )
    return replace(frozen, papers=tuple(papers))


def _marks(paper_id: str, number: int) -> Marks:
    if number == BLANK:
        return Blank()
    if paper_id == "south":
        return Points((("bench", 1 + number % 2), ("youth", 3))) if number % 4 else Points((("trees", 5),))
    return Approval((("bench",), ("wifi",))[number % 2])  # as many for each, and as dear: a lot must settle it


def openings_of_paper(paper_id: str) -> Openings:
    """Every version of every ballot on the paper."""
    numbers = [*range(ONLINE), *(SHEETS if paper_id == "north" else ())]
    made = [opening for number in numbers for opening in _versions(paper_id, number)]
    return tuple(sorted(made, key=lambda one: (one.tracker, one.version)))


def _versions(paper_id: str, number: int) -> list[Opening]:
    tracker = tracker_of(paper_id, number)
    older = [Opening(tracker, 1, Opened(digest_of(f"older {tracker}"), "", _marks(paper_id, number + 1)))]
    versions = older if number in CHANGED else []
    versions.append(Opening(tracker, len(versions) + 1, Opened(digest_of(tracker), "4071", _marks(paper_id, number))))
    is_open = number != VOIDED and number != SUPERSEDED
    return [one if is_open and one is versions[-1] else replace(one, inside=one.digest) for one in versions]


def _until_close(frozen: FrozenRound, openings: Mapping[str, Openings]) -> list[Leaf]:
    refused = [(paper_id, number) for paper_id in PAPERS for number in (VOIDED, SUPERSEDED)]
    voids = sorted(tracker_of(paper_id, number) for paper_id, number in refused if number == VOIDED)
    superseded = sorted(tracker_of(paper_id, number) for paper_id, number in refused if number == SUPERSEDED)
    return [
        Open(frozen_sha256(frozen), KEY),
        *_night("2026-03-11", [_joined(openings, paper_id, is_last=False) for paper_id in PAPERS]),
        *_night("2026-03-12", []),
        DecisionLeaf(1, "extend", digest_of("extend").hex()),
        *_night("2026-03-13", [_joined(openings, paper_id, is_last=True) for paper_id in PAPERS]),
        *(Void(tracker, "twice_on_the_roll") for tracker in voids),
        *(SupersededByPaper(tracker) for tracker in superseded),
        Close(tuple(Marked(one.paper_id, digest_of(one.paper_id).hex(), one.marked) for one in map(_ledger, PAPERS))),
    ]


def _night(day: str, batches: list[list[str]]) -> list[Leaf]:
    return [
        Night(day, digest_of("roll").hex(), digest_of("log").hex()),
        *(BallotLeaf(c) for batch in batches for c in batch),
    ]


def _joined(openings: Mapping[str, Openings], paper_id: str, *, is_last: bool) -> list[str]:
    """The commitments of this paper that join on the last night, or on the first."""
    late = {tracker_of(paper_id, number) for number in SHEETS}
    return sorted(
        one.commitment(ROUND, paper_id)
        for one in openings[paper_id]
        if is_last == (one.version > 1 or one.tracker in late)
    )


def _ledger(paper_id: str) -> Ledger:
    online = Cell(("account", "letter"), ONLINE + len(CHANGED))
    if paper_id != "north":
        voters, areas = ONLINE - 2, (Cell(("north",), 20), Cell(("south",), ONLINE - 22))
        return Ledger(paper_id, (online,), voters - 1, 4, 1, 0, 1, 90, voters, areas)
    counted = ONLINE - 3 + len(SHEETS)
    received = (online, Cell(("paper",), len(SHEETS) + 3))
    return Ledger(paper_id, received, counted, 4, 3, 1, 1, 90, counted + 1, (Cell(("north", "south"), counted + 1),))


def _publication(number: int, paper_id: str) -> bytes:
    decision = DECISIONS[paper_id].value
    sha256 = publication_sha256(ROUND, paper_id, decision, REASONS[paper_id])
    return dump_leaf(DecisionLeaf(number, decision, sha256))


def _files(
    frozen: FrozenRound,
    rulebooks: Mapping[str, Rulebook],
    openings: Mapping[str, Openings],
    draws: DrawSheet | None,
    *,
    revision: int,
    changes: tuple[Change, ...] = (),
) -> dict[str, bytes]:
    results = []
    for paper_id in PAPERS:
        left = withdrawn_of(changes, paper_id)
        rows = counted_rows(openings[paper_id])
        counted = CountedPaper(frozen, frozen.paper(paper_id), rulebooks[paper_id], withdrawn=left)
        election = counted.election(ballot for _, ballot in rows)
        outcome = count(election, rulebooks[paper_id], draws.seed(paper_id) if draws else None)
        results.append(
            PaperResult(
                paper_id, rulebooks[paper_id], rows, outcome, DECISIONS[paper_id], REASONS[paper_id], left,
                openings[paper_id],
            )
        )  # fmt: skip
    ledgers = [_ledger(paper_id) for paper_id in PAPERS]
    return build(
        frozen=frozen, results=results, ledgers=ledgers, key=KEY, draws=draws, revision=revision, changes=changes
    )


def digest_of(text: str) -> bytes:
    """Any 32 bytes, the same for the same text: the nonce of an opened ballot is that of its tracker."""
    return hashlib.sha256(text.encode()).digest()
