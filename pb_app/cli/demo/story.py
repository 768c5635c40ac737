"""Walks one demo round from its making to its phase, each step at its own date through the real services."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from pb_app.cli.demo.cast import Actors, PastClock
from pb_app.cli.demo.ideas import Idea
from pb_app.cli.demo.plans import PaperPlan, RoundPlan
from pb_app.cli.demo.rulebooks import rulebook
from pb_app.cli.demo.votes import cast_votes
from pb_app.db import write
from pb_app.services.cancelling import ask_cancelling, confirm_cancelling, destroy_cancelled_key
from pb_app.services.composing import put_on_paper
from pb_app.services.deciding import close_round, decide, start_delivery
from pb_app.services.erasing import ask_erasing, confirm_erasing
from pb_app.services.key_copies import TakenCopy, note_destroyed, prove_copy, take_copy
from pb_app.services.keys import KeyStore
from pb_app.services.opening import ask_opening, confirm_opening
from pb_app.services.proposals import CostItem, ProposalText, save_draft, send, start_draft
from pb_app.services.publishing import publish
from pb_app.services.reviewing import accept, ask_question
from pb_app.services.rounds import NewPaper, NewPot, NewRound, announce, create_round, get_round
from pb_app.services.sealing import ask_sealing, confirm_sealing, run_sealing
from voting.errors import Problem
from voting.phases import Phase, Timetable

_AFTER_REVIEW = (
    Phase.SHORTLISTING, Phase.VOTING, Phase.COUNTING, Phase.CHECKING, Phase.DECIDED, Phase.DELIVERING, Phase.CLOSED,
)  # fmt: skip
_AFTER_OPENING = _AFTER_REVIEW[1:]
_AFTER_SEALING = _AFTER_OPENING[2:]
_CALLED_OFF = "The market moves to the quay in the autumn, so its stalls need no new roof here."
_WORDS = "a demo keeps no secrets"
_REASON = "The two who decide looked at how private the ballots are. Publishing them lets everybody recount."


class DemoStoryError(Exception):
    """A demo round met a problem: its words, for whoever changes the demo."""


@dataclass(frozen=True, slots=True)
class Story:
    """Everything a chapter needs: where it is written, who acts, which round, and its dates."""

    engine: Engine
    keys: KeyStore
    plan: RoundPlan
    people: Actors
    dates: Timetable
    made_at: datetime
    draw: random.Random


def tell(story: Story) -> None:
    """Writes the round up to its phase."""
    plan, dates = story.plan, story.dates
    _make(story)
    if plan.phase is Phase.DRAFT:
        return
    _announce(story)
    proposals = _propose(story)
    _review(story, proposals)
    if plan.phase is Phase.CANCELLED:
        _cancel(story)
    if plan.phase in _AFTER_REVIEW:
        _copy_key(story)
    if plan.phase in _AFTER_OPENING:
        _open(story)
        cast_votes(story.engine, story.keys, plan, story.people, opened_at=dates.voting_opens_at, draw=story.draw)
    if plan.phase in _AFTER_SEALING:
        _seal(story)


def _make(story: Story) -> None:
    plan = story.plan
    papers = tuple(_paper(paper) for paper in plan.papers)
    new = NewRound(
        plan.title, plan.summary, story.dates, papers, plan.id, eligibility=plan.eligibility, paper_rule=plan.paper_rule
    )
    with write(story.engine) as session:
        _fine(
            create_round(session, new=new, by=story.people.officer, now=_before(story, story.dates.proposing_opens_at))
        )


def _announce(story: Story) -> None:
    now = _before(story, story.dates.proposing_opens_at)
    with write(story.engine) as session:
        announce(session, round_id=story.plan.id, by=story.people.officer, now=now)


def _propose(story: Story) -> list[tuple[str, str, Idea]]:
    """Sends every idea of the round, a while apart; (proposal id, paper id, idea) in the same order."""
    sent = []
    with write(story.engine) as session:
        papers = get_round(session, story.plan.id).papers
        ideas = [(paper, idea) for paper, plan in zip(papers, story.plan.papers, strict=True) for idea in plan.ideas]
        for number, (paper, idea) in enumerate(ideas):
            now = story.dates.proposing_opens_at + timedelta(hours=5, minutes=47 * number)
            sent.append((_send(session, story, (paper.pots[0].id, idea), now), paper.id, idea))
    return sent


def _send(session: Session, story: Story, pot_and_idea: tuple[str, Idea], now: datetime) -> str:
    pot_id, idea = pot_and_idea
    by = story.draw.choice(story.people.voters(idea.area)[10:])
    proposal_id = start_draft(session, round_id=story.plan.id, by=by, now=now)
    text = ProposalText(
        title=idea.title,
        summary=idea.summary,
        what=f"{idea.summary} The money pays for: {', '.join(label.lower() for label, _ in idea.lines)}.",
        who_benefits=idea.benefit,
        pot_id=pot_id,
        area_id=idea.area,
        place=idea.place,
        group_name=idea.group,
        interest="",
        cost_lines=tuple(CostItem(label, pounds * 100) for label, pounds in idea.lines),
    )
    _fine(save_draft(session, proposal_id=proposal_id, text=text, revision=1, by=by, now=now))
    _fine(send(session, proposal_id=proposal_id, by=by, now=now))
    return proposal_id


def _review(story: Story, proposals: list[tuple[str, str, Idea]]) -> None:
    """Accepts and composes everything in rounds past review; in earlier ones some, so that there is work to do."""
    is_past = story.plan.phase in _AFTER_REVIEW
    if story.plan.phase is Phase.PROPOSING:
        return
    with write(story.engine) as session:
        for number, (proposal_id, paper_id, idea) in enumerate(proposals):
            now = min(story.dates.proposing_closes_at, story.made_at) + timedelta(minutes=number - len(proposals) - 60)
            if not is_past and number == 0:
                _ask(session, story, proposal_id, now)
            elif is_past or number == 1:
                _accept(session, story, (proposal_id, paper_id, idea), now)


def _ask(session: Session, story: Story, proposal_id: str, now: datetime) -> None:
    words = "Who will look after it when the money is spent?"
    _fine(ask_question(session, proposal_id=proposal_id, text=words, by=story.people.officer, now=now))


def _accept(session: Session, story: Story, item: tuple[str, str, Idea], now: datetime) -> None:
    proposal_id, paper_id, idea = item
    words = "It is lawful, the land can be used, and our own estimate agrees with the cost."
    _fine(accept(session, proposal_id=proposal_id, text=words, by=story.people.officer, now=now))
    cost = sum(pounds for _, pounds in idea.lines) * 100
    _fine(
        put_on_paper(session, proposal_id=proposal_id, paper_id=paper_id, cost=cost, by=story.people.officer, now=now)
    )


def _open(story: Story) -> None:
    now = story.dates.voting_opens_at - timedelta(hours=20)
    with write(story.engine) as session:
        _fine(ask_opening(session, round_id=story.plan.id, by=story.people.officer, now=now))
    with write(story.engine) as session:
        now += timedelta(hours=2)
        _fine(confirm_opening(session, story.keys, round_id=story.plan.id, by=story.people.second, now=now))


def _copy_key(story: Story) -> None:
    """Two people take a copy of the key each and prove it."""
    now = min(story.dates.voting_opens_at - timedelta(days=1), story.made_at - timedelta(hours=1))
    name, keys = story.plan.id, story.keys
    for by in (story.people.officer, story.people.second):
        with write(story.engine) as session:
            made = take_copy(session, keys, round_id=name, passphrase=_WORDS, by=by, now=now, cost=1)
            text = made.text if isinstance(made, TakenCopy) else ""
            _fine(prove_copy(session, keys, round_id=name, text=text, passphrase=_WORDS, by=by, now=now))


def _seal(story: Story) -> None:
    plan, now = story.plan, story.dates.voting_closes_at + timedelta(hours=18)
    with write(story.engine) as session:
        choices = {paper.id: "publish" for paper in get_round(session, plan.id).papers}
        by = story.people.officer
        asked = ask_sealing(session, story.keys, round_id=plan.id, choices=choices, reason=_REASON, by=by, now=now)
        _fine(asked)
    with write(story.engine) as session:
        confirm_sealing(session, round_id=plan.id, by=story.people.second, now=now + timedelta(minutes=20))
    run_sealing(story.engine, story.keys, round_id=plan.id, clock=PastClock(now + timedelta(minutes=30)))
    _destroy_copies(story, now + timedelta(minutes=40))
    with write(story.engine) as session:
        publish(session, round_id=plan.id, by=story.people.officer, now=now + timedelta(hours=1))
    _later_phases(story, now + timedelta(days=5))


def _destroy_copies(story: Story, now: datetime) -> None:
    """Each holder destroys their own copy."""
    for by in (story.people.officer, story.people.second):
        with write(story.engine) as session:
            note_destroyed(session, story.keys, round_id=story.plan.id, holder_id=by.person_id, by=by, now=now)


def _later_phases(story: Story, now: datetime) -> None:
    """Decided, carried out, and closed, as far as the round has come."""
    phase = story.plan.phase
    steps = (
        (decide, now, (Phase.DECIDED, Phase.DELIVERING, Phase.CLOSED)),
        (start_delivery, now + timedelta(days=14), (Phase.DELIVERING, Phase.CLOSED)),
        (close_round, now + timedelta(days=200), (Phase.CLOSED,)),
    )
    for verb, at, reached_in in steps:
        if phase in reached_in:
            with write(story.engine) as session:
                verb(session, round_id=story.plan.id, by=story.people.officer, now=at)

    if phase is Phase.CLOSED:
        _erase(story, now + timedelta(days=201))


def _erase(story: Story, now: datetime) -> None:
    """Nobody asks any more: names and texts go."""
    for verb, by in ((ask_erasing, story.people.officer), (confirm_erasing, story.people.second)):
        with write(story.engine) as session:
            verb(session, round_id=story.plan.id, by=by, now=now)


def _cancel(story: Story) -> None:
    plan, now = story.plan, story.made_at - timedelta(days=2)
    with write(story.engine) as session:
        _fine(ask_cancelling(session, round_id=plan.id, reason=_CALLED_OFF, by=story.people.officer, now=now))
    now += timedelta(hours=3)
    with write(story.engine) as session:
        confirm_cancelling(session, round_id=plan.id, by=story.people.second, now=now)
    with write(story.engine) as session:
        destroy_cancelled_key(session, story.keys, round_id=plan.id, by=story.people.second, now=now)


def _paper(plan: PaperPlan) -> NewPaper:
    pots = (NewPot(plan.pot, plan.pounds * 100, plan.source),)
    areas = (plan.area,) if plan.area else ()
    return NewPaper(plan.title, rulebook(plan.rule, plan.picks), pots, areas, plan.word)


def _fine(result: object) -> None:
    """Stops the build where a step names a problem: the demo's own data is wrong then."""
    if isinstance(result, list) and result and isinstance(result[0], Problem):
        raise DemoStoryError("; ".join(f"{problem.field}: {problem.message}" for problem in result))


def _before(story: Story, moment: datetime) -> datetime:
    """Ten days before a date, or an hour before the demo is made."""
    return min(moment - timedelta(days=10), story.made_at - timedelta(hours=1))
