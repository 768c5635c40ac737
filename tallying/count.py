"""The one door to every count: ``count(election, rulebook) -> Outcome``."""

from tallying.choices import AutoAward, BallotKind, RuleName
from tallying.election import Approval, Election, Points, Ranking
from tallying.fields import NONE
from tallying.outcome import DecidedBy, Funded, Outcome, Reason, Unfunded
from tallying.rulebook import Rulebook, RulebookError
from tallying.rules.completion import completed_shares
from tallying.rules.entry import Entry, enter
from tallying.rules.greedy import greedy
from tallying.rules.run import Run, ids_of, total_cost
from tallying.rules.support import Support, support_of
from tallying.rules.ties import TieChain

_KINDS = {BallotKind.APPROVAL: Approval, BallotKind.POINTS: Points, BallotKind.RANKING: Ranking}


def count(election: Election, rulebook: Rulebook, draw: bytes | None = None) -> Outcome:
    """The outcome of the election under the rulebook: exact, and the same on every machine.

    ``draw`` is the seed of a lot drawn in public. Without it a tie that the chain of the rulebook
    does not settle gives an undecided outcome, which names the projects to draw between.
    Raises RulebookError where the rulebook does not fit the election (currency, kind of ballot).
    """
    _check_fit(election, rulebook)
    support = support_of(election)
    entry = enter(election, rulebook, support)
    if _all_fit(election, rulebook, entry):
        return _outcome(election, rulebook, draw, support, entry, Run(funded=entry.places), DecidedBy.ALL_FIT)
    chain = TieChain(rulebook.ties, election, support, draw)
    if rulebook.rule.name is RuleName.GREEDY:
        run = greedy(election, rulebook.rule, support, chain, entry.places, election.budget)
    else:
        run = completed_shares(election, rulebook.rule, support, chain, entry.places)
    return _outcome(election, rulebook, draw, support, entry, run, DecidedBy.RULE)


def _check_fit(election: Election, rulebook: Rulebook) -> None:
    if election.currency != rulebook.currency:
        what = f"it is {rulebook.currency or 'empty'}, but the election is in {election.currency or 'no currency'}."
        raise RulebookError("currency", what, "Write the currency of the election.")
    kind = _KINDS[rulebook.ballot.kind]
    if any(not isinstance(ballot, kind) for ballot, _ in election.groups[:1]):
        found = type(election.groups[0][0]).__name__.lower()
        what = f"it is {rulebook.ballot.kind}, but these ballots are of kind {found}."
        raise RulebookError("ballot.kind", what, "Choose a rulebook for these ballots.")


def _all_fit(election: Election, rulebook: Rulebook, entry: Entry) -> bool:
    all_fit = total_cost(election, entry.places) <= election.budget
    return rulebook.auto_award is AutoAward.ALL_FIT and all_fit


def _outcome(
    election: Election, rulebook: Rulebook, draw: bytes | None, support: Support, entry: Entry, run: Run, by: DecidedBy
) -> Outcome:
    return Outcome(
        election_sha256=election.sha256(),
        rulebook_sha256=rulebook.sha256(),
        budget=election.budget,
        exponent=election.exponent,
        currency=election.currency,
        voters=election.voters,
        by=by,
        funded=tuple(Funded(election.projects[place].id, election.projects[place].cost) for place in run.funded),
        unfunded=_unfunded(election, support, entry, run),
        steps=run.steps,
        ties=run.ties,
        add1=run.add1,
        drawn=NONE if draw is None else draw.hex(),
        pending=ids_of(election, run.pending),
    )


def _unfunded(election: Election, support: Support, entry: Entry, run: Run) -> tuple[Unfunded, ...]:
    """Every other project in paper order; while a lot is pending, those not refused are undecided."""
    left_out = {item.id: item for item in entry.left_out}
    rows = []
    for place, project in enumerate(election.projects):
        if project.id in left_out:
            rows.append(left_out[project.id])
        elif place not in run.funded:
            reason, figures = run.refusals.get(place, (Reason.UNDECIDED, ()))
            rows.append(Unfunded(project.id, project.cost, reason, support.votes[place], figures))
    return tuple(rows)
