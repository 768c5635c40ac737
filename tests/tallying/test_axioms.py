"""Properties that every count has, on elections made by Hypothesis: small, with ties, free and dear projects."""

from fractions import Fraction
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import OnOverspend, Satisfaction, Unsupported
from tallying.count import count
from tallying.election import Approval, Ballot, Election
from tallying.explain import explain, explain_alone
from tallying.outcome import Outcome, Purchase
from tallying.rulebook import ROUND_TIES, Rulebook
from tests.tallying.elections import greedy, rulebooks, shares, small_elections
from tests.tallying.plain_shares import payments, plain_equal_shares

FEW = settings(max_examples=60, deadline=None)


@FEW
@given(small_elections(), st.sampled_from(rulebooks()))
def test_no_rule_spends_more_than_there_is_and_every_project_has_its_answer(cast: Election, rulebook: Rulebook) -> None:
    outcome = count(cast, rulebook)
    assert outcome.cost <= cast.budget
    answered = [*outcome.funded_ids, *(item.id for item in outcome.unfunded)]
    assert sorted(answered) == sorted(project.id for project in cast.projects)


@FEW
@given(small_elections(), st.sampled_from(rulebooks(ROUND_TIES)), st.binary(min_size=32, max_size=32))
def test_with_a_lot_every_count_is_decided_and_its_bytes_read_back(
    cast: Election, rulebook: Rulebook, seed: bytes
) -> None:
    outcome = count(cast, rulebook, seed)
    assert outcome.is_decided
    assert Outcome.from_json(outcome.to_json()) == outcome
    assert Rulebook.from_json(rulebook.to_json()) == rulebook
    assert {item.id for item in explain(cast, outcome)} == {item.id for item in explain_alone(outcome)}


@FEW
@given(small_elections(), st.sampled_from(rulebooks()), st.randoms(use_true_random=False))
def test_anonymity_the_order_of_the_ballots_changes_no_byte(cast: Election, rulebook: Rulebook, random: object) -> None:
    ballots: list[Ballot] = [ballot for ballot, voters in cast.groups for _ in range(voters)]
    getattr(random, "shuffle")(ballots)  # noqa: B009 -- Hypothesis gives its random as an object
    again = Election.of(budget=cast.budget, exponent=0, currency="GBP", projects=cast.projects, ballots=ballots)
    assert count(again, rulebook).to_json() == count(cast, rulebook).to_json()


@FEW
@given(small_elections())
def test_exhaustiveness_greedy_that_skips_leaves_nothing_that_fits(cast: Election) -> None:
    outcome = count(cast, greedy(unsupported=Unsupported.FUND))
    assert all(item.cost > outcome.remaining for item in outcome.unfunded)


@FEW
@given(small_elections())
def test_greedy_that_stops_funds_the_beginning_of_what_greedy_that_skips_funds(cast: Election) -> None:
    stopping = count(cast, greedy(on_overspend=OnOverspend.STOP)).funded_ids
    assert count(cast, greedy()).funded_ids[: len(stopping)] == stopping


@settings(max_examples=200, deadline=None)
@given(small_elections(), st.booleans())
def test_equal_shares_is_the_definition_of_the_paper_step_by_step(cast: Election, by_cost: bool) -> None:
    share = Fraction(cast.budget, cast.voters) if cast.voters else Fraction(0)
    outcome = count(cast, shares(Satisfaction.COST if by_cost else Satisfaction.COUNT))
    bought = [(step.id, step.price) for step in outcome.steps if isinstance(step, Purchase)]
    assert bought == plain_equal_shares(cast, share, by_cost=by_cost)


@FEW
@given(small_elections())
def test_priceability_the_voters_of_each_project_paid_its_cost(cast: Election) -> None:
    outcome = count(cast, shares())
    prices = {step.id: step.price for step in outcome.steps if isinstance(step, Purchase)}
    share = Fraction(cast.budget, cast.voters) if cast.voters else Fraction(0)
    received = payments(cast, prices, share)
    assert received == {name: cast.project(name).cost for name in outcome.funded_ids}


@FEW
@given(small_elections())
def test_ejr_up_to_one_project_no_group_that_agrees_is_left_with_too_little(cast: Election) -> None:
    """Peters, Pierczyński, Skowron 2021, theorem 2: for additive satisfaction, here the number of projects."""
    funded = set(count(cast, shares(Satisfaction.COUNT)).funded_ids)
    picks = [set(b.ids) for b, voters in cast.groups if isinstance(b, Approval) for _ in range(voters)]
    names = [project.id for project in cast.projects if project.cost <= cast.budget]
    bundles = chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1))
    for bundle in bundles:
        cost = sum(cast.project(name).cost for name in bundle)
        agreeing = [pick for pick in picks if pick.issuperset(bundle)]
        if agreeing and cost * cast.voters <= cast.budget * len(agreeing):
            best = max(len(pick & funded) + bool(set(bundle) - funded) for pick in agreeing)
            assert best > len(bundle) - 1
