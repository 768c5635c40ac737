"""What a ballot paper asks, in plain words: the same on the overview, the paper, the check page and in print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallying.choices import BallotKind
from tallying.money import shown
from voting.paper import BallotPaper, Mark
from voting.points import PointsPaper
from voting.ranking import RankingPaper
from voting.slots import TWO
from voting.ticking import TickPaper

_TWO_BALLOTS = "You can vote twice: once online, and once in person, at an event or on paper. Both count alike."


def heading(paper: BallotPaper) -> str:
    """What to do, in a few words: the paper's h1."""
    if isinstance(paper, PointsPaper):
        return f"Share out {paper.total} points" if paper.total is not None else "Give points to projects"
    if isinstance(paper, RankingPaper):
        return f"Put up to {paper.most} projects in order" if _is_limited(paper) else "Put the projects in order"
    if paper.kind is BallotKind.BUDGET:
        return f"Spend up to {_money(paper, paper.budget)}"
    return _ticking(paper)


def rules(paper: BallotPaper) -> list[str]:
    """How to mark it, a sentence or two an item: what a ballot may hold and what it means."""
    words = {
        BallotKind.APPROVAL: _tick_rules,
        BallotKind.BUDGET: _basket_rules,
        BallotKind.POINTS: _point_rules,
        BallotKind.RANKING: _rank_rules,
    }[paper.kind](paper)
    if paper.least > 1:
        words = [*words, f"{_verb(paper)} at least {paper.least} projects."]
    return [*words, _TWO_BALLOTS] if paper.rule.ballots_per_voter >= TWO else words


def so_far(paper: BallotPaper, marks: Sequence[Mark]) -> str:
    """What these marks come to: `2 of 3 picked`, `7 of 10 points given`, `£12,000 of £50,000 spent`."""
    count = len(marks)
    if isinstance(paper, PointsPaper):
        given = paper.given(dict(marks))
        return f"{given} of {paper.total} points given" if paper.total is not None else f"{given} points given"
    if isinstance(paper, TickPaper) and paper.kind is BallotKind.BUDGET:
        return f"{_money(paper, paper.cost_of(dict(marks)))} of {_money(paper, paper.budget)} spent"
    unit = "in order" if isinstance(paper, RankingPaper) else "picked"
    return f"{count} of {paper.most} {unit}" if _is_limited(paper) else f"{count} {unit}"


def summary(paper: BallotPaper, marks: Sequence[Mark]) -> str:
    """What was done, as a heading of the check page: `You picked 2 projects`, `You gave 7 of your 10 points`."""
    if isinstance(paper, PointsPaper):
        given, total = paper.given(dict(marks)), paper.total
        return f"You gave {_count(given, 'point')}" if total is None else f"You gave {given} of your {total} points"
    projects = _count(len(marks), "project")
    if isinstance(paper, RankingPaper):
        return f"You put {projects} in order"
    if isinstance(paper, TickPaper) and paper.kind is BallotKind.BUDGET:
        return f"You put {projects} for {_money(paper, paper.cost_of(dict(marks)))} in your basket"
    return f"You picked {projects}"


def still_free(paper: BallotPaper, marks: Sequence[Mark]) -> str:
    """What could still be marked, and that nobody must; "" when the paper is full."""
    if isinstance(paper, PointsPaper):
        left = (paper.total or 0) - paper.given(dict(marks))
        return f"You can give {_count(left, 'more point')}. You don’t have to." if left > 0 else ""
    if isinstance(paper, TickPaper) and paper.kind is BallotKind.BUDGET:
        left = paper.budget - paper.cost_of(dict(marks))
        return f"{_money(paper, left)} is left in your basket. You don’t have to spend it all." if left > 0 else ""
    left = paper.most - len(marks)
    if left <= 0:
        return ""
    if isinstance(paper, RankingPaper):
        return f"You can put {left} more in order. You don’t have to."
    return f"You can pick {left} more. You don’t have to: each pick counts the same, however many you make."


def mark_words(paper: BallotPaper, mark: Mark) -> str:
    """What stands beside a project that was marked: `3 points`, `choice 1`; "" for a tick."""
    _, text = mark
    if isinstance(paper, PointsPaper):
        return _count(int(text), "point") if text.isdigit() else f"“{text}”"
    if isinstance(paper, RankingPaper):
        return f"Choice {text}" if text.isdigit() else f"“{text}”"
    return ""


def in_order(paper: BallotPaper, marks: Sequence[Mark]) -> list[Mark]:
    """The marks as a list shows them: rankings by place from 1, all else in the order given."""
    ballot = paper.mark(marks)
    if isinstance(paper, RankingPaper) and not isinstance(ballot, list):
        return list(paper.marks_of(ballot))
    return list(marks)


def _ticking(paper: BallotPaper) -> str:
    if isinstance(paper, TickPaper) and paper.chooses_one:
        return "Choose one project"
    return f"Pick up to {paper.most} projects" if _is_limited(paper) else "Pick the projects you want"


def _tick_rules(paper: BallotPaper) -> list[str]:
    if not isinstance(paper, TickPaper) or paper.chooses_one:
        return ["You have one vote."]
    bonus = [f"You have one more pick for a project that is marked “{paper.bonus}”."] if paper.bonus else []
    return ["Each pick counts the same.", *bonus]


def _basket_rules(paper: BallotPaper) -> list[str]:
    most = [f"Pick {paper.most} projects at most."] if _is_limited(paper) else []
    return ["Put projects in your basket until the money is gone, or stop earlier. Each counts the same.", *most]


def _point_rules(paper: BallotPaper) -> list[str]:
    words = ["Write how many points each project gets. More points count for more. You don’t have to give them all."]
    if isinstance(paper, PointsPaper) and paper.low > 1:
        words.append(f"A project you choose gets at least {paper.low}.")
    if paper.rule.point_max is not None:
        words.append(f"One project can have up to {paper.rule.point_max}.")
    return [*words, *([f"Give points to {paper.most} projects at most."] if _is_limited(paper) else [])]


def _rank_rules(paper: BallotPaper) -> list[str]:
    return ["Write 1 beside the project you like best, 2 beside the next, and so on. A higher place counts for more."]


def _verb(paper: BallotPaper) -> str:
    verbs: Mapping[BallotKind, str] = {BallotKind.POINTS: "Give points to", BallotKind.RANKING: "Put in order"}
    return verbs.get(paper.kind, "Pick")


def _is_limited(paper: BallotPaper) -> bool:
    return paper.most < len(paper.projects)


def _money(paper: BallotPaper, minor: int) -> str:
    return shown(minor, paper.exponent, paper.currency)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
