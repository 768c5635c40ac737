"""A mistake in a frozen text: one officer writes what is right, a second person confirms, and it stands beside it."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response
from wtforms import SelectField

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.services import errata as verbs
from pb_app.services.rounds import get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.fields import at_most, required, text_field
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading


class ErratumForm(BaseForm):
    """Where, what and why."""

    place = SelectField("Where is the mistake?", validate_choice=False)
    wrong = text_field(
        "Which words are wrong? (optional)",
        hint="Copy them from the page: from the title, the cost, the texts or the place. They are shown struck out.",
    )
    right = text_field("What should they say?", hint="Only if you copied wrong words. They are shown beside them.")
    text = text_field(
        "What else should people know?",
        hint="If you copied no words: say here what is wrong, and what is right. Everybody reads it. Name no person.",
        validators=[at_most(verbs.LONGEST_TEXT, "the note")],
    )
    reason = text_field(
        "How did the mistake come about?",
        hint="Everybody reads this too.",
        validators=[required("Write how the mistake came about"), at_most(verbs.LONGEST_REASON, "the reason")],
    )


@bp.get("/officer/rounds/<round_id>/errata")
@needs(verbs.PERMISSION)
def errata(round_id: str) -> str:
    """What was noted, what waits, and the way to ask."""
    return _page(ErratumForm(), round_id)


@bp.post("/officer/rounds/<round_id>/errata")
@needs(verbs.PERMISSION)
def ask_erratum(round_id: str) -> str | Response:
    """The first person asks."""
    form = ErratumForm()
    return carry_out(
        form,
        round_id,
        lambda session, **who: verbs.ask_erratum(
            session,
            place=form.place.data or "",
            wrong=form.wrong.text,
            right=form.right.text,
            text=form.text.text,
            reason=form.reason.text,
            **who,
        ),
        show=_page,
        to="officer.errata",
        words="You have asked for this note. Now somebody else confirms it.",
    )


@bp.post("/officer/rounds/<round_id>/errata/confirm")
@needs(verbs.PERMISSION)
def confirm_erratum(round_id: str) -> str | Response:
    """The second person confirms."""
    words = "The note stands beside the text, wherever it is shown."
    return carry_out(ButtonForm(), round_id, verbs.confirm_erratum, show=_page, to="officer.errata", words=words)


@bp.post("/officer/rounds/<round_id>/errata/withdraw")
@needs(verbs.PERMISSION)
def withdraw_erratum(round_id: str) -> str | Response:
    """Takes it back before it is confirmed."""
    words = "Taken back. Nothing was noted."
    return carry_out(ButtonForm(), round_id, verbs.withdraw_erratum, show=_page, to="officer.errata", words=words)


def _page(form: BaseForm, round_id: str) -> str:
    with reading() as session:
        view = get_round(session, round_id)
        places = verbs.list_places(session, round_id=round_id)
        waiting = verbs.find_erratum(session, round_id=round_id, by=context.acting())
        can_note = verbs.can_note(session, round_id=round_id, now=context.now())
    boxes = form if isinstance(form, ErratumForm) else ErratumForm(formdata=None)
    boxes.place.choices = [("", "Choose one"), *((one.key, one.words) for one in places)]
    return render_template(
        "officer/errata.html",
        form=form,
        boxes=boxes,
        round=view,
        words={one.key: one.words for one in places},
        waiting=waiting,
        can_note=can_note,
    )
