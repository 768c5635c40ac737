"""The one door to every count: ``count(election, rulebook) -> Outcome``.

Two implementations stand behind it, which give the same bytes: the definition in ``tallying.rules``,
and the engine in ``tallying.engine``, which is the same at city speed.
"""

from collections.abc import Callable, Sequence
from functools import partial

from tallying import engine
from tallying.choices import AutoAward, BallotKind, Implementation, RuleName, Satisfaction
from tallying.election import Approval, Election, Points, Project, Ranking
from tallying.fields import NONE
from tallying.on_demand import on_demand
from tallying.outcome import DecidedBy, Funded, Outcome, Reason, Unfunded
from tallying.rulebook import Rulebook, RulebookError
from tallying.rules.constraints import Limits, limits_of
from tallying.rules.contest import Contest
from tallying.rules.entry import Entry, enter
from tallying.rules.equal_shares import Market, market_of
from tallying.rules.phragmen import Field, field_of, phragmen
from tallying.rules.run import Run, ids_of, total_cost
from tallying.rules.support import Support, support_of
from tallying.rules.ties import TieChain
from tallying.values import frozen_value

_KINDS = {
    BallotKind.APPROVAL: Approval,
    BallotKind.POINTS: Points,
    BallotKind.RANKING: Ranking,
    BallotKind.BUDGET: Approval,
}


@frozen_value
class _Workings:
    """What the two implementations do each in their own way, for one election.

    ``market`` sets up equal shares for the places that entered, ``field`` Phragmén.
    """

    sha256: str
    support: Support
    market: Callable[[Satisfaction, TieChain, Sequence[int]], Market]
    field: Callable[[Sequence[int]], Field]


@frozen_value
class Prepared:
    """An election with what every count by the engine needs of it: to count it by several rulebooks."""

    election: Election
    sha256: str
    index: engine.Index


def prepare(election: Election) -> Prepared:
    """Hash the election and turn it round, once."""
    return Prepared(election, election.sha256(), engine.index_of(election))


def count(
    election: Election | Prepared,
    rulebook: Rulebook,
    draw: bytes | None = None,
    *,
    implementation: Implementation | None = None,
) -> Outcome:
    """The outcome of the election under the rulebook: exact, and the same on every machine.

    ``draw`` is the seed of a lot drawn in public. Without it a tie that the chain of the rulebook
    does not settle gives an undecided outcome, which names the projects to draw between.
    ``implementation`` says which code counts, see ``implementation_for``; the bytes are the same.
    Raises RulebookError where the rulebook does not fit the election (currency, kind of ballot), and
    where the engine is asked for a rulebook that it does not count.
    """
    ballots = election.election if isinstance(election, Prepared) else election
    _check_fit(ballots, rulebook)
    if implementation_for(rulebook, implementation) is Implementation.ENGINE:
        prepared = election if isinstance(election, Prepared) else prepare(election)
        return _decide(ballots, rulebook, draw, _fast(prepared))
    return _decide(ballots, rulebook, draw, _plain(ballots))


def _fast(prepared: Prepared) -> _Workings:
    election, index = prepared.election, prepared.index
    market = partial(engine.market_of, election, index)
    return _Workings(prepared.sha256, index.support, market, partial(engine.field_of, election, index))


def _plain(election: Election) -> _Workings:
    return _Workings(election.sha256(), support_of(election), partial(market_of, election), partial(field_of, election))


def implementation_for(rulebook: Rulebook, wanted: Implementation | None = None) -> Implementation:
    """The code that counts this rulebook: the one wanted, or the engine where it can.

    Raises RulebookError where the engine is wanted and does not count this rulebook.
    """
    covered = engine.covers(rulebook)
    if wanted is Implementation.ENGINE and not covered:
        raise RulebookError("rule.name", f"the engine does not count {rulebook.rule.name}.", "Use the definition.")
    return wanted or (Implementation.ENGINE if covered else Implementation.DEFINITION)


def _decide(election: Election, rulebook: Rulebook, draw: bytes | None, workings: _Workings) -> Outcome:
    support = workings.support
    entry = enter(election, rulebook, support)
    limits = limits_of(election, rulebook)
    if _all_fit(election, rulebook, entry, limits):
        return _outcome(election, rulebook, draw, workings, entry, Run(funded=entry.places), DecidedBy.ALL_FIT)
    chain = TieChain(rulebook.ties, election, support, draw)
    run = _run(Contest(election, rulebook.rule, support, chain, entry.places, limits), workings)
    return _outcome(election, rulebook, draw, workings, entry, run, DecidedBy.RULE)


def _run(contest: Contest, workings: _Workings) -> Run:
    match contest.rule.name:
        case RuleName.GREEDY:
            return _rule("greedy", "greedy")(contest, contest.places, contest.election.budget)
        case RuleName.EQUAL_SHARES:
            market = workings.market(contest.rule.satisfaction, contest.chain, contest.places)
            return _rule("completion", "completed_shares")(contest, market)
        case RuleName.PHRAGMEN:
            return phragmen(contest, workings.field(contest.places))
        case RuleName.MAX_WELFARE:
            return _rule("max_welfare", "max_welfare")(contest)
        case RuleName.BOUNDED_OVERSPENDING:
            return _rule("bounded_overspending", "bounded_overspending")(contest)


def _rule(module: str, function: str) -> Callable[..., Run]:
    """The rule, loaded now: a small file is counted in less time than all the rules take to load."""
    rule: Callable[..., Run] = getattr(on_demand(f"tallying.rules.{module}"), function)
    return rule


def _check_fit(election: Election, rulebook: Rulebook) -> None:
    if election.currency != rulebook.currency:
        what = f"it is {rulebook.currency or 'empty'}, but the election is in {election.currency or 'no currency'}."
        raise RulebookError("currency", what, "Write the currency of the election.")
    kind = _KINDS[rulebook.ballot.kind]
    if any(not isinstance(ballot, kind) for ballot, _ in election.groups[:1]):
        found = type(election.groups[0][0]).__name__.lower()
        what = f"it is {rulebook.ballot.kind}, but these ballots are of kind {found}."
        raise RulebookError("ballot.kind", what, "Choose a rulebook for these ballots.")


def _all_fit(election: Election, rulebook: Rulebook, entry: Entry, limits: Limits) -> bool:
    """Whether all that is left can be paid, and nothing of it excludes another or breaks a ceiling."""
    all_fit = total_cost(election, entry.places) <= election.budget and limits.permits(election, entry.places)
    return rulebook.auto_award is AutoAward.ALL_FIT and all_fit


def _outcome(
    election: Election,
    rulebook: Rulebook,
    draw: bytes | None,
    workings: _Workings,
    entry: Entry,
    run: Run,
    by: DecidedBy,
) -> Outcome:
    return Outcome(
        election_sha256=workings.sha256,
        rulebook_sha256=rulebook.sha256(),
        budget=election.budget,
        exponent=election.exponent,
        currency=election.currency,
        voters=election.voters,
        by=by,
        funded=tuple(_funded(election.projects[place], run.amounts.get(place)) for place in run.funded),
        unfunded=_unfunded(election, workings.support, entry, run),
        steps=run.steps,
        ties=run.ties,
        add1=run.add1,
        drawn=NONE if draw is None else draw.hex(),
        pending=ids_of(election, run.pending),
    )


def _funded(project: Project, part: int | None) -> Funded:
    return Funded(project.id, project.cost if part is None else part)


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
