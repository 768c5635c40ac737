"""What can be known of a paper whose ballots are not public: whatever of its outcome follows without them."""

from collections.abc import Mapping

from tallying import fields
from tallying.ballots_file import CountedPaper
from tallying.choices import PartOffers
from tallying.election import Project
from tallying.ids import is_sha256
from tallying.outcome import Outcome, Reason
from tallying.rules.constraints import limits_of
from tallying.rules.entry import barred

_BARRED = (Reason.WITHDRAWN, Reason.OVER_BUDGET, Reason.OVER_CAP)


def withheld_faults(outcome: Outcome, counted: CountedPaper, seed: bytes | None) -> list[str]:
    """Why this cannot be the paper's outcome, whatever its ballots are, as sentences.

    ``seed`` is that of the paper's lot. Raises RulebookError for limits too fine for the paper's money.
    """
    faults = {
        "is of no election: its hash is not 64 hexadecimal digits": not is_sha256(outcome.election_sha256),
        "is of another rulebook": outcome.rulebook_sha256 != counted.rulebook.sha256(),
        "is of another budget": outcome.budget != counted.paper.budget,
        "is of another currency": outcome.currency != counted.rulebook.currency,
        "has other decimals": outcome.exponent != counted.paper.exponent,
        "is of another lot than that in draw.json": outcome.drawn != (seed.hex() if seed else fields.NONE),
        "is undecided: a lot must be drawn first": not outcome.is_decided,
    }
    texts = [text for text, is_true in faults.items() if is_true]
    if _has_other_projects(outcome, counted):
        return [*texts, "is of other projects"]
    wrong = {
        "funds a project that may not enter the count, or bars one that may": _bars_others(outcome, counted),
        "funds projects that exclude each other, or more than a ceiling allows": _breaks_limits(outcome, counted),
    }
    return [*texts, *(text for text, is_true in wrong.items() if is_true)]


def _has_other_projects(outcome: Outcome, counted: CountedPaper) -> bool:
    """Whether a project is missing, twice, out of order, or has money that it did not ask for."""
    projects, parts = {project.id: project for project in counted.projects}, counted.rulebook.part_offers
    rest = [project for project in counted.projects if project.id not in outcome.funded_ids]
    if len(rest) + len(outcome.funded) != len(projects) or not set(outcome.funded_ids) <= set(projects):
        return True
    if any(not _least(projects[one.id], parts) <= one.amount <= projects[one.id].cost for one in outcome.funded):
        return True
    return [(item.id, item.cost) for item in outcome.unfunded] != [(project.id, project.cost) for project in rest]


def _least(project: Project, parts: PartOffers) -> int:
    return project.cost if parts is PartOffers.NONE or project.minimum is None else project.minimum


def _bars_others(outcome: Outcome, counted: CountedPaper) -> bool:
    """Whether other projects than these are withdrawn, above the budget or above the cap."""
    budget, rulebook = counted.paper.budget, counted.rulebook
    found = {project.id: refusal for project in counted.projects if (refusal := barred(project, budget, rulebook))}
    said = {item.id: (item.reason, item.figures) for item in outcome.unfunded if item.reason in _BARRED}
    return found != said


def _breaks_limits(outcome: Outcome, counted: CountedPaper) -> bool:
    limits = limits_of(counted.election(()), counted.rulebook)
    amounts: Mapping[str, int] = {item.id: item.amount for item in outcome.funded}
    given = [amounts.get(project.id) for project in counted.projects]
    chosen = {place for place, amount in enumerate(given) if amount is not None}
    if any(chosen.intersection(limits.rivals.get(place, ())) for place in chosen):
        return True
    return any(sum(given[place] or 0 for place in bound.places) > bound.amount for bound in limits.ceilings)
