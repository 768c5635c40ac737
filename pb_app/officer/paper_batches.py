"""Mixed ballots: batches, typing with the keyboard alone, and settling what two people read differently."""

from __future__ import annotations

from base64 import b64encode

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, IntegerField

from pb_app.officer.blueprint import bp
from pb_app.services.paper_batches import make_batch, resize_batch
from pb_app.services.paper_desk import BatchPage, batch_of, show_batch, show_desk
from pb_app.services.sheet_scans import count_scans, see_scan
from pb_app.services.sheet_typing import THIRD, type_sheet
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.addresses import read_number
from pb_app.web.choosing import choice_field, whole_number
from pb_app.web.fields import text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from voting.sheets import LEAST_MIXED, REASON_WORDS

PERMISSION = "paper:work"
_MOST = 100_000
Place = tuple[int, int]
ON, SHOW = "on", "show"


class SizeForm(BaseForm):
    """How many ballots a batch has."""

    size = IntegerField(
        "How many ballots are in it?",
        description="Count them by hand.",
        validators=[whole_number("how many ballots there are", "25", 1, _MOST)],
    )


class BatchForm(SizeForm):
    """A new batch of one paper."""

    paper = choice_field("Ballots of which paper?", {}, "Choose the paper")


class TypingForm(BaseForm):
    """One ballot: its number, which typing it is, and what stands on it."""

    sheet = HiddenField()
    turn = HiddenField()
    typed = text_field("What is marked?")
    scan = HiddenField()
    """ON while the scan is shown beside the box; SHOW is the button that asks for it, sent after it."""

    @property
    def shows_scan(self) -> bool:
        """Whether the page that follows shows a scan, too."""
        return self.scan.data == ON or self.wants_scan

    @property
    def wants_scan(self) -> bool:
        """Whether the button for the scan was pressed, and nothing is to be kept."""
        return SHOW in self.scan.raw_data if self.scan.raw_data else False

    @property
    def place(self) -> Place:
        """The ballot and the turn; (0, 0) for a form that came back changed."""
        return _place(self.sheet.data, self.turn.data) or (0, 0)


@bp.get("/officer/rounds/<round_id>/paper/batches")
@needs(PERMISSION)
def batches(round_id: str) -> str:
    """The batches, and the way to make one."""
    return _list_page(BatchForm(formdata=None), round_id)


@bp.post("/officer/rounds/<round_id>/paper/batches")
@needs(PERMISSION)
def add_batch(round_id: str) -> str | Response:
    """Makes a batch."""
    form = BatchForm()
    _offer(form, round_id)
    if not form.validate_on_submit():
        return _list_page(form, round_id)
    with transaction() as session:
        made = make_batch(
            session,
            round_id=round_id,
            paper_id=form.paper.data,
            size=form.size.data or 0,
            by=context.acting(),
            now=context.now(),
        )
    if isinstance(made, list):
        form.add_problems(made)
        return _list_page(form, round_id)
    flash("The batch is made. Write a number on each ballot, 1 to the last, in the order in which they lie now.")
    return redirect(url_for("officer.batch", round_id=round_id, batch_id=made))


@bp.get("/officer/rounds/<round_id>/paper/batches/<batch_id>")
@needs(PERMISSION)
def batch(round_id: str, batch_id: str) -> str:
    """The next ballot to type, or one's own to correct."""
    return _batch_page(None, round_id, batch_id)


@bp.post("/officer/rounds/<round_id>/paper/batches/<batch_id>")
@needs(PERMISSION)
def type_ballot(round_id: str, batch_id: str) -> str | Response:
    """Keeps what was typed and goes on to the next ballot, with its scan where the last one was shown; or shows it."""
    form = TypingForm()
    if not form.validate_on_submit():
        return _batch_page(form, round_id, batch_id)
    sheet, turn = form.place
    if form.wants_scan:
        return _scan_page(form, round_id, batch_id)
    with transaction() as session:
        batch_of(session, round_id=round_id, batch_id=batch_id)
        problems = type_sheet(
            session,
            context.keys(),
            batch_id=batch_id,
            sheet=sheet,
            turn=turn,
            text=form.typed.text,
            by=context.acting(),
            now=context.now(),
        )
    if problems:
        form.add_problems(problems)
        return (_scan_page if form.shows_scan else _batch_page)(form, round_id, batch_id)
    if form.shows_scan and turn != THIRD:
        return _scan_page(None, round_id, batch_id, before=(sheet, turn))
    before = None if turn == THIRD else sheet
    return redirect(url_for("officer.batch", round_id=round_id, batch_id=batch_id, before=before, turn=turn))


@bp.post("/officer/rounds/<round_id>/paper/batches/<batch_id>/size")
@needs(PERMISSION)
def change_size(round_id: str, batch_id: str) -> str | Response:
    """Another number of ballots: mixed again, typed again."""
    form = SizeForm()
    if not form.validate_on_submit():
        return _list_page(form, round_id, batch_id)
    with transaction() as session:
        batch_of(session, round_id=round_id, batch_id=batch_id)
        problems = resize_batch(
            session, batch_id=batch_id, size=form.size.data or 0, by=context.acting(), now=context.now()
        )
    if problems:
        form.add_problems(problems)
        return _list_page(form, round_id, batch_id)
    flash("The batch has its new size. Mix the ballots again, number them, and type all of them.")
    return redirect(url_for("officer.batches", round_id=round_id))


def _offer(form: BatchForm, round_id: str) -> None:
    with reading() as session:
        desk = show_desk(session, context.keys(), round_id=round_id)
    form.paper.choices = {paper.id: paper.title for paper in desk.round.papers}
    if len(desk.round.papers) == 1 and form.paper.data is None:
        form.paper.data = desk.round.papers[0].id


def _list_page(form: SizeForm, round_id: str, batch_id: str = "") -> str:
    """`batch_id` is the batch whose own form it is; "" for that of a new one."""
    new = form if isinstance(form, BatchForm) else BatchForm(formdata=None)
    _offer(new, round_id)
    with reading() as session:
        desk = show_desk(session, context.keys(), round_id=round_id)
        scans = count_scans(session, round_id=round_id)
    return render_template(
        "officer/paper/batches.html",
        form=form,
        new=new,
        sizes={
            one.id: form if one.id == batch_id else SizeForm(formdata=None, size=one.size)
            for paper in desk.papers
            for one in paper.batches
        },
        desk=desk,
        scans=scans,
        round=desk.round,
        phase=desk.round.phase_at(context.now()),
        least=LEAST_MIXED,
    )


def _batch_page(form: TypingForm | None, round_id: str, batch_id: str) -> str:
    wanted = form.place if form else _place(request.args.get("sheet"), request.args.get("turn"))
    before = _place(request.args.get("before"), request.args.get("turn"))
    with reading() as session:
        page = show_batch(
            session,
            context.keys(),
            round_id=round_id,
            batch_id=batch_id,
            by=context.acting(),
            before=before,
            wanted=wanted,
        )
    return _typing_page(form, page, batch_id)


def _scan_page(form: TypingForm | None, round_id: str, batch_id: str, before: Place | None = None) -> str | Response:
    """As the page without, in the answer to a form: looking at a scan leaves a line in the log."""
    wanted = form.place if form else None
    by, now = context.acting(), context.now()
    with transaction() as session:
        page = show_batch(
            session, context.keys(), round_id=round_id, batch_id=batch_id, by=by, before=before, wanted=wanted
        )
        if page.place is None:
            return redirect(url_for("officer.batch", round_id=round_id, batch_id=batch_id))
        sheet, turn = page.place
        scan = (
            see_scan(session, context.keys(), batch_id=batch_id, sheet=sheet, turn=turn, by=by, now=now)
            if page.has_scan
            else b""
        )
    return _typing_page(form, page, batch_id, shows_scan=True, scan=scan)


def _typing_page(
    form: TypingForm | None, page: BatchPage, batch_id: str, *, shows_scan: bool = False, scan: bytes = b""
) -> str:
    sheet, turn = page.place or (0, 0)
    shown = form or TypingForm(formdata=None, sheet=sheet, turn=turn, typed=page.typed)
    return render_template(
        "officer/paper/batch.html",
        form=shown,
        page=page,
        round=page.round,
        sheet=sheet,
        turn=turn,
        batch_id=batch_id,
        reasons=list(REASON_WORDS.values()),
        shows_scan=shows_scan,
        scan=b64encode(scan).decode("ascii"),
    )


def _place(sheet: str | None, turn: str | None) -> Place | None:
    """A ballot and a turn as an address or a form names them; None for anything else."""
    number = read_number(sheet)
    return None if number is None or turn not in ("1", "2", "3") else (number, int(turn))
