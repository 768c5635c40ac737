"""Scans of the ballots of a batch: which there are, the way to add some and to take some away. None is shown here."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from flask_wtf.file import MultipleFileField
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.services.paper_desk import batch_of, show_batch
from pb_app.services.sheet_scans import MOST_BYTES, MOST_FILES, PERMISSION, Scan, add_scans, prepare_scans, remove_scans
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.addresses import read_number
from pb_app.web.fields import text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem

_TEXT_BYTES = 1024 * 1024


class ScansForm(BaseForm):
    """The files, and where they begin if their names have no numbers."""

    files = MultipleFileField(
        "Scans, one ballot a file",
        description=f"JPEG or PNG. At most {MOST_FILES} files at a time, {MOST_BYTES // 1024**2} MB together.",
    )
    first = text_field(
        "Number of the first ballot (optional)",
        hint="Leave it empty if the files are named by the numbers on the ballots, like 07.jpg. Else we take the files "
        "in the order of their names, beginning with this ballot.",
    )

    @property
    def sent(self) -> list[tuple[str, bytes]]:
        """Name and bytes of each file that came along."""
        return [(one.filename, one.read()) for one in self.files.data or [] if one.filename]


class TakeAwayForm(BaseForm):
    """Ballots whose scans go."""

    sheets = text_field("Which ballots?", hint="Their numbers, a space between, like 3 9.")


@bp.get("/officer/rounds/<round_id>/paper/batches/<batch_id>/scans")
@needs(PERMISSION)
def scans(round_id: str, batch_id: str) -> str:
    """Which ballots have a scan."""
    return _page(None, round_id, batch_id)


@bp.post("/officer/rounds/<round_id>/paper/batches/<batch_id>/scans")
@needs(PERMISSION)
def upload_scans(round_id: str, batch_id: str) -> str | Response | tuple[str, int]:
    """Keeps every scan that is in order, and says of each other file what is wrong with it."""
    request.max_content_length = MOST_BYTES + _TEXT_BYTES
    form = ScansForm()
    if not form.validate_on_submit():
        return _page(form, round_id, batch_id)
    first = read_number(form.first.text)
    if form.first.text and not first:
        form.add_problems([Problem("first", "Write the number on the first ballot, like 1, or leave it empty")])
        return _page(form, round_id, batch_id), 422
    with reading() as session:
        batch = batch_of(session, round_id=round_id, batch_id=batch_id)
    prepared, problems = prepare_scans(form.sent, batch=batch.number, size=batch.size, first=first)
    kept, others = _keep(batch_id, prepared)
    if kept:
        flash(f"Kept: {'the scan of ballot' if len(kept) == 1 else 'the scans of ballots'} {spans(kept)}.")
    if problems or others:
        form.add_problems([*problems, *others])
        return _page(form, round_id, batch_id), 422
    return redirect(url_for("officer.scans", round_id=round_id, batch_id=batch_id))


@bp.post("/officer/rounds/<round_id>/paper/batches/<batch_id>/scans/take-away")
@needs(PERMISSION)
def take_scans_away(round_id: str, batch_id: str) -> str | Response | tuple[str, int]:
    """Takes scans away for good."""
    form = TakeAwayForm()
    if not form.validate_on_submit():
        return _page(form, round_id, batch_id)
    numbers = [read_number(part) for part in form.sheets.text.replace(",", " ").split()]
    sheets = [number for number in numbers if number is not None]
    with transaction() as session:
        batch_of(session, round_id=round_id, batch_id=batch_id)
        problems = remove_scans(
            session,
            batch_id=batch_id,
            sheets=sheets if len(sheets) == len(numbers) else [],
            by=context.acting(),
            now=context.now(),
        )
    if problems:
        form.add_problems(problems)
        return _page(form, round_id, batch_id), 422
    flash("Taken away.")
    return redirect(url_for("officer.scans", round_id=round_id, batch_id=batch_id))


def spans(numbers: Iterable[int]) -> str:
    """`1 to 4, 6, 9 and 10` of numbers in order."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [f"{run[0]} to {run[-1]}" if len(run) > 2 else str(run[0]) for run in _split_pairs(runs)]
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _split_pairs(runs: list[list[int]]) -> list[list[int]]:
    return [part for run in runs for part in ([run] if len(run) != 2 else [run[:1], run[1:]])]


def _keep(batch_id: str, prepared: list[Scan]) -> tuple[tuple[int, ...], list[Problem]]:
    if not prepared:
        return (), []
    with transaction() as session:
        return add_scans(
            session, context.keys(), batch_id=batch_id, scans=prepared, by=context.acting(), now=context.now()
        )


def _page(form: BaseForm | None, round_id: str, batch_id: str) -> str:
    with reading() as session:
        page = show_batch(session, context.keys(), round_id=round_id, batch_id=batch_id, by=context.acting())
    missing = [number for number in range(1, page.batch.size + 1) if number not in page.scanned]
    return render_template(
        "officer/paper/scans.html",
        form=form or ScansForm(formdata=None),
        adding=form if isinstance(form, ScansForm) else ScansForm(formdata=None),
        taking=form if isinstance(form, TakeAwayForm) else TakeAwayForm(formdata=None),
        page=page,
        round=page.round,
        batch_id=batch_id,
        scanned=spans(page.scanned),
        missing=spans(missing),
        phase=page.round.phase_at(context.now()),
    )
