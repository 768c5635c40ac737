"""The register of a round: the page, the file, checkpoints and proofs. Anybody can save one and compare later."""

from __future__ import annotations

import json

from flask import Response, render_template, request

from pb_app.public.blueprint import bp
from pb_app.services import public_register as verbs
from pb_app.services.showing import get_public_round
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.transaction import reading
from tallying.canonical import sha256_hex


@bp.get("/rounds/<round_id>/register")
@public
def register(round_id: str) -> str:
    """What the register is, its newest checkpoint, its nights and its decisions."""
    with reading() as session:
        view = get_public_round(session, round_id=round_id, now=context.now())
        page = verbs.show_register(session, round_id=round_id)
    return render_template("public/register.html", round=view, page=page)


@bp.get("/rounds/<round_id>/register.jsonl")
@public
def register_file(round_id: str) -> Response:
    """Every entry up to the newest checkpoint, one a line."""
    with reading() as session:
        get_public_round(session, round_id=round_id, now=context.now())
        data, _ = verbs.register_file(session, round_id=round_id)
    return _file(data, "application/jsonl", f"{round_id}-register.jsonl")


@bp.get("/rounds/<round_id>/register/checkpoint")
@public
def checkpoint(round_id: str) -> Response:
    """The newest checkpoint."""
    return _checkpoint(round_id, None)


@bp.get("/rounds/<round_id>/register/checkpoints/<int:size>")
@public
def checkpoint_of_size(round_id: str, size: int) -> Response:
    """An earlier checkpoint."""
    return _checkpoint(round_id, size)


@bp.get("/rounds/<round_id>/register/inclusion/<int:place>.json")
@public
def inclusion(round_id: str, place: int) -> Response:
    """The proof that an entry is in the newest checkpoint."""
    with reading() as session:
        get_public_round(session, round_id=round_id, now=context.now())
        proof = verbs.inclusion(session, round_id=round_id, place=place)
    return _file(json.dumps(proof).encode(), "application/json", f"{round_id}-entry-{place}.json")


@bp.get("/rounds/<round_id>/register/consistency/<int:first>.json")
@public
def consistency(round_id: str, first: int) -> Response:
    """The proof that the register of a saved checkpoint begins the newest one."""
    with reading() as session:
        get_public_round(session, round_id=round_id, now=context.now())
        proof = verbs.consistency(session, round_id=round_id, first=first)
    return _file(json.dumps(proof).encode(), "application/json", f"{round_id}-since-{first}.json")


@bp.get("/rounds/<round_id>/register/decisions/<int:n>.json")
@public
def decision(round_id: str, n: int) -> Response:
    """The text of a decision; its SHA-256 is the one in the register."""
    with reading() as session:
        get_public_round(session, round_id=round_id, now=context.now())
        data = verbs.decision_file(session, round_id=round_id, n=n)
    return _file(data, "application/json", f"{round_id}-decision-{n}.json")


def _checkpoint(round_id: str, size: int | None) -> Response:
    with reading() as session:
        get_public_round(session, round_id=round_id, now=context.now())
        found = verbs.checkpoint_of(session, round_id=round_id, size=size)
    return _file(found.note, "text/plain", f"{round_id}-checkpoint-{found.size}.txt")


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "public, no-cache"}
    response = Response(data, mimetype=kind, headers=headers)
    response.set_etag(sha256_hex(data))
    response.make_conditional(request)
    return response
