"""Errata: what is wrong in a frozen text, said beside it for ever. The text itself never changes.

From the opening of the vote until its sealing is confirmed two people may add one, with a reason. It is a decision in
the register, whose text everybody can read; pages show it wherever the project or its paper is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.register import RegisterDecision
from pb_app.services.registers import register_decision
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import ProjectView, find_round, get_round, list_projects, phase_of
from pb_app.services.second_people import WaitingStep, find_step
from pb_app.services.two_people import ask, confirm, find_confirmed, find_waiting, withdraw_waiting
from tallying.canonical import Writable, loads
from tallying.money import shown
from voting.errors import NotNowError, Problem
from voting.permissions import Actor
from voting.phases import Phase

PERMISSION = "round:correct"
ERRATUM = "erratum"
"""The kind of decision, and the word of its leaf."""

LONGEST_TEXT, LONGEST_REASON, LONGEST_CHANGE = 1000, 500, 500
_NOT_NOW = "A mistake can be noted from the opening of the vote until its sealing is confirmed."


@dataclass(frozen=True, slots=True)
class Erratum:
    """What is wrong in a frozen text, and what is right. `project_id` is "" where it is of the whole paper.

    `wrong` are words of the frozen text, and `right` what they should be; both "" where `text` says it all.
    """

    n: int
    paper_id: str
    project_id: str
    text: str
    reason: str
    decided_at: datetime
    wrong: str = ""
    right: str = ""

    @property
    def in_words(self) -> str:
        """The whole note, where words can't be struck out."""
        return in_words(self.wrong, self.right, self.text)

    def is_of(self, paper_id: str, project_id: str = "") -> bool:
        """Whether it is of this project, or with "" of the whole paper."""
        return (self.paper_id, self.project_id) == (paper_id, project_id)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an erratum may stand: a ballot paper, or a project on it. `frozen` are the texts that stand there."""

    paper_id: str
    project_id: str
    words: str
    frozen: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.paper_id}/{self.project_id}"


def in_words(wrong: str, right: str, text: str) -> str:
    """An erratum as one text."""
    change = f"It says “{wrong}”, and should say “{right}”." if wrong else ""
    return " ".join(part for part in (change, text) if part)


def list_errata(session: Session, *, round_id: str) -> tuple[Erratum, ...]:
    """Every erratum of a round, the first first."""
    query = select(RegisterDecision).where(RegisterDecision.round_id == round_id, RegisterDecision.kind == ERRATUM)
    return tuple(_read(row) for row in session.scalars(query.order_by(RegisterDecision.n)))


def list_places(session: Session, *, round_id: str) -> tuple[Place, ...]:
    """Every ballot paper, each followed by its projects."""
    projects = list_projects(session, round_id=round_id)
    found: list[Place] = []
    for paper in get_round(session, round_id).papers:
        pots = [part for pot in paper.pots for part in (pot.name, pot.source, pot.conditions)]
        found.append(Place(paper.id, "", f"The ballot paper “{paper.title}”", (paper.title, *pots)))
        found += [_place(one, f"{one.title} (on “{paper.title}”)") for one in projects.get(paper.id, ())]
    return tuple(found)


def can_note(session: Session, *, round_id: str, now: datetime) -> bool:
    """Whether a mistake can be noted now."""
    is_sealed = find_confirmed(session, round_id=round_id, kind="seal") is not None
    return phase_of(find_round(session, round_id), now) in (Phase.VOTING, Phase.COUNTING) and not is_sealed


def ask_erratum(
    session: Session,
    *,
    round_id: str,
    place: str,
    text: str,
    reason: str,
    wrong: str = "",
    right: str = "",
    by: Actor,
    now: datetime,
) -> list[Problem]:
    """The first of two people asks. `place` is the key of one of `list_places`; `text` may be left out after `wrong`.

    Problems: "place", "wrong", "right", "text", "reason".
    Raises NotNowError before voting is open, and once the sealing is confirmed.
    """
    by.check(PERMISSION)
    _check_open(session, round_id, now)
    where = next((one for one in list_places(session, round_id=round_id) if one.key == place), None)
    note = {"wrong": " ".join(wrong.split()), "right": " ".join(right.split()), "text": text.strip()}
    problems = [] if where else [Problem("place", "Choose where the mistake is")]
    problems += _change_problems(note["wrong"], note["right"], where.frozen if where else ())
    if note["text"] or not note["wrong"]:
        problems += _text_problems("text", text, LONGEST_TEXT, "Write what is wrong, and what is right")
    problems += _text_problems("reason", reason, LONGEST_REASON, "Write how the mistake came about")
    if problems or where is None:
        return problems
    payload: dict[str, Writable] = {"paper": where.paper_id, "project": where.project_id, **note}
    ask(session, round_id=round_id, kind=ERRATUM, payload=payload, reason=reason.strip(), by=by, now=now)
    return []


def confirm_erratum(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """The second person confirms: from now on it stands beside the text. Raises NotNowError, SecondPersonError."""
    by.check(PERMISSION)
    hold_round(session, round_id)
    _check_open(session, round_id, now)
    decision = confirm(session, round_id=round_id, kind=ERRATUM, by=by, now=now)
    change = [name for name in ("wrong", "right") if decision.payload.get(name)]
    values = {name: str(decision.payload[name]) for name in ("paper", "project", "text", *change)}
    register_decision(session, round_id=round_id, kind=ERRATUM, reason=decision.reason, values=values, now=now)


def withdraw_erratum(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Takes back what waits for its second person. Raises NotNowError if nothing does."""
    by.check(PERMISSION)
    withdraw_waiting(session, round_id=round_id, kind=ERRATUM, by=by, now=now)


def find_erratum(session: Session, *, round_id: str, by: Actor) -> tuple[WaitingStep, str, str] | None:
    """What waits for its second person: the step, the place in words, and the text; None if nothing does."""
    waiting = find_waiting(session, round_id=round_id, kind=ERRATUM)
    step = find_step(session, round_id=round_id, kind=ERRATUM, permission=PERMISSION, by=by)
    if waiting is None or step is None:
        return None
    key = f"{waiting.payload['paper']}/{waiting.payload['project']}"
    words = next((one.words for one in list_places(session, round_id=round_id) if one.key == key), key)
    wrong, right, text = (str(waiting.payload.get(name, "")) for name in ("wrong", "right", "text"))
    return step, words, in_words(wrong, right, text)


def _check_open(session: Session, round_id: str, now: datetime) -> None:
    if not can_note(session, round_id=round_id, now=now):
        raise NotNowError(_NOT_NOW)


def _read(row: RegisterDecision) -> Erratum:
    match loads(row.text.encode()):
        case {
            "reason": str(reason),
            "values": {"paper": str(paper), "project": str(project), "text": str(text), **change},
        }:
            wrong, right = (str(change.get(name, "")) for name in ("wrong", "right"))
            return Erratum(row.n, paper, project, text, reason, row.decided_at, wrong, right)
    raise ValueError("this is no erratum")


def _place(project: ProjectView, words: str) -> Place:
    cost = shown(project.cost, 2, "GBP")
    return Place(
        project.paper_id, project.id, words, (project.title, cost, project.summary, project.text, project.place)
    )


def _change_problems(wrong: str, right: str, frozen: tuple[str, ...]) -> list[Problem]:
    if not wrong:
        return [Problem("wrong", "Copy the wrong words from the text")] if right else []
    problems = _text_problems("wrong", wrong, LONGEST_CHANGE, "") + _text_problems(
        "right", right, LONGEST_CHANGE, "Write what it should say"
    )
    if frozen and not any(wrong in " ".join(one.split()) for one in frozen):
        problems.append(Problem("wrong", "We can’t find these words there. Copy them from the page, letter by letter"))
    return problems


def _text_problems(field: str, text: str, longest: int, missing: str) -> list[Problem]:
    length = len(text.strip())
    if not length:
        return [Problem(field, missing)]
    if length > longest:
        return [Problem(field, f"Make it {longest:,} letters or shorter. It is {length:,} now")]
    return []
