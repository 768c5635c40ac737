"""One proposal with everything said about it, and its photos."""

from __future__ import annotations

from flask import Response, render_template

from pb_app.public.blueprint import bp
from pb_app.services.photos import get_photo
from pb_app.services.proposal_page import show_proposal
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.transaction import reading

_FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/rounds/<round_id>/proposals/<proposal_id>")
@public
def proposal(round_id: str, proposal_id: str) -> str:
    """What is proposed, what it costs, where it is, and how the review went."""
    with reading() as session:
        page = show_proposal(session, round_id=round_id, proposal_id=proposal_id, by=context.actor(), now=context.now())
    return render_template("public/proposal.html", page=page, proposal=page.proposal, round=page.round)


@bp.get("/photos/<proposal_id>/<sha256>/<size>.jpg")
@public
def photo(proposal_id: str, sha256: str, size: str) -> Response:
    """A photo's bytes, `large` or `small`; the address holds their original's hash, so they never change."""
    with reading() as session:
        image = get_photo(session, proposal_id=proposal_id, sha256=sha256, size=size, by=context.actor())
    response = Response(image, mimetype="image/jpeg")
    response.headers["Cache-Control"] = _FOR_EVER if context.actor() is None else "private, max-age=3600"
    return response
