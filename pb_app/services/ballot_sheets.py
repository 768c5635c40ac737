"""Printed ballots: what stands on a sheet, and runs of sheets with a code each, counted as issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.roll import CodeBatch, LetterCode, RollPaper
from pb_app.models.sheet import SheetRun
from pb_app.services.activity import Event, log
from pb_app.services.ballot_reading import get_ballot_paper
from pb_app.services.codes import make_codes
from pb_app.services.council import CouncilView, get_council
from pb_app.services.errata import Erratum, list_errata
from pb_app.services.keys import KeyStore
from pb_app.services.paper_channel import Stands, find_rule, get_rule
from pb_app.services.rounds import ProjectView, RoundView, get_round, list_projects
from voting.errors import NotFoundError, NotNowError, NotYetError
from voting.letter_numbers import NumberedCode
from voting.paper import BallotPaper
from voting.permissions import Actor

MOST_SHEETS = 500
"""Voters in one run: a file that is set in some seconds and can still be printed."""


@dataclass(frozen=True, slots=True)
class SheetText:
    """All that a sheet of one paper is made from; only `errata` grow once the opening is confirmed."""

    council: CouncilView
    round: RoundView
    paper_id: str
    title: str
    paper: BallotPaper
    projects: tuple[ProjectView, ...]
    rule: Stands | None
    errata: tuple[Erratum, ...] = ()
    """What two people noted so far of this paper and its projects."""


@dataclass(frozen=True, slots=True)
class Run:
    """Sheets printed together: for so many voters, each with one sheet for every paper of the area."""

    area_name: str
    voters: int
    look: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsPrinted(Event):
    """A run of ballot sheets was printed: they are issued."""

    kind: ClassVar[str] = "paper:sheets:printed"
    batch_id: str
    look: str
    voters: int

    def objects(self) -> list[tuple[str, str]]:
        """The batch of codes."""
        return [("code_batch", self.batch_id)]

    def details(self) -> dict[str, str | int]:
        """How many, and how they are set."""
        return {"look": self.look, "voters": self.voters}


def read_sheet(session: Session, *, round_id: str, paper_id: str, now: datetime) -> SheetText:
    """What a sheet of this paper says. Raises NotYetError before two people fixed it, NotFoundError."""
    view = get_round(session, round_id)
    if not view.is_public_at(now) or view.is_imported:
        raise NotFoundError("We can’t find this round.")
    if not view.frozen_sha256:
        raise NotYetError("The ballot paper can be printed when two people have fixed the projects and their costs.")
    return SheetText(
        council=get_council(session),
        round=view,
        paper_id=paper_id,
        title=view.paper(paper_id).title,
        paper=get_ballot_paper(session, round_id=round_id, paper_id=paper_id),
        projects=list_projects(session, round_id=round_id).get(paper_id, ()),
        rule=find_rule(session, round_id),
        errata=tuple(one for one in list_errata(session, round_id=round_id) if one.paper_id == paper_id),
    )


def issue_sheets(
    session: Session, keys: KeyStore, *, round_id: str, area_id: str, look: str, count: int, by: Actor, now: datetime
) -> list[NumberedCode]:
    """The codes of a new run for `count` voters of an area, in clear, this once; every sheet counts as issued.

    Raises NotFoundError where the round takes no votes on paper, or the area or number does not fit, and NotNowError
    before the opening is confirmed and after voting.
    """
    by.check("codes:print")
    get_rule(session, round_id)
    if not get_round(session, round_id).frozen_sha256:
        raise NotNowError(
            "Print ballot sheets when two people have confirmed the opening: until then a cost can change."
        )
    if not 0 < count <= MOST_SHEETS:
        raise NotFoundError(f"Choose a number of voters from 1 to {MOST_SHEETS}.")
    codes = make_codes(
        session, keys, round_id=round_id, area_id=area_id, count=count, by=by, now=now, has_chosen=True
    )  # whoever takes a sheet of an area has chosen it
    number = codes[0].number.batch
    query = select(CodeBatch.id).where(CodeBatch.round_id == round_id, CodeBatch.number == number)
    batch_id = session.scalars(query).one()
    session.add(SheetRun(batch_id=batch_id, round_id=round_id, look=look))
    session.flush()
    event = SheetsPrinted(round_id=round_id, batch_id=batch_id, look=look, voters=count)
    log(session, event, by=by, now=now)
    return codes


def count_issued(session: Session, *, round_id: str) -> dict[str, int]:
    """How many sheets were issued, by paper."""
    query = (
        select(RollPaper.paper_id, func.count(distinct(RollPaper.roll_id)))
        .join(LetterCode, LetterCode.roll_id == RollPaper.roll_id)
        .join(SheetRun, SheetRun.batch_id == LetterCode.batch_id)
        .where(SheetRun.round_id == round_id)
        .group_by(RollPaper.paper_id)
    )
    return dict(session.execute(query).all())


def list_runs(session: Session, *, round_id: str) -> Sequence[Run]:
    """The runs of a round, the latest first."""
    query = (
        select(Area.name, CodeBatch.size, SheetRun.look, CodeBatch.asked_at)
        .join(CodeBatch, CodeBatch.id == SheetRun.batch_id)
        .join(Area, Area.id == CodeBatch.area_id)
        .where(SheetRun.round_id == round_id)
        .order_by(CodeBatch.number.desc())
    )
    return [Run(*row) for row in session.execute(query)]


def papers_of_area(view: RoundView, area_id: str) -> tuple[str, ...]:
    """The papers that a voter of this area gets a sheet of, in paper order."""
    return tuple(paper.id for paper in view.papers if paper.is_for(area_id))
