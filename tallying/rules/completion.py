"""What equal shares does with the money it leaves: nothing, Add1, greedy, or Add1 and then greedy.

Add1 gives every voter a little more and runs again from scratch, until a run would overspend: see
Peters, Pierczyński, Skowron 2021 (arXiv 2008.13276), section 3, and Faliszewski and others 2023
(IJCAI), section 3.3. It is not monotone, so no step may be passed over. Its variants fund
other projects in real elections; each is named in the rulebook (``Completion``).
"""

from collections.abc import Iterator
from fractions import Fraction

from tallying.choices import Add1Start, Add1Stop, Compare
from tallying.money import amount_text, read_amount
from tallying.rule import Completion, RulebookError
from tallying.rules.comparison import compared
from tallying.rules.constraints import OUT_OF_REACH
from tallying.rules.contest import Contest
from tallying.rules.equal_shares import Market, Sale, sell
from tallying.rules.greedy import greedy
from tallying.rules.run import Run, total_cost
from tallying.steps import Add1Run
from tallying.values import replace

MOST_RUNS = 100_000
"""Add1 is refused beyond this many runs: its step is far too small for the currency."""

MOST_STEPS, MANY_GROUPS = 20_000, 1_000
"""With so many different ballots it is refused before the first run where B/n is more than so many steps."""


def completed_shares(contest: Contest, market: Market) -> Run:
    """Equal shares with the completion of the rulebook; raises RulebookError for a hopeless step."""
    election, rule = contest.election, contest.rule
    share = Fraction(election.budget, election.voters) if election.voters else Fraction(0)
    if rule.completion.has_add1 and election.voters:
        run = _add1(market, rule.completion, share, contest)
    else:
        run = sell(market, share, contest).run()
    if rule.completion.has_greedy and not run.pending:
        run = _then_greedy(run, contest)
    if rule.completion.compare is not Compare.NONE and not run.pending:
        run = compared(run, contest)
    return run


def _add1(market: Market, completion: Completion, share: Fraction, contest: Contest) -> Run:
    """The last run that does not overspend, or the first that leaves nothing to buy."""
    step = _step(completion, market.election.exponent)
    if share > step * MOST_STEPS and len(market.election.groups) >= MANY_GROUPS:
        what = f"a voter's share is more than {MOST_STEPS:,} steps of {completion.step}: the count would take hours."
        raise _too_small(what, share, market.election.exponent)
    runs: list[Add1Run] = []
    best: Sale | None = None
    for endowment in _endowments(share, step, completion.start):
        _refuse_endless(runs, completion, market.election.exponent)
        sale = sell(market, endowment, contest)
        total = total_cost(market.election, sale.funded)
        if sale.pending:
            # Of a run that overspends even before its lot, nothing is sure to be funded.
            sure = sale.run() if total <= market.election.budget else Run(pending=sale.pending)
            return replace(sure, add1=tuple(runs))
        runs.append(Add1Run(endowment, total))
        if total > market.election.budget:
            break
        best = sale
        if _is_complete(sale, market, completion.stop, total):
            break
    return Run() if best is None else replace(best.run(), add1=tuple(runs))


def _endowments(share: Fraction, step: int, start: Add1Start) -> Iterator[Fraction]:
    """B/n, and then on by steps: from B/n itself, or from B/n rounded down to whole steps."""
    yield share
    raised = share if start is Add1Start.EXACT_SHARE else Fraction(share // step * step)
    while True:
        raised += step
        yield raised


def _is_complete(sale: Sale, market: Market, stop: Add1Stop, total: int) -> bool:
    """Whether no further run can be of use: all that is supported and in reach is funded, or, if so declared,
    nothing of it fits.
    """
    unfunded = set(market.supported) - set(sale.funded) - set(sale.removed)
    if stop is Add1Stop.FIRST_OVERSPEND:
        return not unfunded
    left = market.election.budget - total
    return all(market.election.projects[place].cost > left for place in unfunded)


def _step(completion: Completion, exponent: int) -> int:
    try:
        return read_amount(completion.step, exponent)
    except ValueError as error:
        raise RulebookError("rule.completion.step", f"{error}.", "") from error


def _refuse_endless(runs: list[Add1Run], completion: Completion, exponent: int) -> None:
    if len(runs) == MOST_RUNS:
        what = f"{MOST_RUNS:,} runs of Add1 with a step of {completion.step} a voter have not used the money."
        raise _too_small(what, runs[0].endowment, exponent)


def _too_small(what: str, share: Fraction, exponent: int) -> RulebookError:
    hundredth: int = 10 ** max(len(str(int(share))) - 2, 0)
    mend = f"Choose a larger step, such as {amount_text(hundredth, exponent)}."
    return RulebookError("rule.completion.step", what, mend)


def _then_greedy(run: Run, contest: Contest) -> Run:
    """Greedy over the projects that are left, with the money that is left."""
    gone = (*run.funded, *(place for place, why in run.refusals.items() if why[0] in OUT_OF_REACH))
    rest = tuple(place for place in contest.places if place not in gone)
    left = contest.election.budget - total_cost(contest.election, run.funded)
    after = greedy(contest, rest, left, before=run.funded)
    refusals = {place: after.refusals.get(place, refusal) for place, refusal in run.refusals.items()}
    for place in after.funded:
        refusals.pop(place)
    later = tuple(replace(tie, step=tie.step + len(run.steps)) for tie in after.ties)
    return replace(
        run,
        funded=run.funded + after.funded,
        steps=run.steps + after.steps,
        ties=run.ties + later,
        refusals=refusals,
        pending=after.pending,
    )
