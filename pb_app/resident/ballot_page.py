"""What the pages of a sitting show: one ballot paper to mark, or all marked ones to check."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import render_template, request
from flask import session as browser
from sqlalchemy.orm import Session

from pb_app.resident.ballot_order import COSTS, Filters, narrowed, shuffled
from pb_app.resident.ballot_sheet import make_sheet
from pb_app.resident.sitting import Marked, Sitting
from pb_app.services.ballot_projects import BallotProject, list_ballot_projects
from pb_app.services.ballot_reading import ballot_paper_in
from pb_app.services.casting import read_cast
from pb_app.services.round_views import RoundView
from pb_app.services.voting_desk import Desk, Place
from pb_app.web import context
from pb_app.web.forms import BaseForm, Fault
from tallying.commitment import Blank, Marks
from voting import paper_words
from voting.errors import Problem
from voting.paper import BallotPaper, Mark
from voting.ranking import RankingPaper

_GUEST = "guest_order"
"""In the browser's own cookie: the seed of a guest's order of projects."""


class SittingForm(BaseForm):
    """The token; marks are read by `sitting.read_sitting`. Problems keep the box that they name."""

    def __init__(self) -> None:
        super().__init__()
        self.mends: list[Problem] = []

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """Keeps what is to be mended, each with its box."""
        self.mends.extend(problems)

    @property
    def faults(self) -> list[Fault]:
        """What to mend, for the error summary."""
        return [*super().faults, *(Fault(problem.field, problem.message) for problem in self.mends)]


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A marked project; `words` say its points or its place, "" for a tick."""

    project: BallotProject
    words: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One paper on the check page: what was marked, a ranking in its order."""

    place: Place
    marked: Marked
    lines: tuple[CheckedLine, ...]
    summary: str
    still_free: str
    has_order: bool

    @property
    def projects(self) -> tuple[BallotProject, ...]:
        """The projects marked."""
        return tuple(line.project for line in self.lines)


def render_ballot(
    session: Session, desk: Desk, place: Place, sitting: Sitting, form: SittingForm, filters: Filters
) -> str:
    """One paper to mark; the other papers of the sitting travel along in hidden fields."""
    round_id, paper_id = desk.round.id, place.paper.id
    marked = sitting.get(paper_id)
    paper = ballot_paper_in(session, desk.round, paper_id)
    projects = shuffled(
        list_ballot_projects(session, round_id=round_id, paper_id=paper_id),
        secret=context.secret(),
        roll_id=_seed(desk),
    )
    return render_template(
        "resident/ballot.html",
        desk=desk,
        round=desk.round,
        place=place,
        sheet=make_sheet(paper, marked, narrowed(projects, filters, marked.written)),
        marked=marked,
        others=sitting.without(paper_id).fields,
        projects=projects,
        filters=filters,
        choices=_choices(projects),
        reached="reached" in request.form,
        before=place_before(desk, place, sitting),
        keep_as="" if desk.is_guest else _keep_as(desk, paper_id),
        is_fresh=request.method == "GET",
        form=form,
    )


def place_before(desk: Desk, place: Place, sitting: Sitting) -> Place | None:
    """The paper marked just before this one in the sitting; None on the first, and when the check page was seen."""
    if "reached" in request.form:
        return None
    earlier = [one for one in desk.places[: desk.places.index(place)] if sitting.has(one.paper.id)]
    return earlier[-1] if earlier else None


def render_check(session: Session, desk: Desk, sitting: Sitting, form: SittingForm) -> str:
    """Every paper of the sitting once more, a box for a number on each, and the button that casts them together."""
    marked = [one.paper_id for one in sitting.papers]
    return render_template(
        "resident/check.html",
        desk=desk,
        round=desk.round,
        sitting=sitting,
        checked=[_checked(session, desk, marked) for marked in sitting.papers],
        unmarked=[one for one in desk.beside(marked) if one.may_mark and not sitting.has(one.paper.id)],
        chosen_area=desk.choice(marked),
        not_taken=_not_taken(desk),
        idempotency_key=secrets.token_hex(16),
        form=form,
    )


def render_both(session: Session, desk: Desk, sitting: Sitting) -> str:
    """The votes that stand and the marks that came after them, side by side."""
    stands = []
    for marked in sitting.papers:
        marks = read_cast(
            session,
            context.keys(),
            round_id=desk.round.id,
            roll_id=desk.known.roll_id,
            paper_id=marked.paper_id,
            channel=desk.known.channel,
        )
        paper = ballot_paper_in(session, desk.round, marked.paper_id)
        held = replace(marked, marks=marks_of(paper, marks), is_blank=isinstance(marks, Blank))
        stands.append(_checked(session, desk, held))
    return render_template(
        "resident/both.html",
        round=desk.round,
        sitting=sitting,
        pairs=list(zip(stands, [_checked(session, desk, marked) for marked in sitting.papers], strict=True)),
        form=SittingForm(),
    )


def ballot_papers(session: Session, view: RoundView, sitting: Sitting) -> dict[str, BallotPaper]:
    """The ballot paper of each paper of the sitting."""
    return {one.paper_id: ballot_paper_in(session, view, one.paper_id) for one in sitting.papers}


def _not_taken(desk: Desk) -> list[str]:
    """Papers of the round, by name, that were marked before we knew the voter, and that are not this voter's."""
    marked = set(request.form.getlist("paper")).difference(desk.paper_ids)
    return [paper.title for paper in desk.round.papers if paper.id in marked]


def _seed(desk: Desk) -> str:
    """Whose order of projects it is: the voter's own; of a guest, this browser's while it is open."""
    if desk.voter is not None:
        return desk.voter.roll_id
    if _GUEST not in browser:
        browser[_GUEST] = secrets.token_hex(8)
    return str(browser[_GUEST])


def _keep_as(desk: Desk, paper_id: str) -> str:
    """Under which name the voter's own browser tab keeps the marks: another voter's is another name."""
    message = f"marks in the tab 1\n{desk.known.roll_id}\n{paper_id}"
    return hmac.new(context.secret(), message.encode(), hashlib.sha256).hexdigest()[:16]


def marks_of(paper: BallotPaper, standing: Marks | None) -> tuple[Mark, ...]:
    """What to write on the paper for the vote that stands; nothing for none, and for one taken back."""
    return () if standing is None or isinstance(standing, Blank) else paper.marks_of(standing)


def _checked(session: Session, desk: Desk, marked: Marked) -> Checked:
    round_id = desk.round.id
    paper = ballot_paper_in(session, desk.round, marked.paper_id)
    projects = {line.id: line for line in list_ballot_projects(session, round_id=round_id, paper_id=marked.paper_id)}
    known = [mark for mark in marked.marks if mark[0] in projects and not marked.is_blank]
    marks = paper_words.in_order(paper, known)
    return Checked(
        place=desk.place(marked.paper_id),
        marked=marked,
        lines=tuple(CheckedLine(projects[mark[0]], paper_words.mark_words(paper, mark)) for mark in marks),
        summary=paper_words.summary(paper, marks),
        still_free=paper_words.still_free(paper, marks),
        has_order=isinstance(paper, RankingPaper),
    )


def _choices(projects: Sequence[BallotProject]) -> dict[str, list[tuple[str, str]]]:
    """What the list can be narrowed to: only choices that make a difference are offered."""
    costs = [
        (value, words)
        for value, words, pence in COSTS
        if 0 < sum(project.cost <= pence for project in projects) < len(projects)
    ]
    found = {
        "area": sorted({(p.area_id, p.area_name) for p in projects if p.area_id}, key=lambda pair: pair[1]),
        "pot": sorted({(p.pot_id, p.pot_name) for p in projects if p.pot_id}, key=lambda pair: pair[1]),
        "cost": costs,
    }
    return {name: choices for name, choices in found.items() if len(choices) > (name != "cost")}
