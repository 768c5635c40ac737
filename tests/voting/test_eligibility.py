"""Who may vote: what a rule says of one person, and how it reads."""

from __future__ import annotations

from datetime import date

import pytest

from tallying.canonical import Json, dumps, loads
from tallying.fields import FieldError
from tallying.frozen_voters import eligibility_value, read_eligibility
from voting.eligibility import (
    Doubt,
    Eligibility,
    Evidence,
    Facts,
    Identify,
    Route,
    Verdict,
    age_on,
    evaluate,
    problems_of,
    read_rule,
    sentence,
    ways,
)

YOUTH = Eligibility(
    routes=(Route.LIVE, Route.STUDY), min_age=8, max_age=25, evidence=(Evidence.LIST,), consent_under=12
)
ANYBODY = Eligibility()
HERE = frozenset({"alder", "brindle"})


@pytest.mark.parametrize(
    ("rule", "facts", "areas", "verdict", "words"),
    [
        (ANYBODY, Facts(Route.WORK, area_id="castle"), (), Verdict.ALLOWED, ""),
        (ANYBODY, Facts(Route.WORK, area_id="alder"), HERE, Verdict.ALLOWED, ""),
        (ANYBODY, Facts(Route.LIVE, area_id="castle"), HERE, Verdict.REFUSED, "no ballot paper in this round"),
        (ANYBODY, Facts(Route.LIVE, doubt=Doubt.STRADDLES), HERE, Verdict.ASK_A_PERSON, "in more than one area"),
        (ANYBODY, Facts(Route.LIVE, doubt=Doubt.NOT_LISTED), HERE, Verdict.ASK_A_PERSON, "not on our list"),
        (ANYBODY, Facts(Route.LIVE, doubt=Doubt.UNSURE), (), Verdict.ASK_A_PERSON, "a person helps you"),
        (ANYBODY, Facts(Route.LIVE, doubt=Doubt.NO_ADDRESS), HERE, Verdict.ASK_A_PERSON, "all the same"),
        (YOUTH, Facts(Route.LIVE, 12, "alder"), HERE, Verdict.ALLOWED, ""),
        (YOUTH, Facts(Route.LIVE, 25, "alder"), HERE, Verdict.ALLOWED, ""),
        (YOUTH, Facts(Route.LIVE, 26, "alder"), HERE, Verdict.REFUSED, "You will be 26 then"),
        (YOUTH, Facts(Route.LIVE, 7, "alder"), HERE, Verdict.REFUSED, "8 or older on the last day of voting"),
        (YOUTH, Facts(Route.LIVE, 8, "alder"), HERE, Verdict.ASK_A_PERSON, "a parent or guardian must agree first"),
        (YOUTH, Facts(Route.LIVE, 8, "alder", has_consent=True), HERE, Verdict.ALLOWED, ""),
        (YOUTH, Facts(Route.LIVE, None, "alder"), HERE, Verdict.ASK_A_PERSON, "how old you are"),
        (YOUTH, Facts(Route.WORK, 20, "alder"), HERE, Verdict.REFUSED, "people who live or study here, and you"),
        # a plain no is said at once, also to somebody whom a person would have to look at
        (YOUTH, Facts(Route.LIVE, 7, doubt=Doubt.NO_ADDRESS), HERE, Verdict.REFUSED, "8 or older"),
    ],
)
def test_the_rule_says_yes_or_no_with_the_reason_or_that_a_person_must_look(
    rule: Eligibility, facts: Facts, areas: frozenset[str], verdict: Verdict, words: str
) -> None:
    answer = evaluate(rule, facts, areas)
    assert answer.verdict is verdict
    assert words in answer.reason
    assert answer.is_allowed == (answer.reason == "")


@pytest.mark.parametrize(
    ("rule", "areas", "words"),
    [
        (ANYBODY, [], "You may vote if you live, work, study or volunteer in the council’s area."),
        (
            Eligibility(routes=(Route.STUDY, Route.LIVE), min_age=11),
            ["Alder Quay", "Brindle"],
            "You may vote if you live or study in Alder Quay or Brindle and are 11 or older on the last day of voting.",
        ),
        (YOUTH, ["X"], "You may vote if you live or study in X and are 8 to 25 years old on the last day of voting."),
        (
            Eligibility(routes=(Route.LIVE,), max_age=18),
            ["X"],
            "You may vote if you live in X and are 18 or younger on the last day of voting.",
        ),
    ],
)
def test_the_rule_reads_as_one_plain_sentence(rule: Eligibility, areas: list[str], words: str) -> None:
    assert sentence(rule, areas) == words


def test_each_way_to_show_it_is_said_and_what_the_young_need() -> None:
    told = ways(YOUTH)
    assert [line.split(",")[0] for line in told][1:] == [
        "Or use your number",
        "If you are under 12",
    ]
    assert "letter" in told[0]


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2018, 3, 31), date(2026, 3, 31), 8),
        (date(2018, 4, 1), date(2026, 3, 31), 7),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_counted_in_whole_years_on_one_day(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Eligibility(routes=()), "routes"),
        (Eligibility(min_age=7), "min_age"),
        (Eligibility(min_age=16, max_age=11), "max_age"),
        (Eligibility(min_age=16, consent_under=16), "consent_under"),
    ],
)
def test_a_rule_that_nobody_could_fulfil_is_not_made(rule: Eligibility, field: str) -> None:
    assert [name for name, _ in problems_of(rule)] == [field]


def test_the_rule_is_frozen_and_read_back_the_same_and_nothing_else_is_read() -> None:
    rule = Eligibility(YOUTH.routes, 8, 25, tuple(Evidence), 12, Identify.LAST)
    written = loads(dumps(eligibility_value(rule.recorded("You may vote."))))
    assert read_rule(read_eligibility(written)) == rule
    assert isinstance(written, dict)
    changes: list[dict[str, Json]] = [
        {"routes": ["visit"]},
        {"routes": ["live", "live"]},
        {"min_age": "8"},
        {"identify": "never"},
    ]
    for wrong in changes:
        with pytest.raises(FieldError):
            read_eligibility({**written, **wrong})
