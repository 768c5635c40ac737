"""Voting at events: the page with the desk, the tablets and the groups of a round; and setting a tablet up."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.services import sessions, tablets
from pb_app.services.check_ins import count_check_ins
from pb_app.services.groups import list_groups
from pb_app.services.rounds import get_round
from pb_app.services.slips import PERMISSION
from pb_app.web import context, login, tablet
from pb_app.web.access import needs
from pb_app.web.fields import at_most, required, text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction

Page = str | Response


class FindForm(BaseForm):
    """Whom the desk looks for."""

    name = text_field("Name", hint="A part of it is enough.")


class TabletForm(BaseForm):
    """Which tablet it is."""

    label = text_field(
        "What do you call this tablet?",
        hint="Like “Library 2”. It stands in the log.",
        validators=[required("Write what you call it"), at_most(tablet.LONGEST_NAME, "its name")],
    )


@bp.get("/officer/rounds/<round_id>/events")
@needs(PERMISSION)
def events(round_id: str) -> str:
    """The desk, the tablets and the groups."""
    return render_events(round_id, FindForm(formdata=None), TabletForm(formdata=None))


@bp.post("/officer/rounds/<round_id>/tablet")
@needs(PERMISSION)
def set_up_tablet(round_id: str) -> Page:
    """Makes this browser a voting tablet and signs the officer out on it, so that voters reach no officers' page."""
    form = TabletForm()
    if not form.validate_on_submit():
        return render_events(round_id, FindForm(formdata=None), form, faulty=form)
    now = context.real_now()
    with transaction() as session:
        tablets.start_tablet(session, round_id=round_id, name=form.label.text, by=context.acting(), now=context.now())
        sessions.end_session(session, token=login.token(), now=now)
    login.leave()
    response = make_response(redirect(url_for("resident.tablet_start", round_id=round_id)))
    return tablet.set_up(response, tablet.Tablet(round_id, form.label.text))


def render_events(round_id: str, find: FindForm, form: TabletForm, faulty: BaseForm | None = None) -> str:
    """The page, with what is to be mended on it."""
    with reading() as session:
        view, groups = get_round(session, round_id), list_groups(session, round_id=round_id)
        count = count_check_ins(session, round_id=round_id)
    phase = view.phase_at(context.now())
    return render_template(
        "officer/events/events.html", round=view, phase=phase, groups=groups, count=count, find=find, tablet_form=form,
        form=faulty or find,
    )  # fmt: skip
