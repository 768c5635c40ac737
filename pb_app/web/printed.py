"""The words on a printed ballot: what was read of the paper, with money and dates as pages write them."""

from __future__ import annotations

from flask import url_for

from pb_app.services.ballot_sheets import SheetText
from pb_app.services.paper_channel import Stands
from pb_app.services.sheet_pdf import PrintedPaper, PrintedProject
from pb_app.web import context
from pb_app.web.filters import day, moment, money
from voting.print_words import print_heading, print_rules
from voting.slots import TWO
from voting.ticking import TickPaper

_STANDS = {
    Stands.ONLINE: "Vote once, here or online. If you voted online before this sheet comes back, that vote stands.",
    Stands.PAPER: "Vote once, here or online. If you voted online before this sheet comes back, this sheet counts.",
}

_SAME = {False: "The same on every sheet.", True: "Mistakes that were noted since are said beside the text."}


def printed_paper(text: SheetText) -> PrintedPaper:
    """What every sheet of the paper says."""
    bonus = text.paper.bonus if isinstance(text.paper, TickPaper) else ""
    return PrintedPaper(
        council=text.council.name,
        round=text.round.title,
        title=text.title,
        heading=print_heading(text.paper),
        rules=tuple(print_rules(text.paper)),
        projects=tuple(
            PrintedProject(
                number=number,
                title=project.title,
                cost=money(project.cost),
                summary=project.summary,
                mark=bonus if project.category == bonus else "",
                notes=_notes(text, project.id),
            )
            for number, project in enumerate(text.projects, start=1)
        ),
        foot=f"Fixed before voting opened, as {text.round.frozen_sha256[:16]}. {_SAME[bool(text.errata)]}",
        slip_lines=tuple(_slip_lines(text)),
        notes=_notes(text, ""),
    )


def _notes(text: SheetText, project_id: str) -> tuple[str, ...]:
    """Mistakes noted before this printing: of a project, or with "" of the whole paper."""
    noted = [one for one in text.errata if one.project_id == project_id]
    return tuple(f"Mistake in this text, noted {day(one.decided_at)}: {one.in_words}" for one in noted)


def _ways(text: SheetText) -> str:
    if text.paper.rule.ballots_per_voter >= TWO:
        return "This sheet is your vote in person. You can vote online as well, with this code,"
    return "Or vote online with this code instead,"


def _slip_lines(text: SheetText) -> list[str]:
    lines = [f"Hand it in before voting closes: {moment(text.round.voting_closes_at)}."]
    path = url_for("resident.code", round_id=text.round.id)
    base = context.config().base_url or url_for("public.home", _external=True)
    address = (base.rstrip("/") + path).removeprefix("https://").removeprefix("http://")
    lines.append(f"{_ways(text)} at {address}")
    if text.paper.rule.ballots_per_voter < TWO and text.rule is not None:
        lines.append(_STANDS[text.rule])
    lines.append(f"For help, call {text.council.help_phone} or write to {text.council.help_email}.")
    return lines
