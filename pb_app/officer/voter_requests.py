"""One request to vote in a round: an officer's answer, a second officer's review, and a guardian's consent."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField

from pb_app.officer.blueprint import bp
from pb_app.services.proposal_reading import list_areas
from pb_app.services.rounds import get_round
from pb_app.services.voter_answers import (
    CONSENT,
    SHOWN,
    Seen,
    Yes,
    approve_request,
    end_consent,
    refuse_request,
    renew_consent,
)
from pb_app.services.voter_requests import RequestView, get_request
from pb_app.services.voter_words import UNDECLARED, rule_words
from pb_app.services.way_in import judge
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import choice_field
from pb_app.web.fields import LocalDateField, at_most, text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem

ROUTES = {"live": "Lives there", "work": "Works there", "study": "Studies there", "volunteer": "Volunteers there"}
DOUBTS = {
    "": "",
    "straddles": "The postcode lies in more than one area",
    "not_listed": "The postcode is not in our file",
    "unsure": "They don’t know the postcode, or it may lie in two areas",
    "no_address": "They have no fixed address",
}


class AnswerForm(BaseForm):
    """Yes, with what was seen; or no, with a reason."""

    answer = choice_field(
        "May this person vote in this round?", {"approve": "Yes", "refuse": "No, with a reason"}, "Choose yes or no"
    )
    area = RadioField("In which area?", choices={}, validate_choice=False)
    age = IntegerField("Age on the last day of voting", description="In years.")
    shown = RadioField("What was seen?", choices=dict(SHOWN), validate_choice=False)
    shown_on = LocalDateField("On which day?", hint="Leave it empty for today.")
    shown_to = text_field(
        "Seen by a partner?",
        hint="Their name, like “Quay School office”. Leave it empty if you saw it yourself.",
        validators=[at_most(120, "the name")],
    )
    consent = RadioField("How did a parent or guardian agree?", choices=dict(CONSENT), validate_choice=False)
    reason = text_field(
        "Reason",
        hint="Only for a no. The person reads it and can ask for a second officer.",
        validators=[at_most(1000, "the reason")],
    )


class ConsentForm(BaseForm):
    """How a guardian agreed again."""

    consent = RadioField("How did they agree?", choices=dict(CONSENT), validate_choice=False)


@bp.get("/officer/voters/<request_id>")
@needs("area:approve")
def voter(request_id: str) -> str:
    """One request, with what the rule says of it."""
    with reading() as session:
        asked = get_request(session, request_id=request_id)
    form = AnswerForm(formdata=None)
    form.area.data, form.age.data = asked.declared.area_id or None, asked.declared.age
    return _page(form, asked)


@bp.post("/officer/voters/<request_id>")
@needs("area:approve")
def answer_voter(request_id: str) -> str | Response | tuple[str, int]:
    """Says yes or no."""
    form = AnswerForm()
    with reading() as session:
        asked = get_request(session, request_id=request_id)
    if not form.validate_on_submit():
        return _page(form, asked), 422
    problems = _answer(form, request_id)
    if problems:
        form.add_problems(problems)
        return _page(form, asked), 422
    flash(
        "Answered. The person has it by e-mail." if asked.person_id else "Answered. The person sees it with the code."
    )
    return redirect(url_for("officer.people"))


@bp.post("/officer/voters/<request_id>/consent")
@needs("area:approve")
def change_consent(request_id: str) -> str | Response | tuple[str, int]:
    """A guardian takes the consent back, or gives it again."""
    form, is_given = ConsentForm(), request.form.get("do") == "give"
    with reading() as session:
        asked = get_request(session, request_id=request_id)
    if not form.validate_on_submit():
        return _page(form, asked), 422
    by, now = context.acting(), context.now()
    problems: list[Problem] = []
    with transaction() as session:
        if is_given:
            problems = renew_consent(session, request_id=request_id, how=form.consent.data or "", by=by, now=now)
        else:
            problems = end_consent(session, context.keys(), request_id=request_id, by=by, now=now)
    if problems:
        form.add_problems(problems)
        return _page(form, asked), 422
    flash("Noted.")
    return redirect(url_for("officer.voter", request_id=request_id))


def _answer(form: AnswerForm, request_id: str) -> list[Problem]:
    by, now = context.acting(), context.now()
    with transaction() as session:
        if form.answer.data == "refuse":
            return refuse_request(session, request_id=request_id, reason=form.reason.text, by=by, now=now)
        seen = Seen(form.shown.data or "", form.shown_on.data or now.date(), form.shown_to.text)
        yes = Yes(form.area.data or "", form.age.data, seen, form.consent.data or "")
        return approve_request(session, request_id=request_id, yes=yes, by=by, now=now)


def _page(form: BaseForm, asked: RequestView) -> str:
    with reading() as session:
        view = get_round(session, asked.round_id)
        areas = dict(list_areas(session))
    answer = form if isinstance(form, AnswerForm) else AnswerForm(formdata=None)
    answer.area.choices = areas
    rule = view.eligibility or UNDECLARED
    if "word" not in rule.evidence:
        answer.shown.choices = {kind: words for kind, words in SHOWN.items() if kind != "word"}
    return render_template(
        "officer/voter.html",
        asked=asked,
        round=view,
        form=form,
        answer=answer,
        consent=form if isinstance(form, ConsentForm) else ConsentForm(formdata=None),
        rule=rule,
        rule_words=rule_words(view),
        verdict=judge(view, asked.declared),
        routes=ROUTES,
        doubts=DOUBTS,
        shown=SHOWN,
        may_answer=asked.may_answer(context.acting()),
    )
