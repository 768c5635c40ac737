"""The activity log: every action of officers and residents, chained so that a change shows."""

from __future__ import annotations

from flask import Response, render_template, request

from pb_app.auditor.blueprint import bp
from pb_app.services.activity_reading import LogWanted, check_chain, log_choices, log_csv, read_log
from pb_app.web.access import needs
from pb_app.web.transaction import reading


@bp.get("/log")
@needs("log:read")
def log() -> str:
    """The log, the newest first, with the state of its chain."""
    wanted = _wanted()
    with reading() as session:
        page = read_log(session, wanted=wanted, page=request.args.get("page", 1, type=int))
        chain = check_chain(session)
        choices = log_choices(session)
    return render_template("auditor/log.html", page=page, chain=chain, choices=choices, wanted=wanted)


@bp.get("/log.csv")
@needs("log:read")
def log_file() -> Response:
    """The log as a file, oldest first, with its hashes."""
    with reading() as session:
        text = log_csv(session, wanted=_wanted())
    headers = {"Content-Disposition": 'attachment; filename="activity-log.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _wanted() -> LogWanted:
    return LogWanted(
        round_id=request.args.get("round", ""),
        subject=request.args.get("subject", ""),
        actor_id=request.args.get("actor", ""),
    )
