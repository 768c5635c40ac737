"""A tablet at an event: a voter types a code, votes, and hands on to the next, who finds nothing of the one before."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import validate_csrf
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.validators import ValidationError

from pb_app.resident import code_session
from pb_app.resident.blueprint import bp
from pb_app.resident.code_session import CodeSession
from pb_app.resident.voter import read_desk
from pb_app.services.code_entry import Machine, enter_code
from pb_app.services.voting_desk import check_open
from pb_app.web import context, tablet
from pb_app.web.access import public
from pb_app.web.fields import text_field
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import transaction

Page = str | Response | tuple[str, int]
MINUTES, MORE_MINUTES = 20, 60
IDLE_SECONDS, MORE_IDLE_SECONDS = 3 * 60, 15 * 60
"""How long nobody touches the tablet until it asks whether somebody is there; it waits a minute for the answer."""

_BETWEEN_VOTERS = {"resident.tablet_start", "resident.tablet_enter", "resident.tablet_next", "resident.tablet_stop"}


class TabletForm(BaseForm):
    """The next voter's code."""

    code = text_field("Your code", hint="From your slip, card or letter. Spaces and small letters are fine.")
    tracker = text_field("Tracker from your receipt", hint="16 letters and numbers.")
    slow = BooleanField("Give me more time")


@bp.before_request
def refuse_former_voter() -> Response | None:
    """Marks that the browser sends again with "back" are of the voter before: they are not shown to the next one."""
    if tablet.current() is None or request.method != "POST" or request.endpoint in _BETWEEN_VOTERS:
        return None
    return None if _is_of_this_voter() else _to_start("former")


@bp.context_processor
def kiosk() -> dict[str, int]:
    """How long this voter may rest, and how long a page may stand without script; in seconds, on a tablet alone."""
    if tablet.current() is None:
        return {}
    opened = code_session.current((request.view_args or {}).get("round_id", ""))
    is_slow = opened is not None and opened.seconds > MINUTES * 60
    return {
        "tablet_idle": MORE_IDLE_SECONDS if is_slow else IDLE_SECONDS,
        "tablet_ends": 60 * (MORE_MINUTES if is_slow else MINUTES),
    }


@bp.get("/rounds/<round_id>/tablet")
@public
def tablet_start(round_id: str) -> Page:
    """A box for the next voter's code. Coming here forgets whoever voted before."""
    if tablet.current() is None:
        return redirect(url_for("resident.vote", round_id=round_id))
    session.clear()
    return code_session.forget(make_response(_page(round_id, TabletForm(formdata=None))), round_id)


@bp.post("/rounds/<round_id>/tablet")
@public
def tablet_enter(round_id: str) -> Page:
    """Opens the papers of a slip, a group's card or a letter."""
    form = TabletForm()
    if tablet.current() is None:
        return redirect(url_for("resident.vote", round_id=round_id))
    check_open(read_desk(round_id))
    if not form.validate_on_submit():
        return _page(round_id, form), 422
    machine = Machine(request.remote_addr or "", context.secret(), context.real_now(), is_tablet=True)
    with transaction() as work:
        entered = enter_code(
            work, context.keys(), round_id=round_id, code=form.code.text, tracker=form.tracker.text, machine=machine,
            now=context.now(),
        )  # fmt: skip
    if isinstance(entered, list):
        form.add_problems(entered)
        return _page(round_id, form), 422
    minutes = MORE_MINUTES if form.slow.data else MINUTES
    opened = CodeSession.of(round_id, entered, seconds=60 * minutes)
    papers = url_for("resident.ballot", round_id=round_id, paper_id=entered.paper_ids[0])
    return code_session.remember(redirect(papers), opened)


@bp.post("/rounds/<round_id>/tablet/next")
@public
def tablet_next(round_id: str) -> Page:
    """The voter has finished."""
    return _to_start("") if ButtonForm().validate_on_submit() else _to_start("former")


@bp.post("/rounds/<round_id>/tablet/stop")
@public
def tablet_stop(round_id: str) -> Page:
    """Makes the tablet an ordinary browser again: at the end of the day."""
    if not ButtonForm().validate_on_submit():
        return _to_start("")
    response = code_session.forget(make_response(redirect(url_for("public.round", round_id=round_id))), round_id)
    session.clear()
    return tablet.stop(response, round_id)


def _page(round_id: str, form: TabletForm) -> str:
    desk = read_desk(round_id)
    return render_template(
        "resident/tablet.html", form=form, round=desk.round, desk=desk, why=request.args.get("why", ""),
        minutes=MINUTES, more=MORE_MINUTES, is_start=True,
    )  # fmt: skip


def _to_start(why: str) -> Response:
    round_id = (request.view_args or {})["round_id"]
    return redirect(url_for("resident.tablet_start", round_id=round_id, why=why or None))


def _is_of_this_voter() -> bool:
    """Each voter's session has a token of its own."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True
