"""Axioms of each rule, named, on elections made by Hypothesis; those of all rules are in ``test_axioms``."""

from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import OnOverspend, Satisfaction, Unsupported
from tallying.count import count
from tallying.election import Approval, Ballot, Election
from tallying.outcome import Load, Optimum, Reason
from tallying.rulebook import Rulebook
from tests.tallying.elections import bounded, greedy, phragmen, rulebooks, shares, small_elections, welfare

FEW = settings(max_examples=80, deadline=None)
NO_ADD1 = [book for book in rulebooks() if not book.rule.completion.has_add1]


@FEW
@given(small_elections(), st.sampled_from(rulebooks()))
def test_neutrality_other_names_for_the_projects_change_nothing_but_the_names(cast: Election, book: Rulebook) -> None:
    new = {item.id: f"{9 - place}{item.id}" for place, item in enumerate(cast.projects)}
    ballots: list[Ballot] = [
        Approval(tuple(new[name] for name in ballot.ids))
        for ballot, voters in cast.groups
        if isinstance(ballot, Approval)
        for _ in range(voters)
    ]
    projects = [replace(item, id=new[item.id]) for item in cast.projects]
    again = Election.of(budget=cast.budget, exponent=0, currency="GBP", projects=projects, ballots=ballots)
    assert count(again, book).funded_ids == tuple(new[name] for name in count(cast, book).funded_ids)


@FEW
@given(small_elections(), st.sampled_from(rulebooks()), st.permutations("abcde"))
def test_neutrality_another_order_of_the_projects_changes_nothing_but_ties(
    cast: Election, book: Rulebook, order: list[str]
) -> None:
    outcome = count(cast, book)
    projects = tuple(sorted(cast.projects, key=lambda item: order.index(item.id)))
    again = count(replace(cast, projects=projects), book)
    assert set(again.funded_ids) == set(outcome.funded_ids) or outcome.ties


@FEW
@given(small_elections(), st.sampled_from(NO_ADD1))
def test_homogeneity_twice_the_same_ballots_change_nothing(cast: Election, book: Rulebook) -> None:
    twice = replace(cast, groups=tuple((ballot, 2 * voters) for ballot, voters in cast.groups))
    assert count(twice, book).funded_ids == count(cast, book).funded_ids


@FEW
@given(small_elections())
def test_greedy_nothing_unfunded_that_fits_had_more_votes(cast: Election) -> None:
    outcome = count(cast, greedy(unsupported=Unsupported.FUND))
    votes = {item.id: 0 for item in cast.projects}
    for ballot, voters in cast.groups:
        for name in ballot.ids if isinstance(ballot, Approval) else ():
            votes[name] += voters
    for item in outcome.unfunded:
        above = sum(won.amount for won in outcome.funded if votes[won.id] >= votes[item.id])
        assert above + item.cost > cast.budget


@FEW
@given(small_elections())
def test_phragmen_loads_never_fall_and_pay_exactly_for_what_is_funded(cast: Election) -> None:
    outcome = count(cast, phragmen())
    steps = [step for step in outcome.steps if isinstance(step, Load)]
    assert [step.load for step in steps] == sorted(step.load for step in steps)
    carried = {number: Fraction(0) for number in range(len(cast.groups))}
    for step in (step for step in steps if step.is_funded and step.cost):
        for number, (ballot, _) in enumerate(cast.groups):
            if isinstance(ballot, Approval) and step.id in ballot.ids:
                carried[number] = step.load
    total = sum(load * cast.groups[number][1] for number, load in carried.items())
    assert total == outcome.cost


@FEW
@given(small_elections())
def test_phragmen_that_skips_leaves_no_supported_project_that_fits(cast: Election) -> None:
    outcome = count(cast, phragmen())
    assert all(item.cost > outcome.remaining for item in outcome.unfunded if item.supporters)


@FEW
@given(small_elections())
def test_phragmen_that_stops_funds_the_beginning_of_what_phragmen_that_skips_funds(cast: Election) -> None:
    stopping = count(cast, phragmen(OnOverspend.STOP)).funded_ids
    assert set(stopping) <= set(count(cast, phragmen()).funded_ids)


@FEW
@given(small_elections(), st.sampled_from([Satisfaction.COUNT, Satisfaction.COST]))
def test_welfare_no_choice_that_can_be_paid_is_worth_more_to_all_voters(cast: Election, by: Satisfaction) -> None:
    outcome = count(cast, welfare(by))
    worth = {
        item.id: (item.cost if by is Satisfaction.COST else 1)
        * sum(n for ballot, n in cast.groups if isinstance(ballot, Approval) and item.id in ballot.ids)
        for item in cast.projects
        if item.cost
    }
    names = list(worth)
    sets = chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))
    totals = [sum(map(worth.__getitem__, s)) for s in sets if sum(cast.project(n).cost for n in s) <= cast.budget]
    (step,) = (step for step in outcome.steps if isinstance(step, Optimum))
    assert sum(worth.get(name, 0) for name in outcome.funded_ids) == max(totals) == step.worth
    supported = totals.count(max(totals)) == 1
    assert step.is_unique or not supported


@FEW
@given(small_elections())
def test_priceability_supporters_of_what_is_not_funded_cannot_pay_for_it_together(cast: Election) -> None:
    outcome = count(cast, shares(Satisfaction.COST))
    short = [item for item in outcome.unfunded if item.reason is Reason.SUPPORTERS_SHORT]
    assert all(item.figure("supporters_left") < item.cost for item in short)


@settings(max_examples=150, deadline=None)
@given(small_elections())
def test_ejr_up_to_one_project_for_cost_satisfaction(cast: Election) -> None:
    """Peters, Pierczyński, Skowron 2021, theorem 2: a group that can pay a bundle gets as much, or all but one."""
    funded = set(count(cast, shares(Satisfaction.COST)).funded_ids)
    picks = [set(b.ids) for b, voters in cast.groups if isinstance(b, Approval) for _ in range(voters)]
    costs = {item.id: item.cost for item in cast.projects if item.cost <= cast.budget}
    for bundle in chain.from_iterable(combinations(costs, size) for size in range(1, len(costs) + 1)):
        asked = sum(costs[name] for name in bundle)
        agreeing = [pick for pick in picks if pick.issuperset(bundle)]
        if agreeing and asked * cast.voters <= cast.budget * len(agreeing):
            missing = max((costs[name] for name in set(bundle) - funded), default=0)
            best = max(sum(costs[name] for name in pick & funded) for pick in agreeing)
            assert best >= asked or best + missing > asked


@FEW
@given(small_elections())
def test_bounded_overspending_ends_only_where_nothing_that_fits_has_a_supporter_with_money(cast: Election) -> None:
    outcome = count(cast, bounded())
    for item in outcome.unfunded:
        if item.supporters and item.cost <= outcome.remaining:
            assert item.figure("supporters_left") == 0
