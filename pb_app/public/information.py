"""Pages of words: promises, help, accessibility, privacy, cookies."""

from __future__ import annotations

from flask import render_template

from pb_app.public.blueprint import bp
from pb_app.web.access import public


@bp.get("/guarantees")
@public
def guarantees() -> str:
    """What a round promises and what it does not."""
    return render_template("public/guarantees.html")


@bp.get("/help")
@public
def help_page() -> str:
    """How to propose, vote, check and recount."""
    return render_template("public/help.html")


@bp.get("/accessibility")
@public
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("public/accessibility.html")


@bp.get("/privacy")
@public
def privacy() -> str:
    """What is kept about people, and why."""
    return render_template("public/privacy.html")


@bp.get("/cookies")
@public
def cookies() -> str:
    """The cookies, all of them needed."""
    return render_template("public/cookies.html")
