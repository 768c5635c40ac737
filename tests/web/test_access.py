"""Who may open what: read from the application itself, for every route and every role."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.config import Config
from pb_app.factory import create_app
from pb_app.web import access
from pb_app.web.access import AudienceMissingError, check_audiences, needs, public, signed_in
from tests.app import People, found_council, sign_in_as
from voting.permissions import PERMISSIONS, Actor

HERE = Path(__file__).resolve().parent
MATRIX = HERE / "access_matrix.txt"
ROUTES = HERE.parent / "route_list.txt"
REWRITE = "PB_WRITE_ROUTES"
ROLES = ("visitor", "resident", "officer", "steering", "auditor", "administrator")
ENTERED = "entered"


@pytest.fixture
def app(app_config: Config) -> Flask:
    """An application of its own, whose views can be taken away."""
    return found_council(create_app(app_config))


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(method, rule, endpoint) of everything that the application answers."""
    found = [
        (method, str(rule), rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda route: (route[1], route[0]))


def stub_views(app: Flask) -> None:
    """Leaves each view's audience and takes its work away: what answers is the guard alone."""
    for endpoint in list(app.view_functions):
        audience = access.audience_of(app, endpoint)

        def entered(**_parts: object) -> str:
            return ENTERED

        entered._audience = audience  # type: ignore[attr-defined]  # what the decorators do
        app.view_functions[endpoint] = entered


def address(app: Flask, rule: str) -> str:
    """The rule with something in each place."""
    found = next(one for one in app.url_map.iter_rules() if str(one) == rule)
    fill = {
        name: 1 if name in ("shown", "most", "place", "first", "size", "n") else "some-thing"
        for name in found.arguments
    }
    method = sorted(found.methods or {"GET"})[0]
    return app.url_map.bind("localhost").build(found.endpoint, fill, method=method)


def who(people: People, role: str) -> Actor | None:
    return None if role == "visitor" else getattr(people, role)


def matrix_lines(app: Flask, people: People) -> Iterator[str]:
    """One line for each method and rule: its audience, then what each role is answered."""
    clients = {role: app.test_client() for role in ROLES}
    for role, client in clients.items():
        sign_in_as(client, who(people, role))
    for method, rule, endpoint in routes(app):
        path = address(app, rule)
        answers = (f"{role}={client.open(path, method=method).status_code}" for role, client in clients.items())
        yield f"{method} {rule} [{access.audience_of(app, endpoint)}] {' '.join(answers)}"


def test_every_route_answers_every_role_as_the_matrix_and_its_audience_declare(app: Flask, people: People) -> None:
    stub_views(app)
    lines = list(matrix_lines(app, people))
    found = "\n".join(lines) + "\n"
    for line in lines:
        assert_as_audience_says(line, people)
    if os.environ.get(REWRITE):
        MATRIX.write_text(found)
    declared, real = set(MATRIX.read_text().splitlines()), set(found.splitlines())
    assert real == declared, (
        f"Routes and tests/web/access_matrix.txt differ. Is each difference meant? Then run once with {REWRITE}=1.\n"
        f"only in the application: {sorted(real - declared)}\nonly in the file: {sorted(declared - real)}"
    )


def assert_as_audience_says(line: str, people: People) -> None:
    """The file could be rewritten without a thought; this cannot."""
    method = line.split()[0]
    audience, answers = line[line.index("[") + 1 : line.index("]")], line[line.index("]") + 2 :]
    for answer in answers.split():
        role, status = answer.split("=")
        assert int(status) == expected(method, audience, who(people, role)), line


def expected(method: str, audience: str, actor: Actor | None) -> int:
    """200 for who may enter; a visitor is sent to sign in, or is told so with the text typed; others get 403."""
    if audience == "public":
        return 200
    if actor is None:
        return 302 if method == "GET" else 403
    if audience == "signed in":
        return 200
    return 200 if any(actor.roles & PERMISSIONS[name] for name in audience.split(" or ")) else 403


def test_staff_who_did_not_give_their_second_step_enter_only_what_everybody_enters(app: Flask, people: People) -> None:
    stub_views(app)
    client = app.test_client()
    sign_in_as(client, people.officer, gave_second_factor=False)
    for method, rule, endpoint in routes(app):
        audience = access.audience_of(app, endpoint)
        assert audience is not None
        is_open = audience.is_public or audience.is_open_to_half
        answer = client.open(address(app, rule), method=method)
        assert answer.status_code == (200 if is_open else 302), rule
        assert is_open or answer.location == "/account/second-step"


def test_no_public_address_vanishes(app: Flask) -> None:
    """Letters, minutes and bookmarks hold them for years: keep a redirect when a page moves."""
    real = {rule for method, rule, endpoint in routes(app) if method == "GET"}
    if os.environ.get(REWRITE):
        ROUTES.write_text("\n".join(sorted(real)) + "\n")
    gone = set(ROUTES.read_text().splitlines()) - real
    assert not gone, f"these addresses answer no more; make each redirect to where its page is now: {sorted(gone)}"
    new = real - set(ROUTES.read_text().splitlines())
    assert not new, f"add these to tests/route_list.txt ({REWRITE}=1 does it): {sorted(new)}"


def test_a_view_without_an_audience_stops_the_start_and_all_are_named(app_config: Config) -> None:
    app = create_app(app_config)
    app._got_first_request = False
    app.add_url_rule("/one", "nobody_one", lambda: "")
    app.add_url_rule("/two", "nobody_two", lambda: "")
    with pytest.raises(AudienceMissingError, match="nobody_one, nobody_two"):
        check_audiences(app)


def test_a_view_with_two_audiences_can_t_be_written() -> None:
    with pytest.raises(ValueError, match="two audiences"):

        @public
        @signed_in
        def page() -> str:
            return ""


def test_an_unknown_permission_can_t_be_written() -> None:
    with pytest.raises(ValueError, match="round:conjure"):
        needs("round:conjure")


def test_a_view_added_behind_the_check_is_open_to_nobody(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/late", "late", lambda: "secret")
    assert client.get("/late").status_code == 403


def test_the_reason_stands_where_the_page_would_be(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    page = client.get("/account/appointments")
    assert page.status_code == 403
    assert "Only administrators can do this." in page.text
