"""The first page after signing in: what waits, why, and by when."""

from __future__ import annotations

from flask import render_template

from pb_app.officer.blueprint import bp
from pb_app.services.rounds import list_all_rounds
from pb_app.services.turnout import turnout
from pb_app.services.work_list import work_list
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.transaction import reading
from voting.phases import Phase


@bp.get("/officer")
@needs("round:create", "opening:confirm")
def desk() -> str:
    """Tasks by date, steps that need two people, and the rounds that are open: first what closes first."""
    now = context.now()
    with reading() as session:
        work = work_list(session, context.keys(), by=context.acting(), now=now)
        views = [view for view in list_all_rounds(session) if not view.is_imported]
        voting = [view for view in views if view.phase_at(now) is Phase.VOTING]
        open_now = sorted(voting, key=lambda view: view.voting_closes_at)
        turnouts = {view.id: turnout(session, round_id=view.id) for view in open_now}
    return render_template("officer/desk.html", work=work, rounds=views, open_now=open_now, turnouts=turnouts)
