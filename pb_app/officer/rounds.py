"""All rounds, and one round as officers see it."""

from __future__ import annotations

from flask import render_template

from pb_app.officer.blueprint import bp
from pb_app.officer.round_forms import NO_PAPER, PAPER_WAYS
from pb_app.officer.voter_forms import IDENTIFY
from pb_app.services.composition import compose
from pb_app.services.paper_channel import find_rule
from pb_app.services.rounds import get_round, list_all_rounds
from pb_app.services.voter_words import UNDECLARED, rule_words, ways_words
from pb_app.services.work_list import find_tasks, round_steps
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.transaction import reading
from tallying.plain_words import plain_words


@bp.get("/officer/rounds")
@needs("round:create", "opening:confirm")
def rounds() -> str:
    """Every round, drafts too."""
    with reading() as session:
        views = list_all_rounds(session)
    return render_template("officer/rounds.html", rounds=views)


@bp.get("/officer/rounds/<round_id>", endpoint="round")
@needs("round:create", "opening:confirm")
def show_round(round_id: str) -> str:
    """Where the round stands, what it needs next, its dates, its money and its rules."""
    now = context.now()
    with reading() as session:
        view, composition = get_round(session, round_id), compose(session, round_id=round_id)
        tasks = find_tasks(session, context.keys(), views=[view], by=context.acting(), now=now)
        steps = round_steps(session, view=view, by=context.acting(), now=now)
        paper_rule = find_rule(session, round_id)
    return render_template(
        "officer/round.html",
        round=view,
        phase=view.phase_at(now),
        composition=composition,
        tasks=tasks,
        steps=steps,
        voters=[rule_words(view), *ways_words(view)] if view.eligibility else [],
        identify=IDENTIFY[(view.eligibility or UNDECLARED).identify.value],
        on_paper=PAPER_WAYS[paper_rule.value] if paper_rule else PAPER_WAYS[NO_PAPER],
        rules={paper.id: plain_words(paper.rulebook, paper.word) for paper in view.papers},
    )
