"""Several outcomes side by side as JSON: ``pb-tally compare --json``. Shares are exact, ``"n/d"``."""

from collections.abc import Sequence

from tallying.commands.compare_text import Compared
from tallying.commands.sources import Countable
from tallying.measures import Measures, Part, Shift
from tallying.money import amount_text
from tallying.proportionality import Violation
from tallying.ratio import ratio_text


def comparison_value(paper: Countable, rules: Sequence[Compared], shifts: Sequence[Shift]) -> dict[str, object]:
    """Amounts are exact decimal strings in currency units; ``mean`` is in minor units."""
    exponent = paper.election.exponent
    value: dict[str, object] = {
        "currency": paper.election.currency,
        "voters": paper.election.voters,
        "rules": [_rule(item, moved, exponent) for item, moved in zip(rules, shifts, strict=True)],
    }
    if len(rules) == 2:
        value["only_first"], value["only_second"] = _only(rules[0], rules[1]), _only(rules[1], rules[0])
    return value


def _rule(item: Compared, moved: Shift, exponent: int) -> dict[str, object]:
    return {
        "rule": item.rulebook.written(),
        "rulebook_sha256": item.outcome.rulebook_sha256,
        "state": "decided" if item.outcome.is_decided else "undecided",
        "funded": list(item.outcome.funded_ids),
        "cost": amount_text(item.outcome.cost, exponent),
        "remaining": amount_text(item.outcome.remaining, exponent),
        **_measures(item.measures, exponent),
        "claims_measured_by": item.satisfaction.value,
        "than_first": {"better": moved.more, "same": moved.same, "worse": moved.less},
    }


def _measures(measures: Measures, exponent: int) -> dict[str, object]:
    prices = measures.prices
    return {
        "voters_with_one": ratio_text(measures.with_one),
        "budget_used": ratio_text(measures.used),
        "mean": ratio_text(measures.mean),
        "quartiles": [amount_text(money, exponent) for money in measures.quartiles],
        "areas": [_part(part, exponent) for part in measures.areas],
        "categories": [_part(part, exponent) for part in measures.categories],
        "ejr_plus_violations": [_violation(claim, exponent) for claim in measures.violations],
        "price_system": None
        if prices is None
        else {"share": ratio_text(prices.share), "paid": list(prices.paid), "faults": list(prices.faults)},
    }


def _part(part: Part, exponent: int) -> dict[str, object]:
    amount = amount_text(part.amount, exponent)
    return {"name": part.name, "projects": part.projects, "funded": part.funded, "amount": amount}


def _violation(claim: Violation, exponent: int) -> dict[str, object]:
    return {
        "project": claim.project_id,
        "cost": amount_text(claim.cost, exponent),
        "voters": claim.voters,
        "share": ratio_text(claim.share),
        "has": claim.has,
        "due": ratio_text(claim.due),
    }


def _only(one: Compared, other: Compared) -> list[str]:
    return [project_id for project_id in one.outcome.funded_ids if project_id not in other.outcome.funded_ids]
