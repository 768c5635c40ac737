"""Changing a round before its vote is opened: a draft at once; an announced one by two people, with a public note.

The note says for ever what was and what is, and why. Ballot papers and their areas stay once the round is announced,
because codes that are out already open them. From the confirmed opening on nothing changes (`opening`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.paper import Project
from pb_app.models.proposal import Proposal
from pb_app.models.roll import RollPaper
from pb_app.services.activity import Event, log
from pb_app.services.new_round_text import as_new, read_new, write_new
from pb_app.services.new_rounds import NewPaper, NewRound, new_round_problems
from pb_app.services.opening import MOVE_CLOSING, OPEN, is_opening_asked
from pb_app.services.paper_channel import find_paper_way, read_places
from pb_app.services.round_differences import Difference, differences
from pb_app.services.round_lock import hold_round
from pb_app.services.round_reading import find_round, get_round
from pb_app.services.round_views import PaperView, PotView, RoundView
from pb_app.services.round_writing import pairs_of, replace_round, rewrite_round
from pb_app.services.second_people import WaitingStep, find_step
from pb_app.services.two_people import DecisionView, ask, confirm, find_waiting, list_confirmed, withdraw_waiting
from tallying.canonical import Writable
from tallying.money import shown
from voting.errors import ChangedMeanwhileError, NotNowError, Problem
from voting.permissions import Actor
from voting.phases import BEFORE_VOTING

CHANGE = "change"
ASKING, PERMISSION = "round:create", "opening:confirm"
"""Who asks, or changes a draft; who may confirm."""

LONGEST_REASON = 1000

_TOO_LATE = "The opening of voting was confirmed, so the round can’t change. Take the opening back first."
_OTHER_PAPERS = (
    "The ballot papers of an announced round, and their areas, stay as they are. Cancel it and make a copy if they "
    "must change."
)
_SWAPPED = "“{}” would take the place of “{}”, and get its projects. Give each ballot paper its own name back."
_CHOICE_STAYS = "Codes are out already, so whether voters choose their area stays as it is."


@dataclass(frozen=True, slots=True)
class PublicChange:
    """What two people changed, when, and why: everybody reads it."""

    at: datetime
    reason: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged(Event):
    """An officer changed a round that only officers see."""

    kind: ClassVar[str] = "round:draft:changed"


def can_change(view: RoundView, now: datetime) -> bool:
    """Whether anything of the round may still be changed."""
    is_open = view.decisions.opening_confirmed_at is None and view.phase_at(now) in BEFORE_VOTING
    return is_open and not view.is_imported


def check_changeable(view: RoundView, now: datetime) -> None:
    """Raises NotNowError once the opening is confirmed or the round is over."""
    if not can_change(view, now):
        raise NotNowError(_TOO_LATE)


def change_draft(session: Session, *, round_id: str, new: NewRound, by: Actor, now: datetime) -> list[Problem]:
    """Changes a round that is not announced. Problems as in `create_round`. Raises NotNowError."""
    by.check(ASKING)
    hold_round(session, round_id)
    view = _changeable(session, round_id, now)
    if view.decisions.announced_at is not None:
        raise NotNowError("This round was announced meanwhile. Now it takes two people to change it.")
    before = as_new(view, find_paper_way(session, round_id))
    is_used = _has_roll(session, round_id)
    problems = new_round_problems(session, new) + (_structure_problems(session, view, new) if is_used else [])
    if problems:
        return problems
    (rewrite_round if is_used else replace_round)(session, view=view, before=before, after=new, now=now)
    log(session, DraftChanged(round_id=round_id), by=by, now=now)
    return []


def ask_round_change(
    session: Session, *, round_id: str, new: NewRound, reason: str, by: Actor, now: datetime
) -> list[Problem]:
    """The first of two people asks to change an announced round. Problems as in `create_round`, and "reason"."""
    by.check(ASKING)
    view = _changeable(session, round_id, now)
    before = as_new(view, find_paper_way(session, round_id))
    problems = [*_problems(session, view, new, now), *_reason_problems(reason)]
    if not differences(before, new, {}):
        problems.append(Problem("", "Nothing is different yet. Change an answer first."))
    if problems:
        return problems
    payload = {"before": write_new(before), "after": write_new(new)}
    ask(session, round_id=round_id, kind=CHANGE, payload=payload, reason=reason.strip(), by=by, now=now)
    return []


def confirm_round_change(session: Session, *, round_id: str, by: Actor, now: datetime) -> list[Problem]:
    """The second person confirms: the round is changed, everybody reads how, and an opening asked for is withdrawn.

    Problems where projects or proposals came since that no longer fit. Raises ChangedMeanwhileError if the round is no
    longer as it was, NotNowError, SecondPersonError.
    """
    by.check(PERMISSION)
    hold_round(session, round_id)
    view = _changeable(session, round_id, now)
    decision = find_waiting(session, round_id=round_id, kind=CHANGE)
    after = read_new(decision.payload["after"]) if decision else None
    if after is not None and (problems := _problems(session, view, after, now)):
        return problems
    decision = confirm(session, round_id=round_id, kind=CHANGE, by=by, now=now)
    before, after = read_new(decision.payload["before"]), read_new(decision.payload["after"])
    if _compared(as_new(view, find_paper_way(session, round_id)), before, after) != _compared(before, before, after):
        raise ChangedMeanwhileError("The round was changed since this was asked for. Stop it and ask again.")
    rewrite_round(session, view=view, before=before, after=after, now=now)
    if is_opening_asked(session, round_id):
        withdraw_waiting(session, round_id=round_id, kind=OPEN, by=by, now=now)
    return []


def withdraw_round_change(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Takes the change back while it waits for its second person."""
    by.check(PERMISSION)
    withdraw_waiting(session, round_id=round_id, kind=CHANGE, by=by, now=now)


def find_round_change(
    session: Session, *, round_id: str, by: Actor
) -> tuple[WaitingStep, tuple[Difference, ...]] | None:
    """The change that waits, as one reader sees it, and what it would change."""
    step = find_step(session, round_id=round_id, kind=CHANGE, permission=PERMISSION, by=by)
    return (step, _differences(step.decision, _area_names(session))) if step else None


def list_round_changes(session: Session, *, round_id: str) -> tuple[PublicChange, ...]:
    """Every change that two people made after the announcement, also of the end of voting; the oldest first."""
    made = list_confirmed(session, round_id=round_id, kinds=(CHANGE, MOVE_CLOSING))
    changes, moves = ([one for one in made if one.kind == kind] for kind in (CHANGE, MOVE_CLOSING))
    if not made:
        return ()
    names = _area_names(session) if changes else {}
    found = [PublicChange(one.confirmed_at or one.asked_at, one.reason, _differences(one, names)) for one in changes]
    return (*found, *_moved_ends(find_round(session, round_id).voting_closes_at, moves))


def _moved_ends(before: datetime, moves: Sequence[DecisionView]) -> Iterator[PublicChange]:
    """The end of voting moves while voting is open: after every other change."""
    for one in moves:
        at = one.confirmed_at or one.asked_at
        after = max(datetime.fromisoformat(str(one.payload["closes_at"])), at)
        yield PublicChange(at, one.reason, (Difference("Voting closes", (before,), (after,)),))
        before = after


def _differences(decision: DecisionView, names: Mapping[str, str]) -> tuple[Difference, ...]:
    return differences(read_new(decision.payload["before"]), read_new(decision.payload["after"]), names)


def _compared(new: NewRound, before: NewRound, after: NewRound) -> dict[str, Writable]:
    """Where sheets are handed in may change meanwhile, on a page of its own, unless this change is about it."""
    is_about_places = read_places(before.paper_places) != read_places(after.paper_places)
    return {key: value for key, value in write_new(new).items() if key != "paper_places" or is_about_places}


def _area_names(session: Session) -> dict[str, str]:
    return dict(session.execute(select(Area.id, Area.name)).all())


def _changeable(session: Session, round_id: str, now: datetime) -> RoundView:
    view = get_round(session, round_id)
    check_changeable(view, now)
    return view


def _problems(session: Session, view: RoundView, new: NewRound, now: datetime) -> list[Problem]:
    problems = [*new_round_problems(session, new), *_structure_problems(session, view, new)]
    if new.timetable.voting_closes_at <= now:
        problems.append(Problem("voting_closes_at", "Choose an end of voting that is still to come."))
    return problems


def _structure_problems(session: Session, view: RoundView, new: NewRound) -> list[Problem]:
    """What must stay because something hangs on it: papers and areas, pots that are asked for, money for projects."""
    areas = [{area.id for area in paper.areas} for paper in view.papers]
    if [set(paper.area_ids) for paper in new.papers] != areas:
        return [Problem("papers", _OTHER_PAPERS)]
    problems = _swapped(view.papers, new.papers)
    if bool(new.eligibility and new.eligibility.chooses_area) != view.chooses_area and _has_roll(session, view.id):
        problems.append(Problem("area", _CHOICE_STAYS))
    for paper, after in zip(view.papers, new.papers, strict=True):
        gone = pairs_of(paper.pots, after.pots)[1]
        problems += [problem for pot in gone for problem in _pot_problems(session, view.id, pot)]
        problems += _cost_problems(session, (view.id, paper), sum(pot.amount for pot in after.pots))
    return problems


def _swapped(papers: Sequence[PaperView], after: Sequence[NewPaper]) -> list[Problem]:
    """A paper that was taken out of the form moves the others up, onto projects that are not theirs."""
    titles = {paper.title for paper in papers}
    pairs = [(paper.title, one.title.strip()) for paper, one in zip(papers, after, strict=True)]
    return [Problem("papers", _SWAPPED.format(new, old)) for old, new in pairs if new != old and new in titles]


def _pot_problems(session: Session, round_id: str, pot: PotView) -> list[Problem]:
    asked = select(Proposal.id).where(Proposal.round_id == round_id, Proposal.pot_id == pot.id).limit(1)
    if session.scalar(asked) is None:
        return []
    return [Problem("papers", f"Keep the pot “{pot.name}”: people have proposed projects for it.")]


def _cost_problems(session: Session, at: tuple[str, PaperView], budget: int) -> list[Problem]:
    round_id, paper = at
    query = select(Project.title, Project.cost).where(Project.round_id == round_id, Project.paper_id == paper.id)
    return [
        Problem("papers", f"Keep more money on “{paper.title}”: “{title}” on it costs {shown(cost, 2, 'GBP')}.")
        for title, cost in session.execute(query.order_by(Project.position))
        if cost > budget
    ]


def _has_roll(session: Session, round_id: str) -> bool:
    return session.scalar(select(RollPaper.roll_id).where(RollPaper.round_id == round_id).limit(1)) is not None


def _reason_problems(reason: str) -> list[Problem]:
    if not reason.strip():
        return [Problem("reason", "Write why. Everybody reads it")]
    return [Problem("reason", f"Make it {LONGEST_REASON} letters or shorter")] if len(reason) > LONGEST_REASON else []
