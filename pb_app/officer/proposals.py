"""Reviewing proposals: the list, and one with its checklist, its history and what an officer can answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.services import reviewing
from pb_app.services.proposal_reading import ProposalFilters, get_proposal, list_proposals
from pb_app.services.review_checks import check_proposal
from pb_app.services.rounds import get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import choice_field
from pb_app.web.fields import at_most, text_field
from pb_app.web.forms import BaseForm
from pb_app.web.paging import paged
from pb_app.web.transaction import reading, transaction

ANSWERS = {
    "question": "Ask the proposer a question",
    "accept": "Accept it: it can be done",
    "refuse": "Refuse it: it can’t be done as it stands",
}
STATES = {
    "sent": "Waiting for you",
    "question": "Waiting for the proposer",
    "accepted": "Accepted",
    "refused": "Refused",
}
_DONE = {
    "question": "Your question is on the proposal’s page, and the proposer has it by e-mail.",
    "accept": "The proposal is accepted. Put it on a ballot paper next.",
    "refuse": "The proposal is refused, and the proposer has your reason by e-mail.",
}
_VERBS = {"question": reviewing.ask_question, "accept": reviewing.accept, "refuse": reviewing.refuse}


class ReviewForm(BaseForm):
    """What an officer answers, and the words that everybody reads."""

    answer = choice_field("What do you answer?", ANSWERS, "Choose what you answer")
    text = text_field(
        "Your question or reason",
        hint="Everybody can read it. Write no names and no addresses.",
        validators=[at_most(reviewing.LONGEST_TEXT, "the text")],
    )

    def offer(self, steps: tuple[str, ...]) -> None:
        """Only the answers that fit the proposal’s state."""
        self.answer.choices = {value: words for value, words in ANSWERS.items() if value in steps}


@bp.get("/officer/rounds/<round_id>/proposals")
@needs("proposal:review")
def proposals(round_id: str) -> str:
    """The proposals of a round, those that wait for an officer first."""
    search, status = request.args.get("q", "").strip()[:100], request.args.get("status", "")
    filters = ProposalFilters(status=status if status in STATES else "")
    with reading() as session:
        view = get_round(session, round_id)
        cards = list_proposals(session, round_id=round_id, filters=filters, search=search)
    order = list(STATES)
    cards.sort(key=lambda card: (order.index(card.status), card.saved_at, card.id))
    return render_template(
        "officer/proposals.html", round=view, cards=paged(cards), search=search, status=filters.status, states=STATES
    )


@bp.get("/officer/proposals/<proposal_id>")
@needs("proposal:review")
def review(proposal_id: str) -> str:
    """One proposal with everything an officer needs to answer it."""
    return _page(ReviewForm(), proposal_id)


@bp.post("/officer/proposals/<proposal_id>")
@needs("proposal:review")
def answer_proposal(proposal_id: str) -> str | Response:
    """Asks, accepts or refuses."""
    form = ReviewForm()
    if not form.validate_on_submit():
        return _page(form, proposal_id)
    with transaction() as session:
        problems = _VERBS[form.answer.data](
            session, proposal_id=proposal_id, text=form.text.data or "", by=context.acting(), now=context.now()
        )
    if problems:
        form.add_problems(problems)
        return _page(form, proposal_id)
    flash(_DONE[form.answer.data])
    return redirect(url_for("officer.review", proposal_id=proposal_id))


def _page(form: ReviewForm, proposal_id: str) -> str:
    now = context.now()
    with reading() as session:
        proposal = get_proposal(session, proposal_id=proposal_id)
        view = get_round(session, proposal.round_id)
        steps = reviewing.steps_now(session, proposal_id=proposal_id, now=now)
        is_on_paper = reviewing.is_on_paper(session, proposal_id)
    form.offer(steps)
    return render_template(
        "officer/review.html",
        form=form,
        proposal=proposal,
        round=view,
        steps=steps,
        is_on_paper=is_on_paper,
        checks=check_proposal(proposal, view),
        longest=reviewing.LONGEST_TEXT,
    )
