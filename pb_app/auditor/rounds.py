"""The auditor's rounds: what was decided by whom, the rules, the record's files, and a recount."""

from __future__ import annotations

from flask import render_template

from pb_app.auditor.blueprint import bp
from pb_app.services.audits import audit_round, list_audits
from pb_app.services.recounts import examine, get_record, list_files, note_recount
from pb_app.services.round_reading import get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from tallying.plain_words import plain_words
from tallying.record import load


@bp.get("")
@needs("log:read")
def desk() -> str:
    """All rounds, those that wait for a recount first."""
    with reading() as session:
        lines = list_audits(session, now=context.now())
    return render_template("auditor/desk.html", lines=lines)


@bp.get("/rounds/<round_id>", endpoint="round")
@needs("log:read")
def show(round_id: str) -> str:
    """One round, to read."""
    with reading() as session:
        page = audit_round(session, round_id=round_id, now=context.now())
    return render_template(
        "auditor/round.html", page=page, round=page.round, form=BaseForm(), council_key=_council_key()
    )


@bp.get("/rounds/<round_id>/rulebook")
@needs("log:read")
def rulebook(round_id: str) -> str:
    """The rules of each paper, in plain words and as the count reads them."""
    with reading() as session:
        view = get_round(session, round_id)
    sheets = [
        (paper, plain_words(paper.rulebook, paper.word), paper.rulebook.to_json().decode()) for paper in view.papers
    ]
    return render_template("auditor/rulebook.html", round=view, sheets=sheets)


@bp.get("/rounds/<round_id>/files")
@needs("log:read")
def files(round_id: str) -> str:
    """The files of the published record with their hashes."""
    with reading() as session:
        view = get_round(session, round_id)
        published, data = get_record(session, round_id=round_id)
    return render_template("auditor/files.html", round=view, published=published, files=list_files(load(data)))


@bp.get("/rounds/<round_id>/recount")
@needs("record:recount")
def recount_page(round_id: str) -> str:
    """What a recount does, with its button, and how to do it on a machine of one's own."""
    return _recount_page(round_id, BaseForm())


@bp.post("/rounds/<round_id>/recount")
@needs("record:recount")
def recount(round_id: str) -> str:
    """Verifies and counts the published bytes now, and writes down who did so and what came out."""
    form = BaseForm()
    if not form.validate_on_submit():
        return _recount_page(round_id, form)
    with reading() as session:
        view = get_round(session, round_id)
        published, data = get_record(session, round_id=round_id)
    examination = examine(published, data, signer=_council_key())
    with transaction() as session:
        note_recount(session, examination=examination, by=context.acting(), now=context.now())
    return render_template("auditor/recounted.html", round=view, examination=examination, report=examination.report)


def _recount_page(round_id: str, form: BaseForm) -> str:
    with reading() as session:
        page = audit_round(session, round_id=round_id, now=context.now())
    return render_template("auditor/recount.html", page=page, round=page.round, form=form)


def _council_key() -> str:
    """The fingerprint of the council's key; "" before it has one."""
    store = context.keys()
    return store.fingerprint() if store.has_council_key() else ""
