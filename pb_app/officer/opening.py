"""Opening the vote: what is missing, one person asks, another confirms."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.officer.round_forms import PAPER_WAYS
from pb_app.services import opening as verbs
from pb_app.services.checkpoints import publish_checkpoint
from pb_app.services.composition import compose
from pb_app.services.key_copies import copy_problems
from pb_app.services.paper_channel import find_rule
from pb_app.services.rounds import find_round, get_round
from pb_app.services.second_people import find_step
from pb_app.services.two_people import find_confirmed
from pb_app.services.voter_words import rule_words, ways_words
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import reading, transaction
from tallying.plain_words import plain_words

PERMISSION = "opening:confirm"


@bp.get("/officer/rounds/<round_id>/opening")
@needs(PERMISSION)
def opening(round_id: str) -> str:
    """What is missing, or what waits for a second person, or what two people confirmed."""
    return _page(ButtonForm(), round_id)


@bp.post("/officer/rounds/<round_id>/opening/ask")
@needs(PERMISSION)
def ask_opening(round_id: str) -> str | Response:
    """The first person asks."""
    return carry_out(
        ButtonForm(),
        round_id,
        partial(verbs.ask_opening, timezone=context.config().timezone),
        show=_page,
        to="officer.opening",
        words="You have asked to open the vote. Now somebody else confirms it.",
    )


@bp.post("/officer/rounds/<round_id>/opening/confirm")
@needs(PERMISSION)
def confirm_opening(round_id: str) -> str | Response:
    """The second person confirms: from then on the bytes are fixed."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    with transaction() as session:
        problems = verbs.confirm_opening(
            session,
            context.keys(),
            round_id=round_id,
            by=context.acting(),
            now=context.now(),
            timezone=context.config().timezone,
        )
    if problems:
        form.form_errors.extend(problem.message for problem in problems)
        return _page(form, round_id)
    publish_checkpoint(context.engine(), context.keys(), round_id=round_id, now=context.now())
    flash("Confirmed. The ballot papers are fixed, and voting opens by the clock.")
    return redirect(url_for("officer.opening", round_id=round_id))


@bp.post("/officer/rounds/<round_id>/opening/withdraw")
@needs(PERMISSION)
def withdraw_opening(round_id: str) -> str | Response:
    """Takes it back, asked for or confirmed, before voting opens."""
    words = "Taken back. The ballot papers can change again."
    return carry_out(ButtonForm(), round_id, verbs.withdraw, show=_page, to="officer.opening", words=words)


def _page(form: ButtonForm, round_id: str) -> str:
    by, now = context.acting(), context.now()
    with reading() as session:
        view, composition = get_round(session, round_id), compose(session, round_id=round_id)
        missing = verbs.opening_checks(session, round_id) + verbs.date_problems(find_round(session, round_id), now)
        copies_missing = copy_problems(session, round_id=round_id)
        step = find_step(session, round_id=round_id, kind=verbs.OPEN, permission=PERMISSION, by=by)
        confirmed = find_confirmed(session, round_id=round_id, kind=verbs.OPEN)
        paper_rule = find_rule(session, round_id)
    return render_template(
        "officer/opening.html",
        form=form,
        round=view,
        phase=view.phase_at(now),
        composition=composition,
        missing=missing,
        copies_missing=copies_missing,
        step=step,
        confirmed=confirmed,
        voters=[rule_words(view), *ways_words(view)] if view.eligibility else [],
        on_paper=PAPER_WAYS[paper_rule.value] if paper_rule else "",
        rules={paper.id: plain_words(paper.rulebook, paper.word) for paper in view.papers},
    )
