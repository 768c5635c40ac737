"""A lost letter: one person asks for another, a second confirms and gets it."""

from __future__ import annotations

from flask import Response, render_template
from werkzeug.wrappers import Response as AnyResponse

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.officer.letter_words import read_letter
from pb_app.services import replacements as verbs
from pb_app.services.letters import typeset_letters
from pb_app.services.rounds import get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.fields import text_field
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction
from voting.errors import NotFoundError
from voting.letter_numbers import LetterNumber, read_letter_number


class LostForm(BaseForm):
    """Which letter, and why."""

    letter = text_field("Number of the lost letter", hint="Like 3-00042. It stands in your list of addresses.")
    reason = text_field("Why?", hint="Auditors can read it. Write no name and no address.")


@bp.get("/officer/rounds/<round_id>/lost-letters")
@needs(verbs.PERMISSION)
def lost_letters(round_id: str) -> str:
    """What waits for a second person, and the way to ask."""
    return _page(LostForm(), round_id)


@bp.post("/officer/rounds/<round_id>/lost-letters")
@needs(verbs.PERMISSION)
def ask_replacement(round_id: str) -> str | AnyResponse:
    """The first person asks."""
    form = LostForm()
    return carry_out(
        form,
        round_id,
        lambda session, **who: verbs.ask_replacement(session, letter=form.letter.text, reason=form.reason.text, **who),
        show=_page,
        to="officer.lost_letters",
        words="You have asked for a new letter. Now somebody else confirms it.",
    )


@bp.post("/officer/rounds/<round_id>/lost-letters/<number>/confirm")
@needs(verbs.PERMISSION)
def confirm_replacement(round_id: str, number: str) -> str | AnyResponse:
    """The second person confirms; the answer is the new letter, this once."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    with transaction() as session:
        made = verbs.confirm_replacement(
            session,
            context.keys(),
            round_id=round_id,
            number=_number(number),
            by=context.acting(),
            now=context.now(),
        )
    with reading() as session:
        letter = read_letter(session, round_id=round_id, area_id=made.area_id)
    headers = {"Content-Disposition": f'attachment; filename="letter-{made.code.number}.pdf"'}
    return Response(typeset_letters(letter, [made.code]), mimetype="application/pdf", headers=headers)


@bp.post("/officer/rounds/<round_id>/lost-letters/<number>/withdraw")
@needs(verbs.PERMISSION)
def withdraw_replacement(round_id: str, number: str) -> str | AnyResponse:
    """Takes it back before it is confirmed."""
    return carry_out(
        ButtonForm(),
        round_id,
        lambda session, **who: verbs.withdraw_replacement(session, number=_number(number), **who),
        show=_page,
        to="officer.lost_letters",
        words="Taken back. The letter stays as it is.",
    )


def _number(text: str) -> LetterNumber:
    number = read_letter_number(text)
    if number is None:
        raise NotFoundError("There is no letter with this number.")
    return number


def _page(form: BaseForm, round_id: str) -> str:
    with reading() as session:
        view = get_round(session, round_id)
        waiting = verbs.list_waiting(session, round_id=round_id, by=context.acting())
    return render_template(
        "officer/lost_letters.html",
        form=form,
        boxes=form if isinstance(form, LostForm) else LostForm(formdata=None),
        round=view,
        phase=view.phase_at(context.now()),
        waiting=waiting,
    )
