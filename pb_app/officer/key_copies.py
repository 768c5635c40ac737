"""The sealed copies of a round's key: a holder takes one, alone and once, and proves that it opens."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse
from wtforms.validators import ValidationError

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.services import key_copies as verbs
from pb_app.services.rounds import get_round
from pb_app.services.sealed_copies import FEWEST_CHARACTERS
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.fields import SecretField, required, text_field
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction

_LARGEST = 20_000
"""Bytes of a file that are read: a copy has less than a thousand."""


class TakeForm(BaseForm):
    """A passphrase of the holder's own, twice."""

    passphrase = SecretField(
        "A passphrase of your own",
        description=f"At least {FEWEST_CHARACTERS} letters, like four words that nobody would guess. We do not keep "
        "it, and nobody can tell it to you again.",
        validators=[required("Write a passphrase")],
    )
    again = SecretField("The same again", validators=[required("Write the passphrase again")])

    def validate_again(self, field: SecretField) -> None:
        """Both must be the same."""
        if field.text != self.passphrase.text:
            raise ValidationError("The two passphrases differ. Write the same one twice")


class ProveForm(BaseForm):
    """The copy, as a file or typed, and the passphrase."""

    file = FileField("The file with your copy")
    code = text_field("Or the code, as it is printed", hint="Small or capital letters, with or without the gaps.")
    passphrase = SecretField("Your passphrase", validators=[required("Write your passphrase")])

    @property
    def copy(self) -> str:
        """What was uploaded, or else typed."""
        if self.file.data:
            return str(self.file.data.read(_LARGEST).decode("utf-8", "replace"))
        return self.code.text


@bp.get("/officer/rounds/<round_id>/key")
@needs(verbs.PERMISSION)
def key_copies(round_id: str) -> str:
    """Who holds a copy, and the next thing that the reader can do."""
    return _page(ButtonForm(), round_id)


@bp.post("/officer/rounds/<round_id>/key/take")
@needs(verbs.PERMISSION)
def take_key_copy(round_id: str) -> str | AnyResponse:
    """The copy is the answer, this once: a file, or a page to print."""
    form = TakeForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    with transaction() as session:
        made = verbs.take_copy(
            session,
            context.keys(),
            round_id=round_id,
            passphrase=form.passphrase.text,
            by=context.acting(),
            now=context.now(),
        )
    if isinstance(made, list):
        form.add_problems(made)
        return _page(form, round_id)
    if request.form.get("as") == "page":
        return _page(ButtonForm(), round_id, made)
    headers = {"Content-Disposition": f'attachment; filename="key-copy-{round_id}.txt"'}
    return Response(made.text, mimetype="text/plain", headers=headers)


@bp.post("/officer/rounds/<round_id>/key/prove")
@needs(verbs.PERMISSION)
def prove_key_copy(round_id: str) -> str | AnyResponse:
    """The copy opens a test box, or the page says what to look at again."""
    form = ProveForm()
    return carry_out(
        form,
        round_id,
        lambda session, **who: verbs.prove_copy(
            session, context.keys(), text=form.copy, passphrase=form.passphrase.text, **who
        ),
        show=_page,
        to="officer.key_copies",
        words="Your copy opens the test box. Put it where nobody else finds it.",
    )


@bp.post("/officer/rounds/<round_id>/key/drop")
@needs(verbs.PERMISSION)
def drop_key_copies(round_id: str) -> str | AnyResponse:
    """Both holders begin again, with a new key."""
    words = "All copies are dropped, and what they hold opens nothing. Two people now take new ones."
    return carry_out(ButtonForm(), round_id, verbs.drop_copies, show=_page, to="officer.key_copies", words=words)


@bp.post("/officer/rounds/<round_id>/key/destroyed/<holder_id>")
@needs(verbs.PERMISSION)
def note_key_copy_destroyed(round_id: str, holder_id: str) -> str | AnyResponse:
    """One copy is off the list, as somebody destroyed it."""
    return carry_out(
        ButtonForm(),
        round_id,
        lambda session, **who: verbs.note_destroyed(session, context.keys(), holder_id=holder_id, **who),
        show=_page,
        to="officer.key_copies",
        words="It is off the list: this copy is destroyed.",
    )


def _page(form: BaseForm, round_id: str, made: verbs.TakenCopy | None = None) -> str:
    by = context.acting()
    with reading() as session:
        view = get_round(session, round_id)
        copies = verbs.list_copies(session, round_id=round_id)
    return render_template(
        "officer/key_copies.html",
        form=form,
        take=form if isinstance(form, TakeForm) else TakeForm(formdata=None),
        prove=form if isinstance(form, ProveForm) else ProveForm(formdata=None),
        round=view,
        copies=copies,
        own=next((one for one in copies if one.holder_id == by.person_id), None),
        can_change=view.decisions.opening_confirmed_at is None
        and view.phase_at(context.now()).value in ("draft", "proposing", "reviewing", "shortlisting"),
        is_gone=context.keys().is_destroyed(round_id),
        needed=verbs.NEEDED,
        made=made,
    )
