"""The page of the proposal form, and that of the answer: what their views show on the way in and after a mistake."""

from __future__ import annotations

from flask import render_template
from sqlalchemy.orm import Session

from pb_app.resident.proposal_form import ProposalForm
from pb_app.services import photos, proposals
from pb_app.services.proposal_reading import ProposalView, list_areas
from pb_app.services.round_reading import get_round
from pb_app.services.round_views import PotView
from pb_app.web import context
from pb_app.web.fields import text_field, write_pounds
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading


class AnswerForm(BaseForm):
    """The proposer's answer to the officers."""

    answer = text_field("Your answer", hint="Everyone can read it beside your proposal.")


def render_edit(session: Session, form: ProposalForm, proposal: ProposalView) -> str:
    """The form with the round's pots and the council's areas to choose from. `revision` stays as the form has it."""
    view = get_round(session, proposal.round_id)
    form.area_id.choices = list_areas(session)
    form.pot_id.choices = [(pot.id, pot.name) for pot in view.pots]
    form.gains.choices = [("no", "No"), ("yes", "Yes")]
    hints = {pot.id: _pot_hint(pot) for pot in view.pots}
    return render_template(
        "resident/edit_proposal.html",
        form=form,
        proposal=proposal,
        round=view,
        pot_hints=hints,
        most_photos=photos.MOST_PHOTOS,
    )


def render_answer(proposal_id: str, form: AnswerForm) -> str:
    """The officers' last words and the box for the answer."""
    with reading() as session:
        proposal = proposals.get_own_editable(session, proposal_id=proposal_id, by=context.acting(), now=context.now())
        view = get_round(session, proposal.round_id)
    return render_template("resident/answer.html", form=form, proposal=proposal, round=view)


def _pot_hint(pot: PotView) -> str:
    words = f"Holds £{write_pounds(pot.amount)}."
    return f"{words} {pot.conditions}".strip()
