"""An outcome as JSON for other programs: ``pb-tally count --json``."""

from tallying.choices import Implementation
from tallying.commands.sources import Countable
from tallying.explain import explain
from tallying.money import amount_text
from tallying.outcome import Outcome
from tallying.ratio import ratio_text
from tallying.rulebook import Rulebook


def outcome_value(
    paper: Countable, rulebook: Rulebook, note: str, outcome: Outcome, differs: bool, implementation: Implementation
) -> dict[str, object]:
    """Amounts are exact decimal strings in currency units; shares ``"n/d"`` in minor units."""
    exponent = outcome.exponent
    value: dict[str, object] = {
        "funded": list(outcome.funded_ids),
        "cost": amount_text(outcome.cost, exponent),
        "remaining": amount_text(outcome.remaining, exponent),
        "budget": amount_text(outcome.budget, exponent),
        "currency": outcome.currency,
        "voters": outcome.voters,
        "state": "decided" if outcome.is_decided else "undecided",
        "pending": list(outcome.pending),
        "ties": [tie.written() for tie in outcome.ties],
        "unfunded": [
            {
                "id": item.id,
                "reason": item.reason.value,
                "supporters": item.supporters,
                **{name: ratio_text(figure) for name, figure in item.figures},
            }
            for item in outcome.unfunded
        ],
        "sentences": {sentence.id: sentence.text for sentence in explain(paper.election, outcome, paper.word)},
        "add1": [[ratio_text(run.endowment), amount_text(run.total, exponent)] for run in outcome.add1],
        "rule": rulebook.written(),
        "rule_note": note,
        "rulebook_sha256": outcome.rulebook_sha256,
        "election_sha256": outcome.election_sha256,
        "implementation": implementation.value,
    }
    if paper.file is not None:
        value["issues"] = [[issue.line, issue.code, issue.text] for issue in paper.file.issues]
    if paper.id:
        value = {"paper": paper.id, **value}
    if paper.published is not None:
        value["same_as_record"] = None if rulebook != paper.rulebook else not differs
    return value
