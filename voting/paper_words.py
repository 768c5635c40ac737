"""What a ballot paper asks, in plain words: the same on the overview, the paper, the check page and in print."""

from __future__ import annotations

from collections.abc import Sequence

from tallying.choices import BallotKind
from tallying.election import Points
from tallying.money import shown
from tallying.vote_word import VoteWord
from voting.own_word import given
from voting.paper import BallotPaper, Mark
from voting.points import PointsPaper
from voting.ranking import RankingPaper
from voting.slots import IN_PERSON_SLOT, TWO, slot_of
from voting.ticking import TickPaper

_TWO_BALLOTS = "You can vote twice: once online, and once in person, at an event or on paper. Both count alike."


def heading(paper: BallotPaper) -> str:
    """What to do, in a few words: the paper's h1."""
    if isinstance(paper, PointsPaper):
        unit = paper.unit
        return f"Share out {unit.of(paper.total)}" if paper.total is not None else f"Give {unit.many} to projects"
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
        return f"{given} of {paper.unit.of(paper.total)} given" if paper.total else f"{paper.unit.of(given)} given"
    if isinstance(paper, TickPaper) and paper.kind is BallotKind.BUDGET:
        return f"{_money(paper, paper.cost_of(dict(marks)))} of {_money(paper, paper.budget)} spent"
    if isinstance(paper, TickPaper) and paper.word is not None:
        stars = f"{count} of {paper.word.of(paper.most)}" if _is_limited(paper) else paper.word.of(count)
        return f"{stars} given"
    unit = "in order" if isinstance(paper, RankingPaper) else "picked"
    return f"{count} of {paper.most} {unit}" if _is_limited(paper) else f"{count} {unit}"


def summary(paper: BallotPaper, marks: Sequence[Mark]) -> str:
    """What was done, as a heading of the check page: `You picked 2 projects`, `You gave 7 of your 10 points`."""
    if isinstance(paper, PointsPaper):
        given, total = paper.given(dict(marks)), paper.total
        return f"You gave {given} of your {paper.unit.of(total)}" if total else f"You gave {paper.unit.of(given)}"
    projects = _count(len(marks), "project")
    if isinstance(paper, RankingPaper):
        return f"You put {projects} in order"
    if isinstance(paper, TickPaper) and paper.kind is BallotKind.BUDGET:
        return f"You put {projects} for {_money(paper, paper.cost_of(dict(marks)))} in your basket"
    return f"You picked {projects}" if paper.word is None else f"You gave {paper.word.of(len(marks))}"


def still_free(paper: BallotPaper, marks: Sequence[Mark]) -> str:
    """What could still be marked, and that nobody must; "" when the paper is full."""
    if isinstance(paper, PointsPaper):
        left = (paper.total or 0) - paper.given(dict(marks))
        more = paper.unit.one if left == 1 else paper.unit.many
        return f"You can give {left} more {more}. You don’t have to." if left > 0 else ""
    if isinstance(paper, TickPaper) and paper.kind is BallotKind.BUDGET:
        left = paper.budget - paper.cost_of(dict(marks))
        return f"{_money(paper, left)} is left in your basket. You don’t have to spend it all." if left > 0 else ""
    left = paper.most - len(marks)
    if isinstance(paper, RankingPaper):
        return f"You can put {left} more in order. You don’t have to." if left > 0 else ""
    return _still_free_ticks(paper, marks, left)


def mark_words(paper: BallotPaper, mark: Mark) -> str:
    """What stands beside a project that was marked: `3 points`, `choice 1`; "" for a tick without a word of its own."""
    _, text = mark
    if isinstance(paper, PointsPaper):
        return paper.unit.of(int(text)) if text.isdigit() else f"“{text}”"
    if isinstance(paper, RankingPaper):
        return f"Choice {text}" if text.isdigit() else f"“{text}”"
    return "" if paper.word is None else paper.word.of(1)


def in_order(paper: BallotPaper, marks: Sequence[Mark]) -> list[Mark]:
    """The marks as a list shows them: rankings by place from 1, all else in the order given, without noughts."""
    ballot = paper.mark(marks)
    if isinstance(ballot, Points):
        given_some = dict(ballot.points)
        return [mark for mark in marks if mark[0] in given_some]
    if isinstance(paper, RankingPaper) and not isinstance(ballot, list):
        return list(paper.marks_of(ballot))
    return list(marks)


def which_of_two(ballots_per_voter: int, channel: str) -> str:
    """Where two ballots are declared: which of them this channel casts, and the way to the other; "" elsewhere."""
    if ballots_per_voter < TWO:
        return ""
    if slot_of(ballots_per_voter, channel) == IN_PERSON_SLOT:
        return "You have two votes here. This one is in person. You can cast the other online."
    return "You have two votes here. This one is online. You can cast the other in person, at an event or on paper."


def noun(paper: BallotPaper) -> str:
    """What the voter gathers on this paper, as in `your picks`."""
    if paper.word is not None and paper.kind is not BallotKind.BUDGET:
        return given(paper.word, paper.rule)
    return {BallotKind.POINTS: "points", BallotKind.RANKING: "order", BallotKind.BUDGET: "basket"}.get(
        paper.kind, "picks"
    )


def _still_free_ticks(paper: BallotPaper, marks: Sequence[Mark], left: int) -> str:
    bonus = paper.bonus if isinstance(paper, TickPaper) else ""
    has_bonus = bool(bonus) and any(paper.by_id[mark[0]].category == bonus for mark in marks)
    left += has_bonus
    more = f"one more that is marked “{bonus}”" if bonus and not has_bonus else ""
    if left <= 0 and not more:
        return ""
    can, each = ("pick", "each pick counts the same, however many you make")
    if paper.word is not None:
        can, each = ("give", "each counts the same, however many you give")
    words = " and ".join(part for part in (f"{left} more" if left > 0 else "", more) if part)
    return f"You can {can} {words}. You don’t have to: {each}."


def _ticking(paper: BallotPaper) -> str:
    if paper.word is not None:
        return _giving(paper, paper.word)
    if isinstance(paper, TickPaper) and paper.chooses_one:
        return "Choose one project"
    return f"Pick up to {paper.most} projects" if _is_limited(paper) else "Pick the projects you want"


def _giving(paper: BallotPaper, word: VoteWord) -> str:
    if paper.most == 1:
        return f"Give your {word.one} to one project"
    return f"Give {word.many} to up to {paper.most} projects" if _is_limited(paper) else f"Give {word.many} to projects"


def _tick_rules(paper: BallotPaper) -> list[str]:
    vote, pick = ("vote", "pick") if paper.word is None else (paper.word.one, paper.word.one)
    if not isinstance(paper, TickPaper) or paper.chooses_one:
        return [f"You have one {vote}."]
    each = "" if paper.word is None else f"A mark gives a project one {pick}. "
    bonus = [f"You have one more {pick} for a project that is marked “{paper.bonus}”."] if paper.bonus else []
    return [f"{each}Each {pick} counts the same.", *bonus]


def _basket_rules(paper: BallotPaper) -> list[str]:
    most = [f"Pick {paper.most} projects at most."] if _is_limited(paper) else []
    word = [] if paper.word is None else [f"A project in your basket gets one {paper.word.one} from you."]
    return ["Put projects in your basket until the money is gone, or stop earlier. Each counts the same.", *word, *most]


def _point_rules(paper: BallotPaper) -> list[str]:
    many = paper.unit.many if isinstance(paper, PointsPaper) else "points"
    words = [f"Write how many {many} each project gets. More {many} count for more. You don’t have to give them all."]
    if isinstance(paper, PointsPaper) and paper.low > 1:
        words.append(f"A project you choose gets at least {paper.low}.")
    if paper.rule.point_max is not None:
        words.append(f"One project can have up to {paper.rule.point_max}.")
    return [*words, *([f"Give {many} to {paper.most} projects at most."] if _is_limited(paper) else [])]


def _rank_rules(paper: BallotPaper) -> list[str]:
    return ["Write 1 beside the project you like best, 2 beside the next, and so on. A higher place counts for more."]


def _verb(paper: BallotPaper) -> str:
    if isinstance(paper, PointsPaper):
        return f"Give {paper.unit.many} to"
    if isinstance(paper, RankingPaper):
        return "Put in order"
    return "Pick" if paper.word is None or paper.kind is BallotKind.BUDGET else f"Give {paper.word.many} to"


def _is_limited(paper: BallotPaper) -> bool:
    return paper.most < len(paper.projects)


def _money(paper: BallotPaper, minor: int) -> str:
    return shown(minor, paper.exponent, paper.currency)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
