"""What the pages of the new round's form hold together: as sentences to check, and as the round to make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pb_app.officer import wizard
from pb_app.officer.ballot_forms import ONE_BALLOT, make_ballot
from pb_app.officer.round_forms import NO_PAPER, PAPER_WAYS
from pb_app.officer.rulebook_choices import make_rulebook, read_choices
from pb_app.officer.voter_forms import IDENTIFY, rule_pairs
from pb_app.officer.wizard import Pairs, State
from pb_app.services.paper_channel import PaperWay, Stands, read_places
from pb_app.services.rounds import NewPaper, NewPot, NewRound, PotView, RoundView
from pb_app.services.voter_words import UNDECLARED
from pb_app.web.filters import day, moment, money
from tallying.plain_words import plain_words
from tallying.rulebook import Rulebook
from voting.eligibility import sentence, ways


@dataclass(frozen=True, slots=True)
class Row:
    """One line to check. `key` names the page that changes it."""

    label: str
    lines: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Section:
    """The lines about the round, or about one ballot paper."""

    title: str
    rows: tuple[Row, ...]


def read_round(state: State, areas: Mapping[str, str]) -> list[Section]:
    """Everything typed so far, page by page; a page that is not in order says so."""
    forms = _forms(state, areas)
    sections = [Section("The round", _round_rows(forms, areas))]
    for number in wizard.paper_numbers(state):
        title = f"Ballot paper: {wizard.paper_title(state, number)}"
        sections.append(Section(title, _paper_rows(forms, number, areas)))
    ways = forms["ways"]
    rows = (_row("On paper", "ways", ways, lambda: [PAPER_WAYS[ways.paper.data], *read_places(ways.places.text)]),)
    return [*sections, Section("Ways to vote", rows), Section("Timetable", _timetable_rows(forms))]


def make_round(state: State) -> NewRound:
    """The round to make. Only of pages that are all valid."""
    forms = _forms(state, {})
    return NewRound(
        title=forms["about"].title.data,
        summary=forms["about"].summary.data,
        timetable=forms["timetable"].timetable(),
        eligibility=forms["eligible"].rule(),
        papers=tuple(_new_paper(forms, number, wizard.paper_title(state, number)) for number in _numbers(state)),
        paper_rule=None if forms["ways"].paper.data == NO_PAPER else Stands(forms["ways"].paper.data),
        paper_places=forms["ways"].places.data,
    )


def copy_round(view: RoundView, way: PaperWay | None) -> State:
    """The pages filled in as an earlier round has them; the dates are left to be written."""
    state: State = {
        "about": [("title", f"{view.title} (copy)"), ("summary", view.summary)],
        "eligible": rule_pairs(view.eligibility or UNDECLARED),
        "ways": [("paper", way.rule.value), ("places", "\n".join(way.places))] if way else [("paper", NO_PAPER)],
        "papers": [(f"papers-{number}", paper.title) for number, paper in enumerate(view.papers)],
    }
    for number, paper in enumerate(view.papers):
        state[f"money-{number}"] = [pair for place, pot in enumerate(paper.pots) for pair in _pot_pairs(place, pot)]
        who = "some" if paper.areas else "all"
        state[f"voters-{number}"] = [("who", who), *(("areas", area.id) for area in paper.areas)]
        for kind, pairs in read_choices(paper.rulebook).items():
            state[f"{kind}-{number}"] = pairs
        if paper.word is not None:
            state[f"kind-{number}"] += [("one", paper.word.one), ("many", paper.word.many)]
    return state


def _numbers(state: State) -> list[int]:
    return wizard.paper_numbers(state)


def _forms(state: State, areas: Mapping[str, str]) -> dict[str, Any]:
    return {step.key: wizard.make_form(state, step, areas, is_posted=False) for step in wizard.steps(state)}


def _new_paper(forms: Mapping[str, Any], number: int, title: str) -> NewPaper:
    voters = forms[f"voters-{number}"]
    return NewPaper(
        title=title,
        rulebook=_rulebook(forms, number),
        pots=tuple(_new_pot(entry.form) for entry in forms[f"money-{number}"].pots),
        area_ids=tuple(voters.areas.data) if voters.who.data == "some" else (),
        word=forms[f"kind-{number}"].word(),
    )


def _new_pot(form: Any) -> NewPot:
    return NewPot(form.name.data, form.amount.data, form.source.data, form.conditions.data, form.spend_by.data)


def _rulebook(forms: Mapping[str, Any], number: int) -> Rulebook:
    rule, details, support = (forms[f"{kind}-{number}"] for kind in ("rule", "details", "support"))
    marking, kind = forms.get(f"ballot-{number}"), forms[f"kind-{number}"]
    ballot = make_ballot(kind.kind.data, marking, kind.ballots.data or ONE_BALLOT)
    return make_rulebook(ballot, rule, details, support)


def _pot_pairs(place: int, pot: PotView) -> Pairs:
    pounds = f"{pot.amount // 100}.{pot.amount % 100:02d}" if pot.amount % 100 else f"{pot.amount // 100:,}"
    texts = {"name": pot.name, "amount": pounds, "source": pot.source, "conditions": pot.conditions}
    return [(f"pots-{place}-{name}", text) for name, text in texts.items()]


def _areas_of(forms: Mapping[str, Any], areas: Mapping[str, str]) -> list[str]:
    """The areas by name that the papers are for; empty where one is for all."""
    voters = [form for key, form in forms.items() if key.startswith("voters-")]
    if any(form.who.data != "some" for form in voters):
        return []
    chosen = {area_id for form in voters for area_id in form.areas.data}
    return [name for area_id, name in areas.items() if area_id in chosen]


def _round_rows(forms: Mapping[str, Any], areas: Mapping[str, str]) -> tuple[Row, ...]:
    about, who = forms["about"], forms["eligible"]
    return (
        _row("Name", "about", about, lambda: [about.title.data]),
        _row("What it is for", "about", about, lambda: [about.summary.data]),
        _row(
            "Who may vote", "eligible", who, lambda: [sentence(who.rule(), _areas_of(forms, areas)), *ways(who.rule())]
        ),
        _row("When people say who they are", "eligible", who, lambda: [IDENTIFY[who.identify.data]]),
    )


def _paper_rows(forms: Mapping[str, Any], number: int, areas: Mapping[str, str]) -> tuple[Row, ...]:
    money_form, voters = forms[f"money-{number}"], forms[f"voters-{number}"]
    kinds = (f"{kind}-{number}" for kind in ("kind", "ballot", "rule", "details", "support"))
    rules = [forms[key] for key in kinds if key in forms]
    return (
        _row("Money", f"money-{number}", money_form, lambda: [_pot_words(entry.form) for entry in money_form.pots]),
        _row("For which areas", f"voters-{number}", voters, lambda: [_voter_words(voters, areas)]),
        _row(
            "Rules",
            f"kind-{number}",
            rules,
            lambda: list(plain_words(_rulebook(forms, number), forms[f"kind-{number}"].word())),
        ),
    )


def _timetable_rows(forms: Mapping[str, Any]) -> tuple[Row, ...]:
    form = forms["timetable"]
    dates = [form[name] for name in ("proposing_opens_at", "proposing_closes_at", "reviewing_closes_at")]
    dates += [form["voting_opens_at"], form["voting_closes_at"]]
    return tuple(_row(str(date.label.text), "timetable", form, lambda date=date: [moment(date.data)]) for date in dates)


def _row(label: str, key: str, forms: Any, lines: Any) -> Row:
    """The lines are asked for only where every form is in order."""
    is_ready = all(form.validate() for form in (forms if isinstance(forms, list) else [forms]))
    return Row(label, tuple(lines()) if is_ready else ("Not finished yet",), key)


def _pot_words(pot: Any) -> str:
    words = [f"{pot.name.data}: {money(pot.amount.data)}"]
    if pot.source.data:
        words.append(f"from {pot.source.data}")
    if pot.spend_by.data:
        words.append(f"to be spent by {day(pot.spend_by.data)}")
    conditions = f". {pot.conditions.data}" if pot.conditions.data else ""
    return ", ".join(words) + conditions


def _voter_words(voters: Any, areas: Mapping[str, str]) -> str:
    if voters.who.data == "all":
        return "Everybody, in every area"
    return "People of " + ", ".join(areas.get(area_id, area_id) for area_id in voters.areas.data)
