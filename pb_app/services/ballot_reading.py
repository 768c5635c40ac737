"""The ballot paper that a voter gets: read from its rows, and once it is frozen from memory."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.paper import Paper, Pot, Project
from pb_app.services.frozen_values import FrozenValues, frozen_name
from pb_app.services.round_reading import find_round, read_rulebook
from pb_app.services.round_views import RoundView
from tallying.election import Project as CountedProject
from tallying.vote_word import word_of
from voting.errors import NotFoundError
from voting.kinds import make_paper
from voting.paper import BallotPaper

_kept: FrozenValues[BallotPaper] = FrozenValues()


def get_ballot_paper(session: Session, *, round_id: str, paper_id: str) -> BallotPaper:
    """What a voter may mark on one paper. Raises NotFoundError."""
    return read_ballot_paper(session, frozen_name(find_round(session, round_id)), paper_id)


def ballot_paper_in(session: Session, view: RoundView, paper_id: str) -> BallotPaper:
    """The same, of a round that was read just now: without a query once the papers are frozen."""
    return read_ballot_paper(session, (view.id, view.frozen_sha256), paper_id)


def read_ballot_paper(session: Session, frozen: tuple[str, str | None], paper_id: str) -> BallotPaper:
    """The same, by the round's id and the hash of its frozen bytes."""
    return _kept.get(session, frozen, paper_id, lambda: _read(session, frozen[0], paper_id))


def _read(session: Session, round_id: str, paper_id: str) -> BallotPaper:
    paper = session.get(Paper, (round_id, paper_id))
    if paper is None:
        raise NotFoundError("We can’t find this ballot paper.")
    book, projects = read_rulebook(paper.rulebook), _counted_projects(session, round_id, paper_id)
    amounts = select(func.sum(Pot.amount)).filter_by(round_id=round_id, paper_id=paper_id)
    budget, word = session.scalar(amounts) or 0, word_of(paper.word_one, paper.word_many)
    return make_paper(book.ballot, projects, budget=budget, currency=book.currency, word=word)


def _counted_projects(session: Session, round_id: str, paper_id: str) -> list[CountedProject]:
    columns = select(Project.id, Project.title, Project.cost, Project.category)
    rows = session.execute(columns.filter_by(round_id=round_id, paper_id=paper_id).order_by(Project.position))
    return [CountedProject(row.id, row.title, row.cost, category=row.category) for row in rows]
