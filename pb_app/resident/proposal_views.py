"""Propose a project: start, write and save, add photos, check, send, answer the officers, take back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from pb_app.resident.blueprint import bp
from pb_app.resident.proposal_form import ProposalForm
from pb_app.resident.proposal_page import AnswerForm, render_answer, render_edit
from pb_app.services import photos, proposals
from pb_app.services.round_reading import get_round
from pb_app.services.showing import get_public_round
from pb_app.web import context, errors
from pb_app.web.access import needs
from pb_app.web.addresses import read_number
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import reading, transaction
from voting.errors import NotNowError, Problem

Page = str | Response | tuple[str, int]
MOST_SENT = 40 * 1024 * 1024
"""A photo that is too large still arrives, so that the page can say so and keep the text beside it."""


@bp.get("/my-proposals")
@needs("proposal:write")
def my_proposals() -> str:
    """Every proposal of the person, with what to do next."""
    with reading() as session:
        cards = proposals.my_proposals(session, by=context.acting())
        titles = {card.round_id: get_round(session, card.round_id).title for card in cards}
    return render_template("resident/my_proposals.html", cards=cards, titles=titles)


@bp.route("/rounds/<round_id>/propose", methods=["GET", "POST"])
@needs("proposal:write")
def propose(round_id: str) -> Page:
    """What one needs to propose, until when, and the button that starts a draft."""
    form = ButtonForm()
    if form.validate_on_submit():
        with transaction() as session:
            draft_id = proposals.start_draft(session, round_id=round_id, by=context.acting(), now=context.now())
        return redirect(url_for("resident.edit_proposal", proposal_id=draft_id))
    with reading() as session:
        view = get_public_round(session, round_id=round_id, now=context.now())
        cards = proposals.my_proposals(session, by=context.acting(), round_id=round_id)
    phase = view.phase_at(context.now())
    return render_template("resident/propose.html", form=form, round=view, phase=phase, cards=cards)


@bp.get("/proposals/<proposal_id>/edit")
@needs("proposal:write")
def edit_proposal(proposal_id: str) -> Page:
    """The form, filled in with what is saved."""
    with reading() as session:
        proposal = proposals.get_own_editable(session, proposal_id=proposal_id, by=context.acting(), now=context.now())
        return render_edit(session, ProposalForm.of(proposal), proposal)


@bp.post("/proposals/<proposal_id>/edit")
@needs("proposal:write")
def save_proposal(proposal_id: str) -> Page:
    """Does what the pressed button says; whatever happens, the page comes back with all that was typed."""
    request.max_content_length = request.max_form_memory_size = MOST_SENT
    form = ProposalForm.typed_in()
    button, _, what = request.form.get("do", "save").partition("-")
    is_checked = form.validate_on_submit()
    if button == "add":
        form.add_line()
    if button == "drop":
        form.drop_line(read_number(what) or 0)
    if button in ("add", "drop") or not is_checked:
        return _shown_again(proposal_id, form)
    problems = _save(proposal_id, form, button, what)
    if problems:
        form.add_problems(problems)
        return _shown_again(proposal_id, form)
    return redirect(_next_page(proposal_id, button))


@bp.get("/proposals/<proposal_id>/check")
@needs("proposal:write")
def check_proposal(proposal_id: str) -> Page:
    """Everything once more before it is sent."""
    with reading() as session:
        proposal = proposals.get_own_editable(session, proposal_id=proposal_id, by=context.acting(), now=context.now())
        problems = proposals.problems_before_sending(session, proposal_id=proposal_id, by=context.acting())
        view = get_round(session, proposal.round_id)
    form = ButtonForm()
    form.add_problems([Problem("", problem.message) for problem in problems])
    return render_template("resident/check_proposal.html", form=form, proposal=proposal, round=view)


@bp.post("/proposals/<proposal_id>/check")
@needs("proposal:write")
def send_proposal(proposal_id: str) -> Page:
    """Sends it."""
    if not ButtonForm().validate_on_submit():
        return check_proposal(proposal_id)
    with transaction() as session:
        problems = proposals.send(session, proposal_id=proposal_id, by=context.acting(), now=context.now())
    if problems:
        return check_proposal(proposal_id)
    flash("Your proposal is in. Everyone can read it now, and officers will check it.")
    return redirect(_public_page(proposal_id))


@bp.route("/proposals/<proposal_id>/answer", methods=["GET", "POST"])
@needs("proposal:write")
def answer(proposal_id: str) -> Page:
    """The officers' words and a box for the answer."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return render_answer(proposal_id, form)
    with transaction() as session:
        problems = proposals.answer_question(
            session, proposal_id=proposal_id, text=form.answer.data or "", by=context.acting(), now=context.now()
        )
    if problems:
        form.add_problems(problems)
        return render_answer(proposal_id, form), 422
    flash("Your answer is in. Everyone can read it, and officers go on from there.")
    return redirect(_public_page(proposal_id))


@bp.route("/proposals/<proposal_id>/withdraw", methods=["GET", "POST"])
@needs("proposal:write")
def withdraw(proposal_id: str) -> Page:
    """Asks once, then takes the proposal back."""
    form = ButtonForm()
    if not form.validate_on_submit():
        with reading() as session:
            proposal = proposals.get_own(session, proposal_id=proposal_id, by=context.acting())
        return render_template("resident/withdraw.html", form=form, proposal=proposal)
    with transaction() as session:
        proposals.withdraw(session, proposal_id=proposal_id, by=context.acting(), now=context.now())
    flash("You took your proposal back. Only you can see it now.")
    return redirect(url_for("resident.my_proposals"))


@bp.errorhandler(NotNowError)
def too_late(error: NotNowError) -> Page:
    """The deadline passed while somebody wrote: their text is shown, to be copied. Other refusals have a page."""
    if request.endpoint != "resident.save_proposal":
        return errors.refusal(error)
    form = ProposalForm.typed_in()
    return render_template("resident/too_late.html", form=form, message=str(error)), 409


def _save(proposal_id: str, form: ProposalForm, button: str, what: str) -> list[Problem]:
    """Photo and text are each stored if they can be, even where the other needs mending."""
    by, now = context.acting(), context.now()
    with transaction() as session:
        if button == "unphoto":
            photos.remove_photo(session, proposal_id=proposal_id, sha256=what, by=by, now=now)
        problems = _add_photo(session, proposal_id, form) if form.has_photo or button == "photo" else []
        problems += form.unreadable(is_sending=button == "check") or _save_text(session, proposal_id, form)
        if button == "check" and not problems:
            problems = proposals.problems_before_sending(session, proposal_id=proposal_id, by=by)
    return problems


def _add_photo(session: Session, proposal_id: str, form: ProposalForm) -> list[Problem]:
    added = photos.add_photo(
        session,
        proposal_id=proposal_id,
        data=form.photo_bytes,
        alt=form.alt.data or "",
        by=context.acting(),
        now=context.now(),
    )
    if isinstance(added, list):
        return added
    form.alt.data = ""
    return []


def _save_text(session: Session, proposal_id: str, form: ProposalForm) -> list[Problem]:
    """The page's revision follows what is stored, so that pressing again replaces it knowingly."""
    by, now = context.acting(), context.now()
    saved = proposals.save_draft(
        session, proposal_id=proposal_id, text=form.text, revision=form.opened_from, by=by, now=now
    )
    if isinstance(saved, int):
        form.revision.data = str(saved)
        return []
    if any(problem.field == "revision" for problem in saved):
        form.revision.data = str(proposals.get_own(session, proposal_id=proposal_id, by=by).revision)
    return saved


def _shown_again(proposal_id: str, form: ProposalForm) -> Page:
    with reading() as session:
        proposal = proposals.get_own_editable(session, proposal_id=proposal_id, by=context.acting(), now=context.now())
        page = render_edit(session, form, proposal)
    return (page, 422) if form.faults else page


def _next_page(proposal_id: str, button: str) -> str:
    if button == "check":
        return url_for("resident.check_proposal", proposal_id=proposal_id)
    if button == "answer":
        return url_for("resident.answer", proposal_id=proposal_id)
    if button in ("photo", "unphoto"):
        return url_for("resident.edit_proposal", proposal_id=proposal_id, _anchor="photos")
    flash("Saved. You can come back to it until proposing closes.")
    return url_for("resident.edit_proposal", proposal_id=proposal_id)


def _public_page(proposal_id: str) -> str:
    with reading() as session:
        proposal = proposals.get_own(session, proposal_id=proposal_id, by=context.acting())
    return url_for("public.proposal", round_id=proposal.round_id, proposal_id=proposal_id)
