"""Who may vote: requests to be checked for an area, and an officer's answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.voter_requests import DOUBTS
from pb_app.services import verification
from pb_app.services.answered_requests import MOST_SHOWN, answered_requests
from pb_app.services.voter_requests import waiting_requests
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import choice_field
from pb_app.web.fields import at_most, text_field
from pb_app.web.forms import BaseForm
from pb_app.web.paging import paged
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem


class AreaAnswerForm(BaseForm):
    """Yes, or no with a reason."""

    answer = choice_field(
        "May this person vote for the area?", {"approve": "Yes", "refuse": "No, with a reason"}, "Choose yes or no"
    )
    reason = text_field(
        "Reason",
        hint="Only for a no. The person reads it and can ask again.",
        validators=[at_most(1000, "the reason")],
    )


class FindRequestForm(BaseForm):
    """Whose request it was."""

    words = text_field(
        "Whose request?",
        hint="A part of the name, of the e-mail address, or of what they wrote.",
        validators=[at_most(200, "the words")],
    )


@bp.get("/officer/people")
@needs("area:approve")
def people() -> str:
    """Requests that wait, the oldest first."""
    with reading() as session:
        requests = verification.waiting(session)
        voters = waiting_requests(session)
    return render_template(
        "officer/people.html",
        requests=paged(requests),
        voters=voters,
        routes=verification.ROUTES,
        doubts=DOUBTS,
        by=context.acting(),
    )


@bp.get("/officer/voters")
@needs("area:approve")
def answered_voters() -> str:
    """The newest answers for one round."""
    return _answered(FindRequestForm(formdata=None), "")


@bp.post("/officer/voters")
@needs("area:approve")
def find_answered() -> str:
    """Those with these words. They come in the form, so that no name stands in an address."""
    form = FindRequestForm()
    return _answered(form, form.words.text if form.validate_on_submit() else "")


@bp.get("/officer/people/<verification_id>")
@needs("area:approve")
def person(verification_id: str) -> str:
    """One request."""
    return _page(AreaAnswerForm(), verification_id)


@bp.post("/officer/people/<verification_id>")
@needs("area:approve")
def answer_person(verification_id: str) -> str | Response:
    """Approves or refuses."""
    form = AreaAnswerForm()
    if not form.validate_on_submit():
        return _page(form, verification_id)
    problems = _answer(form, verification_id)
    if problems:
        form.add_problems(problems)
        return _page(form, verification_id)
    flash("Answered. The person has it by e-mail.")
    return redirect(url_for("officer.people"))


def _answered(form: FindRequestForm, words: str) -> str:
    with reading() as session:
        found = answered_requests(session, words=words, now=context.now())
    return render_template("officer/answered_voters.html", form=form, found=found, most=MOST_SHOWN)


def _answer(form: AreaAnswerForm, verification_id: str) -> list[Problem]:
    by, now = context.acting(), context.now()
    with transaction() as session:
        if form.answer.data == "refuse":
            reason = form.reason.data or ""
            return verification.refuse_area(session, verification_id=verification_id, reason=reason, by=by, now=now)
        verification.approve_area(session, verification_id=verification_id, by=by, now=now)
    return []


def _page(form: AreaAnswerForm, verification_id: str) -> str:
    with reading() as session:
        asked = verification.get_request(session, verification_id=verification_id)
    return render_template(
        "officer/person.html",
        form=form,
        asked=asked,
        routes=verification.ROUTES,
        may_answer=asked.may_answer(context.acting()),
    )
