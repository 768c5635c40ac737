"""How two descriptions of a round differ, line by line, in the words that residents read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pb_app.services.new_rounds import NewPaper, NewPot, NewRound
from pb_app.services.paper_channel import Stands, read_places
from pb_app.services.voter_words import UNDECLARED
from tallying.money import shown
from tallying.plain_words import plain_words
from voting.eligibility import Identify, sentence, ways

Line = str | datetime
"""Words, or a time for the page to write in local time."""

_DATES = {
    "proposing_opens_at": "Proposals open",
    "proposing_closes_at": "Proposals close",
    "reviewing_closes_at": "Review ends",
    "voting_opens_at": "Voting opens",
    "voting_closes_at": "Voting closes",
}
_IDENTIFY = {
    Identify.FIRST: "People say who they are before they see the ballot paper.",
    Identify.LAST: "People say who they are after they have marked and checked it.",
}
_ON_PAPER = {
    None: "No votes on paper.",
    Stands.ONLINE: "Votes on paper too. If a sheet arrives after an online vote, the online vote stands.",
    Stands.PAPER: "Votes on paper too. If a sheet arrives after an online vote, the sheet counts in its place.",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed: the lines that went, and those that came."""

    label: str
    was: tuple[Line, ...]
    now: tuple[Line, ...]


def differences(before: NewRound, after: NewRound, areas: Mapping[str, str]) -> tuple[Difference, ...]:
    """What changed, in the order of the round's page. `areas`: names by id."""
    was, now = _lines(before, areas), _lines(after, areas)
    labels = list(dict.fromkeys([*was, *now]))
    found = [_difference(label, was.get(label, ()), now.get(label, ())) for label in labels]
    return tuple(one for one in found if one.was or one.now)


def _difference(label: str, was: tuple[Line, ...], now: tuple[Line, ...]) -> Difference:
    return Difference(label, _without(was, now), _without(now, was))


def _without(lines: tuple[Line, ...], others: tuple[Line, ...]) -> tuple[Line, ...]:
    """Each line that has none like it among the others: two pots may read the same."""
    left = list(others)
    found = []
    for line in lines:
        if line in left:
            left.remove(line)
        else:
            found.append(line)
    return tuple(found)


def _lines(new: NewRound, areas: Mapping[str, str]) -> dict[str, tuple[Line, ...]]:
    lines: dict[str, tuple[Line, ...]] = {
        "Name of the round": (new.title.strip(),),
        "What it is for": (new.summary.strip(),),
        "Who may vote": _voter_lines(new, areas),
        "Votes on paper": (_ON_PAPER[new.paper_rule],),
        "Where sheets are had and handed in": read_places(new.paper_places),
    }
    for number, paper in enumerate(new.papers, start=1):
        at = f"Ballot paper {number}" if len(new.papers) > 1 else "Ballot paper"
        lines[f"{at}: name"] = (paper.title.strip(),)
        lines[f"{at}: money"] = tuple(_pot_line(pot) for pot in paper.pots)
        lines[f"{at}: areas"] = (_area_line(paper, areas),)
        lines[f"{at}: rules"] = tuple(plain_words(paper.rulebook, paper.word))
    return lines | {label: (getattr(new.timetable, name),) for name, label in _DATES.items()}


def _voter_lines(new: NewRound, areas: Mapping[str, str]) -> tuple[Line, ...]:
    rule = new.eligibility or UNDECLARED
    ids = dict.fromkeys(area for paper in new.papers for area in paper.area_ids)
    names = [areas.get(one, one) for one in ids] if all(paper.area_ids for paper in new.papers) else []
    return (sentence(rule, names), *ways(rule), _IDENTIFY[rule.identify])


def _pot_line(pot: NewPot) -> str:
    parts = [f"{pot.name.strip()}: {shown(pot.amount, 2, 'GBP')}"]
    parts += [f"from {pot.source.strip()}"] if pot.source.strip() else []
    parts += [f"to be spent by {_day(pot.spend_by)}"] if pot.spend_by else []
    return ", ".join(parts) + (f". {pot.conditions.strip()}" if pot.conditions.strip() else "")


def _area_line(paper: NewPaper, areas: Mapping[str, str]) -> str:
    names = [areas.get(one, one) for one in paper.area_ids]
    return f"For people of {', '.join(names)}" if names else "For everybody on the roll"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
