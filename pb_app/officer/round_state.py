"""The pages of the round's form filled in from a round that stands, so that it can be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from pb_app.officer.round_summary import copy_round, make_round
from pb_app.officer.wizard import Pairs, State
from pb_app.services.new_rounds import NewPaper, NewRound
from pb_app.services.paper_channel import PaperWay
from pb_app.services.rounds import RoundView
from pb_app.web import context
from pb_app.web.filters import clock_time

CHANGING = "changing"
"""The name under which the state holds which round it changes; it is no page."""

_RULE_PAGES = ("kind", "ballot", "rule", "details", "support")
_DATES = ("proposing_opens_at", "proposing_closes_at", "reviewing_closes_at", "voting_opens_at", "voting_closes_at")


def change_round(view: RoundView, way: PaperWay | None) -> State:
    """Every page as the round stands now."""
    state = copy_round(view, way)
    state["about"] = [("title", view.title), ("summary", view.summary)]
    state["timetable"] = [pair for name in _DATES for pair in _moment_pairs(name, getattr(view.timetable, name))]
    for number, paper in enumerate(view.papers):
        for place, pot in enumerate(paper.pots):
            state[f"money-{number}"] += _day_pairs(f"pots-{place}-spend_by", pot.spend_by) if pot.spend_by else []
    return state | {CHANGING: [("round", view.id)]}


def changed_id(state: State) -> str:
    """The id of the round that this state changes; "" for a new one."""
    return dict(state.get(CHANGING, [])).get("round", "")


def changed_round(state: State, view: RoundView, way: PaperWay | None) -> NewRound:
    """The round as the pages have it, all valid. Rulebooks and dates whose pages are as they were stay to the byte."""
    asked, stood = make_round(state), change_round(view, way)
    papers = [_paper(state, stood, (number, paper), view) for number, paper in enumerate(asked.papers)]
    dates = view.timetable if state.get("timetable") == stood["timetable"] else asked.timetable
    return replace(asked, papers=tuple(papers), timetable=dates)


def _paper(state: State, stood: State, at: tuple[int, NewPaper], view: RoundView) -> NewPaper:
    number, paper = at
    keys = [f"{kind}-{number}" for kind in _RULE_PAGES]
    is_same = number < len(view.papers) and all(state.get(key) == stood.get(key) for key in keys)
    return replace(paper, rulebook=view.papers[number].rulebook) if is_same else paper


def _moment_pairs(name: str, at: datetime) -> Pairs:
    local = at.astimezone(context.timezone())
    return [*_day_pairs(name, local.date()), (f"{name}-time", clock_time(at))]


def _day_pairs(name: str, day: date) -> Pairs:
    return [(f"{name}-{part}", str(getattr(day, part))) for part in ("day", "month", "year")]
