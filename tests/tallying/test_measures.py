"""Measures of an outcome: by hand, by brute force, and as properties of the rules they speak of."""

from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import BallotKind, CompletionName, RankBy, Satisfaction
from tallying.count import count
from tallying.election import Approval, Ballot, Election, Points, Project
from tallying.measures import Part, Shift, measure, shift
from tallying.outcome import Outcome, Purchase
from tallying.prices import price_system
from tallying.proportionality import Violation, ejr_plus_violations
from tallying.rulebook import Rulebook
from tests.tallying.elections import election, greedy, rulebooks, shares, small_elections

FEW = settings(max_examples=150, deadline=None)
CAST = election(100, {"a": 60, "b": 30, "c": 20}, {"a": 3, "ab": 1, "c": 2, "bc": 1, "": 1})
"""Greedy funds a and c (votes 4, 2, 3): ballots with 60, 60, 20, 20 and 0 pounds on their picks."""


def test_the_measures_of_a_small_outcome_by_hand() -> None:
    found = measure(CAST, count(CAST, greedy()), Satisfaction.COST)
    assert (found.with_one, found.used) == (Fraction(7, 8), Fraction(80, 100))
    assert found.mean == Fraction(4 * 60 + 3 * 20, 8)
    assert found.quartiles == (20, 20, 60)
    assert (found.areas, found.categories, found.prices) == ((), (), None)


def test_areas_and_categories_are_summed_and_a_project_may_stand_in_two_categories() -> None:
    projects = [
        Project("a", "A", 60, area="North", category="green, play"),
        Project("b", "B", 30, area="South", category="play"),
        Project("c", "C", 20, area="North"),
    ]
    cast = Election.of(budget=90, exponent=0, currency="GBP", projects=projects, ballots=[Approval(("a", "b"))])
    found = measure(cast, count(cast, greedy()), Satisfaction.COST)
    assert found.areas == (Part("North", 2, 1, 60), Part("South", 1, 1, 30))
    assert found.categories == (Part("green", 1, 1, 60), Part("play", 2, 2, 90), Part("", 1, 0, 0))


def test_who_gains_and_who_loses_is_counted_in_voters() -> None:
    before, after = count(CAST, greedy()), count(replace(CAST, budget=60), shares())
    assert after.funded_ids == ("a",) or after.funded_ids == ("c",)
    changed = shift(CAST, before, after)
    assert changed.more + changed.same + changed.less == 8
    assert shift(CAST, before, before) == Shift(0, 8, 0)


def test_a_minority_that_greedy_leaves_out_has_a_claim_and_equal_shares_meets_it() -> None:
    """Six of ten voters take all the money; the four others could pay for their project twice over."""
    cast = election(100, {"a": 50, "b": 50, "c": 20}, {"ab": 6, "c": 4})
    outcome = count(cast, greedy())
    assert outcome.funded_ids == ("a", "b")
    assert ejr_plus_violations(cast, outcome, Satisfaction.COST) == (
        Violation("c", 20, voters=4, share=Fraction(40), has=0, due=Fraction(40)),
    )
    assert ejr_plus_violations(cast, count(cast, shares()), Satisfaction.COST) == ()


def test_points_count_as_points_in_a_claim() -> None:
    ballots: dict[Ballot, int] = {Points((("a", 9),)): 3, Points((("c", 2),)): 2}
    cast = election(100, {"a": 100, "c": 20}, ballots)
    outcome = count(cast, greedy(BallotKind.POINTS, rank_by=RankBy.POINTS))
    (claim,) = ejr_plus_violations(cast, outcome, Satisfaction.POINTS)
    assert (claim.voters, claim.due) == (2, Fraction(100, 5) * 4 / 20)


def _brute_force(cast: Election, outcome: Outcome, satisfaction: Satisfaction) -> set[str]:
    """Projects for which some set of their supporters has a claim: straight from the definition."""
    costs = {project.id: project.cost for project in cast.projects}
    worth = {project_id: cost if satisfaction is Satisfaction.COST else 1 for project_id, cost in costs.items()}
    voters = [ballot.ids for ballot, number in cast.groups for _ in range(number) if isinstance(ballot, Approval)]
    found = set()
    for item in outcome.unfunded:
        supporters = [ids for ids in voters if item.id in ids and item.cost <= cast.budget]
        for group in chain.from_iterable(combinations(supporters, size) for size in range(1, len(supporters) + 1)):
            due = Fraction(cast.budget, cast.voters) * len(group) * worth[item.id]
            levels = [sum(worth[one] for one in ids if one in outcome.funded_ids) + worth[item.id] for ids in group]
            if all(level * item.cost <= due for level in levels):
                found.add(item.id)
    return found


@FEW
@given(small_elections(), st.sampled_from(rulebooks()), st.sampled_from([Satisfaction.COST, Satisfaction.COUNT]))
def test_claims_are_those_of_the_definition(cast: Election, rulebook: Rulebook, satisfaction: Satisfaction) -> None:
    outcome = count(cast, rulebook)
    found = {item.project_id for item in ejr_plus_violations(cast, outcome, satisfaction)}
    assert found == _brute_force(cast, outcome, satisfaction)


@FEW
@given(small_elections(), st.sampled_from([Satisfaction.COST, Satisfaction.COUNT]))
def test_ejr_plus_up_to_one_project_holds_for_equal_shares(cast: Election, satisfaction: Satisfaction) -> None:
    assert ejr_plus_violations(cast, count(cast, shares(satisfaction)), satisfaction) == ()


@FEW
@given(
    small_elections(),
    st.sampled_from([Satisfaction.COST, Satisfaction.COUNT]),
    st.sampled_from([CompletionName.NONE, CompletionName.ADD1]),
)
def test_priceability_every_outcome_of_equal_shares_is_a_price_system(
    cast: Election, satisfaction: Satisfaction, completion: CompletionName
) -> None:
    outcome = count(cast, shares(satisfaction, completion))
    prices = price_system(cast, outcome, satisfaction)
    assert prices is None or prices.holds
    assert (prices is None) == (not outcome.funded)


def test_a_trace_that_does_not_pay_exactly_is_no_price_system() -> None:
    cast = election(40, {"a": 18, "b": 15}, {"ab": 2, "a": 1, "": 1})
    outcome = count(cast, shares())
    (step,) = (step for step in outcome.steps if isinstance(step, Purchase))
    forged = replace(outcome, steps=(replace(step, price=step.price / 2),))
    prices = price_system(cast, forged, Satisfaction.COST)
    assert prices is not None
    assert prices.faults == ("a is not paid exactly",)


def test_what_greedy_adds_is_not_among_what_shares_paid_for() -> None:
    cast = election(40, {"a": 18, "b": 15, "c": 15}, {"ab": 2, "a": 1, "c": 1})
    prices = price_system(cast, count(cast, shares(completion=CompletionName.GREEDY)), Satisfaction.COST)
    assert prices is not None
    assert prices.paid == ("a",)
