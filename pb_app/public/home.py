"""The home page: what is open and until when, what is being counted, and what was decided."""

from __future__ import annotations

from flask import render_template

from pb_app.public.blueprint import bp
from pb_app.services.front_page import read_front_page
from pb_app.services.results import find_results
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.transaction import reading


@bp.get("/")
@public
def home() -> str:
    """What everybody sees first."""
    now = context.now()
    with reading() as session:
        front = read_front_page(session, now=now)
        last = front.last_result
        result = find_results(session, round_id=last.round.id) if last else None
    return render_template("public/home.html", front=front, result=result, at=now)
