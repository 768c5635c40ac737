"""A described round as canonical JSON and back: what two people agree to change is kept as it was and as it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from pb_app.services.new_rounds import NewPaper, NewPot, NewRound
from pb_app.services.paper_channel import PaperWay, Stands
from pb_app.services.round_reading import read_rulebook
from pb_app.services.round_views import PaperView, PotView, RoundView
from pb_app.services.voter_rules import read_written, write_rule
from tallying.canonical import Json, Writable
from tallying.vote_word import word_of
from voting.phases import Timetable

_DATES = ("proposing_opens_at", "proposing_closes_at", "reviewing_closes_at", "voting_opens_at", "voting_closes_at")


def as_new(view: RoundView, way: PaperWay | None) -> NewRound:
    """A round that stands in rows, described as a new one."""
    return NewRound(
        title=view.title,
        summary=view.summary,
        timetable=view.timetable,
        papers=tuple(_paper_of(paper) for paper in view.papers),
        id=view.id,
        eligibility=view.eligibility,
        paper_rule=way.rule if way else None,
        paper_places="\n".join(way.places) if way else "",
    )


def write_new(new: NewRound) -> dict[str, Writable]:
    """For the payload of a decision. The id is left out: it never changes."""
    return {
        "title": new.title.strip(),
        "summary": new.summary.strip(),
        "dates": [getattr(new.timetable, name).astimezone(UTC).isoformat() for name in _DATES],
        "papers": [_write_paper(paper) for paper in new.papers],
        "eligibility": write_rule(new.eligibility),
        "paper_rule": new.paper_rule.value if new.paper_rule else "",
        "paper_places": new.paper_places.strip(),
    }


def read_new(value: Json) -> NewRound:
    """What `write_new` wrote."""
    row = _row(value)
    return NewRound(
        title=str(row["title"]),
        summary=str(row["summary"]),
        timetable=Timetable(*(datetime.fromisoformat(str(at)) for at in _list(row["dates"]))),
        papers=tuple(_read_paper(_row(one)) for one in _list(row["papers"])),
        eligibility=read_written(str(row["eligibility"])),
        paper_rule=Stands(str(row["paper_rule"])) if row["paper_rule"] else None,
        paper_places=str(row["paper_places"]),
    )


def _paper_of(paper: PaperView) -> NewPaper:
    areas = tuple(area.id for area in paper.areas)
    return NewPaper(paper.title, paper.rulebook, tuple(_pot_of(pot) for pot in paper.pots), areas, paper.word)


def _pot_of(pot: PotView) -> NewPot:
    return NewPot(pot.name, pot.amount, pot.source, pot.conditions, pot.spend_by)


def _write_paper(paper: NewPaper) -> dict[str, Writable]:
    return {
        "title": paper.title.strip(),
        "rulebook": paper.rulebook.to_json().decode(),
        "pots": [_write_pot(pot) for pot in paper.pots],
        "areas": list(paper.area_ids),
        "word": [paper.word.one, paper.word.many] if paper.word else [],
    }


def _write_pot(pot: NewPot) -> dict[str, Writable]:
    return {
        "name": pot.name.strip(),
        "amount": pot.amount,
        "source": pot.source.strip(),
        "conditions": pot.conditions.strip(),
        "spend_by": pot.spend_by.isoformat() if pot.spend_by else "",
    }


def _read_paper(row: Mapping[str, Json]) -> NewPaper:
    words = [str(one) for one in _list(row["word"])] or ["", ""]
    return NewPaper(
        title=str(row["title"]),
        rulebook=read_rulebook(str(row["rulebook"])),
        pots=tuple(_read_pot(_row(pot)) for pot in _list(row["pots"])),
        area_ids=tuple(str(area) for area in _list(row["areas"])),
        word=word_of(*words),
    )


def _read_pot(row: Mapping[str, Json]) -> NewPot:
    spend_by = date.fromisoformat(str(row["spend_by"])) if row["spend_by"] else None
    return NewPot(str(row["name"]), int(str(row["amount"])), str(row["source"]), str(row["conditions"]), spend_by)


def _row(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise TypeError("a written round is an object")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError("a written round holds lists")
    return value
