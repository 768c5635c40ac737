"""Writing another description of a round over its rows; what may change, and who says so, is `round_changes`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pb_app.models.paper import Paper, PaperArea, Pot
from pb_app.models.round import Round
from pb_app.models.sheet import PaperRule
from pb_app.services.new_rounds import NewPaper, NewPot, NewRound
from pb_app.services.paper_channel import declare_rule, read_places
from pb_app.services.round_reading import find_round
from pb_app.services.round_views import PaperView, PotView, RoundView
from pb_app.services.rounds import add_papers, pot_row
from pb_app.services.voter_rules import write_rule
from voting.slugs import make_slug

Pairs = list[tuple[PotView | None, NewPot]]


def replace_round(session: Session, *, view: RoundView, before: NewRound, after: NewRound, now: datetime) -> None:
    """The same round with other papers and pots: nothing hangs on those it had."""
    for table in (Pot, PaperArea, Paper):
        session.execute(delete(table).where(table.round_id == view.id))
    _write_round(session, find_round(session, view.id), before, after, now)
    add_papers(session, view.id, after.papers)
    session.flush()


def rewrite_round(session: Session, *, view: RoundView, before: NewRound, after: NewRound, now: datetime) -> None:
    """The same round, papers and areas, with other words, money, rules and dates. Papers keep their ids, so do pots."""
    _write_round(session, find_round(session, view.id), before, after, now)
    for paper, new in zip(view.papers, after.papers, strict=True):
        _write_paper(session, view.id, paper, new)
    session.flush()
    session.expire_all()


def pairs_of(pots: Sequence[PotView], new: Sequence[NewPot]) -> tuple[Pairs, list[PotView]]:
    """Which pot each new one is: that of the same name, else the next that has no other; and those that go."""
    left = list(pots)
    same = [_take(left, one.name.strip()) for one in new]
    pairs = [(found or (left.pop(0) if left else None), one) for found, one in zip(same, new, strict=True)]
    return pairs, left


def _take(left: list[PotView], name: str) -> PotView | None:
    """The first of this name, taken out: two pots may have the same one."""
    found = next((pot for pot in left if pot.name == name), None)
    if found is not None:
        left.remove(found)
    return found


def _write_round(session: Session, row: Round, before: NewRound, after: NewRound, now: datetime) -> None:
    row.title, row.summary = after.title.strip(), after.summary.strip()
    dates = after.timetable
    row.proposing_opens_at, row.proposing_closes_at = dates.proposing_opens_at, dates.proposing_closes_at
    row.reviewing_closes_at = dates.reviewing_closes_at
    row.voting_opens_at, row.voting_closes_at = dates.voting_opens_at, dates.voting_closes_at
    row.eligibility = write_rule(after.eligibility)
    _write_paper_rule(session, row, before, after, now)
    session.flush()


def _write_paper_rule(session: Session, row: Round, before: NewRound, after: NewRound, now: datetime) -> None:
    kept = session.get(PaperRule, row.id)
    if kept is None:
        if after.paper_rule is not None:
            declare_rule(session, round_id=row.id, rule=after.paper_rule, places=after.paper_places)
        return
    if after.paper_rule is None:
        session.delete(kept)
        return
    kept.rule = after.paper_rule.value
    if after.paper_places.strip() != before.paper_places.strip():
        kept.places = "\n".join(read_places(after.paper_places))
        kept.places_changed_at = now if row.announced_at else None


def _write_paper(session: Session, round_id: str, paper: PaperView, new: NewPaper) -> None:
    row = session.get_one(Paper, (round_id, paper.id))
    row.title = new.title.strip()
    row.rulebook, row.rulebook_sha256 = new.rulebook.to_json().decode(), new.rulebook.sha256()
    row.word_one, row.word_many = (new.word.one, new.word.many) if new.word else ("", "")
    pairs, gone = pairs_of(paper.pots, new.pots)
    session.execute(delete(Pot).where(Pot.round_id == round_id, Pot.id.in_([pot.id for pot in gone])))
    for pot, one in pairs:
        if pot is None:
            taken = session.scalars(select(Pot.id).where(Pot.round_id == round_id)).all()
            session.add(pot_row(round_id, paper.id, make_slug(one.name, taken, "pot"), one))
            session.flush()
        else:
            _write_pot(session.get_one(Pot, (round_id, pot.id)), one)


def _write_pot(row: Pot, new: NewPot) -> None:
    row.name, row.amount, row.source = new.name.strip(), new.amount, new.source.strip()
    row.conditions, row.spend_by = new.conditions.strip(), new.spend_by
