"""What the pages of a sitting show: one ballot paper to mark, or all marked ones to check."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import render_template, request
from sqlalchemy.orm import Session

from pb_app.resident.ballot_order import COSTS, Filters, narrowed, shuffled
from pb_app.resident.sitting import Marked, Sitting
from pb_app.services.ballot_projects import BallotProject, list_ballot_projects
from pb_app.services.casting import read_cast
from pb_app.services.round_reading import get_ballot_paper
from pb_app.services.voting_desk import Desk, Place
from pb_app.web import context
from pb_app.web.forms import BaseForm, Fault
from tallying.commitment import Blank
from tallying.election import Approval
from voting.errors import Problem
from voting.paper import BallotPaper


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
class Checked:
    """One paper on the check page: its picks as projects, in the voter's order."""

    place: Place
    marked: Marked
    projects: tuple[BallotProject, ...]
    most: int

    @property
    def left(self) -> int:
        """How many more could be picked."""
        return max(0, self.most - len(self.projects))


def render_ballot(
    session: Session, desk: Desk, place: Place, sitting: Sitting, form: SittingForm, filters: Filters
) -> str:
    """One paper to mark; the other papers of the sitting travel along in hidden fields."""
    round_id, paper_id = desk.round.id, place.paper.id
    marked = sitting.get(paper_id)
    projects = shuffled(
        list_ballot_projects(session, round_id=round_id, paper_id=paper_id),
        secret=context.secret(),
        roll_id=desk.known.roll_id,
    )
    return render_template(
        "resident/ballot.html",
        desk=desk,
        round=desk.round,
        place=place,
        paper=get_ballot_paper(session, round_id=round_id, paper_id=paper_id),
        marked=marked,
        others=sitting.without(paper_id).fields,
        projects=projects,
        shown=narrowed(projects, filters, marked.picks),
        filters=filters,
        choices=_choices(projects),
        reached="reached" in request.form,
        form=form,
    )


def render_check(session: Session, desk: Desk, sitting: Sitting, form: SittingForm) -> str:
    """Every paper of the sitting once more, a box for a number on each, and the button that casts them together."""
    return render_template(
        "resident/check.html",
        desk=desk,
        round=desk.round,
        sitting=sitting,
        checked=[_checked(session, desk, marked) for marked in sitting.papers],
        unmarked=[place for place in desk.places if place.may_mark and not sitting.has(place.paper.id)],
        idempotency_key=secrets.token_hex(16),
        form=form,
    )


def render_both(session: Session, desk: Desk, sitting: Sitting) -> str:
    """The votes that stand and the marks that came after them, side by side."""
    stands = []
    for marked in sitting.papers:
        marks = read_cast(
            session, context.keys(), round_id=desk.round.id, roll_id=desk.known.roll_id, paper_id=marked.paper_id
        )
        picks = marks.ids if isinstance(marks, Approval) else ()
        stands.append(_checked(session, desk, replace(marked, picks=picks, is_blank=isinstance(marks, Blank))))
    return render_template(
        "resident/both.html",
        round=desk.round,
        sitting=sitting,
        pairs=list(zip(stands, [_checked(session, desk, marked) for marked in sitting.papers], strict=True)),
        form=SittingForm(),
    )


def ballot_papers(session: Session, round_id: str, sitting: Sitting) -> dict[str, BallotPaper]:
    """The ballot paper of each paper of the sitting."""
    return {one.paper_id: get_ballot_paper(session, round_id=round_id, paper_id=one.paper_id) for one in sitting.papers}


def _checked(session: Session, desk: Desk, marked: Marked) -> Checked:
    place = desk.place(marked.paper_id)
    lines = list_ballot_projects(session, round_id=desk.round.id, paper_id=marked.paper_id)
    chosen = tuple(line for line in lines if line.id in marked.picks and not marked.is_blank)
    return Checked(place, marked, chosen, min(place.most or len(lines), len(lines)))


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
