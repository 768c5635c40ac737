"""One person on the roll twice: one officer asks to join the two entries, a second person confirms."""

from __future__ import annotations

from functools import partial

from flask import render_template
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.services import double_entries as verbs
from pb_app.services.rounds import get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.fields import required, text_field
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading

_HINT = "An e-mail address, a letter’s number like 3-00042, or the name that a check-in desk wrote down."


class JoinForm(BaseForm):
    """Which two, and how it is known."""

    stands = text_field("The entry that stands", hint=_HINT, validators=[required("Write which entry stands")])
    goes = text_field("The other entry of the same person", hint=_HINT, validators=[required("Write the other entry")])
    reason = text_field("How do you know?", hint="Auditors can read it. Write no name and no address.")


@bp.get("/officer/rounds/<round_id>/double-entries")
@needs(verbs.PERMISSION)
def double_entries(round_id: str) -> str:
    """What waits for a second person, and the way to ask."""
    return _page(JoinForm(), round_id)


@bp.post("/officer/rounds/<round_id>/double-entries")
@needs(verbs.PERMISSION)
def ask_joining(round_id: str) -> str | Response:
    """The first person asks."""
    form = JoinForm()
    return carry_out(
        form,
        round_id,
        lambda session, **who: verbs.ask_joining(
            session, stands=form.stands.text, goes=form.goes.text, reason=form.reason.text, **who
        ),
        show=_page,
        to="officer.double_entries",
        words="You have asked to join the two. Now somebody else confirms it.",
    )


@bp.post("/officer/rounds/<round_id>/double-entries/<key>/confirm")
@needs(verbs.PERMISSION)
def confirm_joining(round_id: str, key: str) -> str | Response:
    """The second person confirms."""
    return carry_out(
        ButtonForm(),
        round_id,
        lambda session, **who: verbs.confirm_joining(session, context.keys(), key=key, **who),
        show=_page,
        to="officer.double_entries",
        words="Joined. This person has one vote.",
    )


@bp.post("/officer/rounds/<round_id>/double-entries/<key>/withdraw")
@needs(verbs.PERMISSION)
def withdraw_joining(round_id: str, key: str) -> str | Response:
    """Takes it back before it is confirmed."""
    return carry_out(
        ButtonForm(),
        round_id,
        partial(verbs.withdraw_joining, key=key),
        show=_page,
        to="officer.double_entries",
        words="Taken back. Both entries stay as they are.",
    )


def _page(form: BaseForm, round_id: str) -> str:
    with reading() as session:
        view = get_round(session, round_id)
        waiting = verbs.list_joinings(session, round_id=round_id, by=context.acting())
        joined = verbs.count_joined(session, round_id=round_id)
        is_open = verbs.can_join(session, round_id=round_id, now=context.now())
    return render_template(
        "officer/double_entries.html",
        form=form,
        boxes=form if isinstance(form, JoinForm) else JoinForm(formdata=None),
        round=view,
        waiting=waiting,
        joined=joined,
        is_open=is_open,
    )
