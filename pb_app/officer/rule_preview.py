"""What the page that asks for the rule shows of each: its result on a past round of the council, with this money."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from pb_app.officer import wizard
from pb_app.officer.ballot_forms import kind_of
from pb_app.officer.rulebook_choices import rules_to_compare
from pb_app.services.past_elections import PastPaper, past_papers, sample_paper
from pb_app.services.rule_comparison import Comparison, compare_rules

_SAMPLE_MONEY = 100_000_00
"""Pence, where no amount is written yet."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The comparison, and what else it could be made on: (number, words) of each past paper; `shown` is its number."""

    comparison: Comparison
    others: tuple[tuple[int, str], ...]
    shown: int


def preview_rules(session: Session, state: wizard.State, paper: int, wanted: str = "") -> Preview:
    """Both rules on the past paper `wanted` (a number), or on the latest whose ballots are of the kind chosen."""
    money = _money(state, paper)
    kind = wizard.ballot_kind(state, paper)
    found = sorted(past_papers(session), key=lambda one: kind_of(one.ballot) != kind)
    pasts = found or [sample_paper(money or _SAMPLE_MONEY)]
    shown = int(wanted) if wanted.isdecimal() and int(wanted) < len(pasts) else 0
    past = pasts[shown]
    rules = rules_to_compare(past.ballot, dict(state.get(f"details-{paper}", [])))
    others = tuple((number, _words(one)) for number, one in enumerate(pasts) if number != shown)
    return Preview(compare_rules(past, rules, money or past.election.budget), others, shown)


def _money(state: wizard.State, paper: int) -> int:
    """What the pots of the new paper hold so far, in pence."""
    form = wizard.make_form(state, wizard.Step("money", paper), {}, is_posted=False)
    return sum(entry.form.amount.data or 0 for entry in form["pots"])


def _words(past: PastPaper) -> str:
    return f"“{past.title}” in {past.round_title}"
