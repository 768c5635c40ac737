"""The ballot paper as it is printed, as a sample for everybody: it opens nothing."""

from __future__ import annotations

from flask import Response, request

from pb_app.public.blueprint import bp
from pb_app.services.ballot_sheets import read_sheet
from pb_app.services.sheet_pdf import Look, typeset_sample
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.printed import printed_paper
from pb_app.web.transaction import reading
from voting.errors import NotFoundError


@bp.get("/rounds/<round_id>/papers/<paper_id>/sample-<look>.pdf")
@public
def sample(round_id: str, paper_id: str, look: str) -> Response:
    """One sheet: standard, large print or plain."""
    if look not in list(Look):
        raise NotFoundError("We have the ballot paper as standard, large or plain.")
    with reading() as session:
        text = read_sheet(session, round_id=round_id, paper_id=paper_id, now=context.now())
    headers = {"Content-Disposition": f'inline; filename="{round_id}-{paper_id}-{look}.pdf"'}
    response = Response(typeset_sample(printed_paper(text), Look(look)), mimetype="application/pdf", headers=headers)
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
