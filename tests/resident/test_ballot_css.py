"""The stylesheet that keeps the ballot's summary live."""

from flask.testing import FlaskClient

from pb_app.resident.ballot_css import ballot_css, basket_css
from tallying.election import Project


def test_there_is_one_rule_for_each_project_shown_and_one_warning_beyond_the_limit() -> None:
    rules = ballot_css(130, 5)
    assert "input:nth-of-type(130):checked~* .cp-p:nth-child(130)" in rules
    assert "nth-of-type(131)" not in rules
    assert ".cp-ballot>" + "input:checked~" * 6 + "* .cp-over" in rules


def test_without_a_limit_nothing_warns() -> None:
    assert "cp-over" not in ballot_css(4, 4)


def test_a_ballot_of_130_projects_has_a_stylesheet_under_16_kb_that_may_be_kept(client: FlaskClient) -> None:
    answer = client.get("/ballot-130-10.css")
    assert answer.mimetype == "text/css"
    assert len(answer.data) < 16_000
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_silly_number_of_projects_makes_no_huge_answer(client: FlaskClient) -> None:
    assert len(client.get("/ballot-99999999-99999999.css").data) < 100_000


def test_a_number_box_counts_as_soon_as_something_stands_in_it() -> None:
    assert "input:nth-of-type(2):not(:placeholder-shown)~* .cp-p:nth-child(2)" in ballot_css(3, 1, "number")


def test_a_basket_takes_each_cost_rounded_up_to_pounds_and_names_any_id_safely() -> None:
    rules = basket_css([Project("7", "Path", 1_600_50), Project('"}*{', "Odd", 100_00)], 50_000_00)
    assert '.cp-tick[value="7"]:checked{counter-increment:picked left -3202}' in rules
    assert "counter-reset:picked left 100001" in rules
    assert '"}*{' not in rules
    assert "cp-too-much" not in rules  # pence are rounded up: the warning would come too early


def test_a_basket_of_more_than_a_million_pounds_counts_in_pounds_too() -> None:
    rules = basket_css([Project("7", "Bridge", 1_600_000_00)], 2_000_000_00)
    assert "counter-reset:picked left 2000000}" in rules
    assert "counter-increment:picked left -1600000}" in rules
    assert "cp-too-much" in rules


def test_a_basket_of_120_projects_has_a_small_stylesheet() -> None:
    projects = [Project(str(n), "Path", n * 350_00) for n in range(120)]
    assert len(basket_css(projects, 300_000_00)) < 24_000
