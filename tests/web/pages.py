"""Small pages for the tests of pb_app.web: a form with a few fields, and views that fail in each way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, render_template_string, request
from flask_wtf.file import FileField
from wtforms import FieldList, FormField
from wtforms import Form as PlainForm

from pb_app.services.council import CouncilView, set_council
from pb_app.web import context
from pb_app.web.access import public, signed_in
from pb_app.web.fields import LocalDateField, LocalDateTimeField, MoneyField, at_most, required, text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction

OPEN = ("/account/confirm-fault", "/fault", "/often", "/refuse", "/try", "/twice", "/unchecked", "/writes")
MINE = "/mine"
"""Only for those who are signed in."""

VIEWS = "views of the test"

PAGE = """{% extends "layout.html" %}
{% from "components/csrf.html" import csrf %}
{% from "components/error_summary.html" import error_summary %}
{% from "components/text_input.html" import text_input %}
{% from "components/textarea.html" import textarea %}
{% from "components/money_input.html" import money_input %}
{% from "components/date_time_input.html" import date_time_input %}
{% block title %}Try{% endblock %}
{% block content %}{{ error_summary(form) }}<form method="post" novalidate>{{ csrf() }}
{{ text_input(form.title) }}{{ textarea(form.words) }}{{ money_input(form.cost) }}
{{ date_time_input(form.opens) }}{{ date_time_input(form.spend_by) }}
{% for line in form.lines %}{{ money_input(line.cost) }}{% endfor %}
</form>{% if done %}DONE {{ done }}{% endif %}{% endblock %}"""


class LineForm(PlainForm):
    cost = MoneyField("Cost")


class TryForm(BaseForm):
    title = text_field("Title", validators=[required("Write the title"), at_most(20, "the title")])
    words = text_field("Words")
    cost = MoneyField("Cost")
    opens = LocalDateTimeField("Voting opens")
    spend_by = LocalDateField("Spend by")
    lines = FieldList(FormField(LineForm), min_entries=2)
    photo = FileField("Photo")


def try_form() -> str:
    form = TryForm()
    done = ""
    if form.validate_on_submit():
        with transaction():
            done = f"{form.title.text}|{form.words.text}|{form.cost.data}|{form.opens.data}|{form.spend_by.data}"
    return render_template_string(PAGE, form=form, done=done)


def write_in_a_get() -> str:
    with transaction():
        return "written"


def write_while_reading() -> str:
    with reading() as session:
        set_council(session, council=CouncilView("Changed"), by=None, now=context.now())
    return "written"


def write_unchecked() -> str:
    with transaction():
        return "written"


def raising(error: Exception) -> Callable[[], str]:
    def view() -> str:
        raise error

    return view


def add_addresses(app: Flask) -> None:
    """Adds the addresses of OPEN and MINE, at which `add_view` puts views."""
    for url in (*OPEN, MINE):
        audience = signed_in if url == MINE else public
        app.add_url_rule(url, url, audience(_asked_view()), methods=["GET", "POST"])


def _asked_view() -> Callable[[], Any]:
    def page() -> Any:
        return current_app.extensions[VIEWS][request.path]()

    return page


def add_view(app: Flask, url: str, view: Callable[..., Any]) -> None:
    """What one of those addresses shows in this test."""
    assert url in (*OPEN, MINE)
    app.extensions[VIEWS][url] = view
