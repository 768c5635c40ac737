"""What can be told of a proposal without an officer: the first half of the checklist of its review."""

from __future__ import annotations

from dataclasses import dataclass

from pb_app.services.proposal_reading import ProposalView
from pb_app.services.round_views import RoundView
from tallying.money import shown


@dataclass(frozen=True, slots=True)
class Check:
    """One line: whether it is as hoped, and what was found."""

    is_met: bool
    words: str


def check_proposal(proposal: ProposalView, view: RoundView) -> list[Check]:
    """Pot, cost, place and interest, in the order in which a reviewer reads them."""
    return [_pot(proposal, view), _cost(proposal), _place(proposal), _interest(proposal)]


def _pot(proposal: ProposalView, view: RoundView) -> Check:
    pot = next((pot for pot in view.pots if pot.id == proposal.pot_id), None)
    if pot is None:
        return Check(False, "It names no pot")
    if proposal.cost > pot.amount:
        return Check(False, f"It costs more than its pot “{pot.name}”, which holds {shown(pot.amount, 2, 'GBP')}")
    return Check(True, f"Its cost fits into its pot “{pot.name}”, which holds {shown(pot.amount, 2, 'GBP')}")


def _cost(proposal: ProposalView) -> Check:
    if not proposal.cost_lines:
        return Check(False, "It has no cost lines")
    largest = max(proposal.cost_lines, key=lambda line: line.amount)
    return Check(True, f"Its largest cost is “{largest.label}”, {shown(largest.amount, 2, 'GBP')}")


def _place(proposal: ProposalView) -> Check:
    return Check(True, f"The place is given: {proposal.place}") if proposal.place else Check(False, "It names no place")


def _interest(proposal: ProposalView) -> Check:
    if proposal.interest is None:
        return Check(False, "The proposer did not say whether they gain from it")
    if proposal.interest:
        return Check(False, "The proposer declared an interest")
    return Check(True, "The proposer gains nothing from it")
