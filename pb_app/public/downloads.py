"""Files for everybody: the record, what was fixed at the opening, a rulebook. Published bytes, never made anew."""

from __future__ import annotations

from flask import Response, request

from pb_app.public.blueprint import bp
from pb_app.services.publishing import record_bytes
from pb_app.services.recounts import get_record
from pb_app.services.showing import get_frozen, get_public_round
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.transaction import reading
from tallying.canonical import sha256_hex


@bp.get("/rounds/<round_id>/record.zip")
@public
def record(round_id: str) -> Response:
    """The newest published record."""
    with reading() as session:
        published, data = get_record(session, round_id=round_id)
    name = f"{published.round_id}-record.zip"
    return _file(data, "application/zip", published.sha256, name)


@bp.get("/rounds/<round_id>/record-<int:n>.zip")
@public
def earlier_record(round_id: str, n: int) -> Response:
    """A published record of this revision: each is served for ever."""
    with reading() as session:
        get_public_round(session, round_id=round_id, now=context.now())
        data = record_bytes(session, round_id, n)
    return _file(data, "application/zip", sha256_hex(data), f"{round_id}-record-{n}.zip")


@bp.get("/rounds/<round_id>/frozen.json")
@public
def frozen(round_id: str) -> Response:
    """Rules' hashes, projects, texts and costs as they were fixed when the opening was confirmed."""
    with reading() as session:
        data, sha256 = get_frozen(session, round_id=round_id, now=context.now())
    return _file(data, "application/json", sha256, f"{round_id}-frozen.json")


@bp.get("/rounds/<round_id>/papers/<paper_id>/rulebook.json")
@public
def rulebook(round_id: str, paper_id: str) -> Response:
    """The rules of one paper as the count reads them."""
    with reading() as session:
        paper = get_public_round(session, round_id=round_id, now=context.now()).paper(paper_id)
    name = f"{round_id}-{paper_id}-rulebook.json"
    return _file(paper.rulebook.to_json(), "application/json", paper.rulebook_sha256, name)


def _file(data: bytes, kind: str, sha256: str, name: str) -> Response:
    """A download whose ETag is its hash: a browser that has it already is told so."""
    response = Response(data, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(sha256)
    response.make_conditional(request)
    return response
