"""Who may vote in a round, in the words that residents read: on the round's page, and frozen at the opening."""

from __future__ import annotations

from pb_app.services.round_views import RoundView
from voting.eligibility import Eligibility, sentence, ways
from voting.errors import Problem

UNDECLARED = Eligibility()
"""Rounds made without a rule: everybody with a tie to the place, at any age, whom an officer has checked."""


def rule_words(view: RoundView) -> str:
    """The one sentence."""
    return sentence(view.eligibility or UNDECLARED, area_names(view))


def ways_words(view: RoundView) -> list[str]:
    """How somebody shows it, a sentence each."""
    return ways(view.eligibility or UNDECLARED)


def area_names(view: RoundView) -> list[str]:
    """The areas the round is for, by name; empty where one of its papers is for every area."""
    return [area.name for area in view.areas] if all(paper.areas for paper in view.papers) else []


def area_ids(view: RoundView) -> frozenset[str]:
    """The same by id."""
    return frozenset(area.id for area in view.areas) if all(paper.areas for paper in view.papers) else frozenset()


def consent_problems(rule: Eligibility | None, *, holds_consent: bool) -> list[Problem]:
    """What an organisation must say of guardians' consent before its people get codes: field "holds_consent"."""
    under = (rule or UNDECLARED).consent_under
    if not under or holds_consent:
        return []
    return [
        Problem("holds_consent", f"Ask them first: this round needs a guardian’s consent for everybody under {under}")
    ]
