"""What a letter says, in words: from a round, its papers for an area, and the council."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from sqlalchemy.orm import Session

from pb_app.services.ballot_reading import get_ballot_paper
from pb_app.services.letters import Letter
from pb_app.services.proposal_reading import list_areas
from pb_app.services.rounds import PaperView, RoundView, get_round
from pb_app.web import context
from pb_app.web.filters import day, moment, money, plural
from voting.paper import BallotPaper
from voting.paper_words import heading


def read_letter(session: Session, *, round_id: str, area_id: str) -> Letter:
    """The words of a letter to this area."""
    view = get_round(session, round_id)
    own = [paper for paper in view.papers if paper.is_for(area_id)]
    lines = [_paper_line(paper, get_ballot_paper(session, round_id=round_id, paper_id=paper.id)) for paper in own]
    if view.chooses_area:
        lines.append("Or choose another area of this round, online. You vote in one area.")
    return _letter(view, dict(list_areas(session))[area_id], sum(paper.budget for paper in own), lines)


def _letter(view: RoundView, area_name: str, budget: int, lines: Sequence[str]) -> Letter:
    council, path = context.council(), url_for("resident.code", round_id=view.id)
    opens_at = view.voting_window[0] if view.voting_window else view.timetable.voting_opens_at
    return Letter(
        council=council.name,
        area=area_name,
        date=day(context.now()),
        money=money(budget),
        papers=tuple(lines),
        deadline=f"You can vote from {moment(opens_at)} until {moment(view.voting_closes_at)}.",
        address=(context.config().base_url or url_for("public.home", _external=True)).rstrip("/") + path,
        fingerprint=context.keys().fingerprint(),
        help_phone=council.help_phone,
        help_email=council.help_email,
    )


def _paper_line(view: PaperView, paper: BallotPaper) -> str:
    """What the paper pays for and asks; what it asks is not settled before it has projects."""
    what = f"{view.title}, {money(view.budget)}"
    if not paper.projects:
        return what
    asks = heading(paper)
    return f"{what}, {plural(len(paper.projects), 'project')}: {asks[:1].lower()}{asks[1:]}"
