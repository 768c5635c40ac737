"""The result of a round, computed from its published bytes; and the published votes by tracker."""

from __future__ import annotations

from flask import Response, render_template

from pb_app.public.blueprint import bp
from pb_app.services.changed_results import list_changes
from pb_app.services.published_votes import list_votes
from pb_app.services.receipt_files import INITIALS, receipt_file
from pb_app.services.recounts import get_record, last_recount
from pb_app.services.results import get_results, results_of_revision
from pb_app.services.showing import get_public_round, proposal_of_project
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.transaction import reading
from voting.errors import NotFoundError


@bp.get("/rounds/<round_id>/results")
@public
def results(round_id: str) -> str:
    """Who got what, why, how it was counted, and how to count it again."""
    return _results(round_id, None)


@bp.get("/rounds/<round_id>/results/<int:n>")
@public
def earlier_results(round_id: str, n: int) -> str:
    """A result as it was published; each stays for ever."""
    return _results(round_id, n)


def _results(round_id: str, revision: int | None) -> str:
    with reading() as session:
        round_view = get_public_round(session, round_id=round_id, now=context.now())
        newest, view = get_results(session, round_id=round_id)
        published = newest
        if revision is not None:
            published, view = results_of_revision(session, round_id=round_id, revision=revision)
        changes = list_changes(session, round_id=round_id)
        recount = last_recount(session, round_id=round_id, revision=published.revision)
        links = proposal_of_project(session, round_id=round_id)
    name = "record" if published == newest else f"record-{published.revision}"
    return render_template(
        "public/results.html",
        round=round_view,
        published=published,
        newest=newest,
        view=view,
        changes=changes,
        recount=recount,
        links=links,
        file_name=f"{round_id}-{name}.zip",
    )


@bp.get("/rounds/<round_id>/check-receipt")
@public
def check_receipt(round_id: str) -> str:
    """All published trackers with their votes, or where there are many, the way to each part."""
    return _check_receipt(round_id, "")


@bp.get("/rounds/<round_id>/check-receipt/<initial>")
@public
def check_receipt_part(round_id: str, initial: str) -> str:
    """The published trackers that start with one character."""
    return _check_receipt(round_id, initial[:1].upper())


@bp.get("/rounds/<round_id>/check-receipt/<initial>.json")
@public
def check_receipt_file(round_id: str, initial: str) -> Response:
    """The file of one first character, for the search in the browser: the same for everybody, kept by browsers."""
    if len(initial) != 1 or initial not in INITIALS:
        raise NotFoundError("No tracker begins like this.")
    with reading() as session:
        get_public_round(session, round_id=round_id, now=context.now())
        _, data = get_record(session, round_id=round_id)
    response = Response(receipt_file(data, initial), mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _check_receipt(round_id: str, initial: str) -> str:
    with reading() as session:
        round_view = get_public_round(session, round_id=round_id, now=context.now())
        _, data = get_record(session, round_id=round_id)
    pages, sheets = list_votes(data, initial=initial)
    return render_template("public/check_receipt.html", round=round_view, pages=pages, sheets=sheets, initial=initial)
