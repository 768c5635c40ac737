"""Records of random elections under the rules that the second verifier counts, whole and tampered with."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from tallying.ballots_file import CountedPaper
from tallying.building import count_line
from tallying.canonical import Json, dump_file, dumps, load_file, loads
from tallying.changes import Change, ChangeKind
from tallying.choices import (
    Add1Start,
    Add1Stop,
    AutoAward,
    BallotKind,
    CompletionName,
    OnOverspend,
    RankBy,
    RuleName,
    Satisfaction,
    ThresholdCompare,
    ThresholdOf,
    TieLink,
    Unsupported,
)
from tallying.count import count
from tallying.draw import Draw, DrawSheet
from tallying.election import Approval, Ballot, Points, Ranking, normalised
from tallying.fields import NONE
from tallying.frozen import RecordProject
from tallying.ledger import Cell, Ledger
from tallying.merkle import root_of
from tallying.record import Decision, PaperResult, build
from tallying.register import dump_leaf
from tallying.rule import BallotRule, Completion, Rule, Threshold
from tallying.rulebook import ROUND_TIES, Rulebook
from tallying.vote_word import VoteWord
from tests.tallying.records import (
    ELIGIBILITY,
    KEY,
    REASON,
    decision_line,
    example_lines,
    example_round,
    finished,
    openings_of,
    signed,
    tracker,
)

Files = dict[str, bytes]
ODD: list[Json] = ["", "none", "a" * 64, "AAAAAAAAAAAAAAAA", "1/2", "north", 0, 1, 2, 49, 2**53 - 1, True, [], {}]
_JSON = ("format.json", "frozen.json", "ledger.json", "draw.json")
_LINES = ("register.jsonl", "papers/north/openings.jsonl")


def random_record(seed: int) -> Files:
    """A whole record; the same for the same seed. Where the count needs a lot, dice are thrown."""
    draw = random.Random(seed)
    rulebook = _rulebook(draw)
    projects = tuple(_project(draw, number) for number in range(draw.randint(2, 7)))
    frozen = example_round(rulebook, budget=draw.randint(_least_budget(rulebook.ballot, projects), 20) * 100)
    word = (None, VoteWord("star", "stars"), VoteWord("Pfund", "Pfund"))[seed % 3]
    paper = replace(frozen.papers[0], projects=projects, word=word)
    rule = replace(ELIGIBILITY, chooses_area=seed % 4 == 1)
    frozen = replace(frozen, papers=(paper,), eligibility=rule if seed % 2 else None)
    order = {project.id: place for place, project in enumerate(projects)}
    costs = {project.id: project.cost for project in projects}
    rows = tuple(
        (tracker(n), _ballot(draw, rulebook.ballot, order, costs, paper.budget)) for n in range(draw.randint(1, 30))
    )
    withdrawn = (draw.choice(projects).id,) if draw.random() < 0.2 else ()
    counted = CountedPaper(frozen, paper, rulebook, withdrawn=withdrawn)
    openings, ledger = openings_of(rows), _ledger(len(rows))
    lines = example_lines(frozen, openings, ledger)
    outcome = count(election := counted.election(ballot for _, ballot in rows), rulebook)
    draws = None
    if not outcome.is_decided:
        thrown = Draw("north", _digits(draw), "Hall", "2026-03-16T10:00:00Z", ("A", "B"))
        draws = DrawSheet(root_of(lines).hex(), (thrown,))
        outcome = count(election, rulebook, draws.seed("north"))
    result = PaperResult("north", rulebook, rows, outcome, reason=REASON, withdrawn=withdrawn, openings=openings)
    lines.append(decision_line(1, Decision.PUBLISH, REASON))
    changes = tuple(Change(2, ChangeKind.WITHDRAW, "They moved away", "north", one) for one in withdrawn)
    files = build(
        frozen=frozen,
        results=[result],
        ledgers=[ledger],
        key=KEY,
        draws=draws,
        revision=1 + len(changes),
        changes=changes,
    )
    if changes:
        lines += [count_line(files, 1), *(dump_leaf(one.leaf(frozen.id)) for one in changes)]
    return finished(files, lines)


def tampered(files: Mapping[str, bytes], seed: int) -> Files:
    """One thing changed: a bit, a line or a value anywhere; every second time all is signed anew by an insider."""
    draw = random.Random(seed)
    change = draw.choice((_flip, _drop_line, _swap_lines, _put_odd, _put_odd, _put_odd_line, _lose))
    changed = change(draw, dict(files))
    if "register.jsonl" not in changed or changed["register.jsonl"].count(b"\n") < 2 or draw.random() < 0.5:
        return changed
    return signed(changed)


def _rulebook(draw: random.Random) -> Rulebook:
    kind = draw.choice(list(BallotKind))
    ballot = BallotRule(kind, min=1, max=draw.choice((2, 3, None)))
    if kind is BallotKind.APPROVAL and ballot.max and draw.random() < 0.3:
        ballot = replace(ballot, bonus="green")
    if kind is BallotKind.POINTS:
        ballot = replace(ballot, points_total=draw.choice((10, None)), point_max=draw.choice((5, None)))
    threshold = Threshold()
    if draw.random() < 0.3:
        value = draw.choice((Fraction(1, 3), Fraction(1, 10)))
        threshold = Threshold(
            ThresholdOf.SHARE, value, draw.choice((ThresholdCompare.AT_LEAST, ThresholdCompare.ABOVE))
        )
    return Rulebook(
        "GBP",
        ballot,
        _greedy(draw, kind) if draw.random() < 0.5 else _shares(draw, kind),
        threshold=threshold,
        ties=draw.choice((ROUND_TIES, (TieLink.LOT,), (TieLink.LOWER_COST, TieLink.LISTED))),
        auto_award=AutoAward.ALL_FIT if draw.random() < 0.2 else AutoAward.NONE,
        cap=Fraction(1, 2) if draw.random() < 0.1 else None,
    )


def _greedy(draw: random.Random, kind: BallotKind) -> Rule:
    by_marks = {
        BallotKind.POINTS: (RankBy.POINTS, RankBy.POINTS_PER_COST),
        BallotKind.RANKING: (RankBy.BORDA, RankBy.BORDA_PER_COST),
    }
    return Rule(
        name=RuleName.GREEDY,
        rank_by=draw.choice((RankBy.VOTES, RankBy.VOTES_PER_COST, *by_marks.get(kind, ()))),
        on_overspend=draw.choice((OnOverspend.SKIP, OnOverspend.STOP)),
        unsupported=draw.choice((Unsupported.FUND, Unsupported.LEAVE)),
    )


def _shares(draw: random.Random, kind: BallotKind) -> Rule:
    by_marks = {
        BallotKind.POINTS: (Satisfaction.POINTS, Satisfaction.POINTS_TIMES_COST),
        BallotKind.RANKING: (Satisfaction.BORDA,),
    }
    completion = Completion()
    if draw.random() < 0.6:
        completion = Completion(
            CompletionName.ADD1,
            draw.choice((Add1Start.EXACT_SHARE, Add1Start.FLOORED_SHARE)),
            draw.choice(("1", "0.50")),
            draw.choice((Add1Stop.FIRST_OVERSPEND, Add1Stop.EXHAUSTIVE)),
        )
    satisfaction = draw.choice((Satisfaction.COST, Satisfaction.COUNT, *by_marks.get(kind, ())))
    return Rule(name=RuleName.EQUAL_SHARES, satisfaction=satisfaction, completion=completion)


def _project(draw: random.Random, number: int) -> RecordProject:
    cost = 0 if draw.random() < 0.1 else draw.randint(1, 8) * 50
    return RecordProject(f"p{number}", draw.choice(("A; b", '"quoted"', "Café\u2003x\ny")), cost, category="green")


def _ballot(
    draw: random.Random, rule: BallotRule, order: Mapping[str, int], costs: Mapping[str, int], budget: int
) -> Ballot:
    ids = list(order)
    most = len(ids) if rule.max is None else rule.max + (rule.bonus != NONE)
    picks = draw.sample(ids, draw.randint(1, min(len(ids), most)))
    if rule.kind is BallotKind.RANKING:
        return Ranking(tuple(picks))
    if rule.kind is BallotKind.POINTS:
        return normalised(Points(tuple((project_id, draw.randint(1, 2)) for project_id in picks[:5])), order)
    while rule.kind is BallotKind.BUDGET and sum(costs[project_id] for project_id in picks) > budget:
        picks.remove(max(picks, key=lambda project_id: costs[project_id]))
    return normalised(Approval(tuple(picks)), order)


def _least_budget(rule: BallotRule, projects: Sequence[RecordProject]) -> int:
    """In hundreds: a basket must hold any one project."""
    dearest = max(project.cost for project in projects)
    return -(-dearest // 100) if rule.kind is BallotKind.BUDGET else 1


def _ledger(counted: int) -> Ledger:
    """As many ballots as `openings_of` has: one was changed once, one was taken back."""
    cells = (Cell(("account",), counted + 2),)
    return Ledger("north", cells, counted, 1, 0, 0, 1, 40, counted + 1, (Cell(("north",), counted + 1),))


def _digits(draw: random.Random) -> str:
    return "".join(draw.choice("123456") for _ in range(10))


def _flip(draw: random.Random, files: Files) -> Files:
    name = draw.choice(sorted(files))
    changed = bytearray(files[name])
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return {**files, name: bytes(changed)}


def _lose(draw: random.Random, files: Files) -> Files:
    files.pop(draw.choice(sorted(files)))
    return files


def _drop_line(draw: random.Random, files: Files) -> Files:
    name, lines = _lines(draw, files)
    del lines[draw.randrange(len(lines))]
    return {**files, name: b"".join(lines)}


def _swap_lines(draw: random.Random, files: Files) -> Files:
    name, lines = _lines(draw, files)
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return {**files, name: b"".join(lines)}


def _lines(draw: random.Random, files: Files) -> tuple[str, list[bytes]]:
    name = draw.choice(_LINES)
    return name, files[name].splitlines(keepends=True)


def _put_odd(draw: random.Random, files: Files) -> Files:
    name = draw.choice([name for name in _JSON if name in files])
    return {**files, name: dump_file(_odd(draw, load_file(files[name])))}


def _put_odd_line(draw: random.Random, files: Files) -> Files:
    name, lines = _lines(draw, files)
    at = draw.randrange(len(lines))
    lines[at] = dumps(_odd(draw, loads(lines[at].rstrip(b"\n")))) + b"\n"
    return {**files, name: b"".join(lines)}


def _odd(draw: random.Random, value: Json) -> Json:
    """The value with something else, or one more or less, at one place."""
    places = list(_places(value))
    place = draw.choice(places[1:] or places)
    if not place:
        return draw.choice(ODD)
    changed = copy.deepcopy(value)
    inside: Json = changed
    for step in place[:-1]:
        inside = inside[step]  # type: ignore[index]  # the place was found in this value
    old = inside[place[-1]]  # type: ignore[index]  # as above
    new = old + 1 if isinstance(old, int) and not isinstance(old, bool) and draw.random() < 0.5 else draw.choice(ODD)
    inside[place[-1]] = new  # type: ignore[index]  # as above
    return changed


def _places(value: Json, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield above
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*above, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*above, index))
