"""One round: what can be done now, its way, its money, its rules and its projects."""

from __future__ import annotations

from flask import Response, render_template

from pb_app.public.blueprint import bp
from pb_app.public.list_form import COSTS, order_seed, wanted
from pb_app.services.paper_channel import find_paper_way
from pb_app.services.public_lists import choose, shuffle
from pb_app.services.recounts import last_recount
from pb_app.services.results import find_results
from pb_app.services.round_changes import list_round_changes
from pb_app.services.showing import show_round
from pb_app.services.spreadsheets import entries_csv
from pb_app.services.voter_words import rule_words, ways_words
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.transaction import reading
from tallying.plain_words import plain_words


@bp.get("/rounds/<round_id>", endpoint="round")
@public
def show(round_id: str) -> str:
    """The round's page."""
    with reading() as session:
        page = show_round(session, round_id=round_id, now=context.now())
        paper = find_paper_way(session, round_id)
        changes = list_round_changes(session, round_id=round_id)
        result = find_results(session, round_id=round_id) if page.has_result else None
        recount = last_recount(session, round_id=round_id, revision=result.revision) if result else None
    choice = wanted()
    return render_template(
        "public/round.html",
        page=page,
        round=page.round,
        result=result,
        recount=recount,
        entries=shuffle(choose(page.entries, choice), order_seed()),
        choice=choice,
        costs=COSTS,
        paper=paper,
        changes=changes,
        voters={"sentence": rule_words(page.round), "ways": ways_words(page.round)},
        rules={paper.id: plain_words(paper.rulebook, paper.word) for paper in page.round.papers},
    )


@bp.get("/rounds/<round_id>/projects.csv")
@public
def projects_csv(round_id: str) -> Response:
    """The list as a file, with the same filters, sorted by title."""
    with reading() as session:
        page = show_round(session, round_id=round_id, now=context.now())
    text = entries_csv(choose(page.entries, wanted()))
    headers = {"Content-Disposition": f'attachment; filename="{page.round.id}-projects.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)
