"""The check-in desk of an event: a person is found on the roll or put on it by the round's own rule, and gets a slip.

Kept are a name, a place and the kind of evidence, so that nobody is checked in twice and an auditor can ask; they are
shown to the desk and to auditors alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pb_app.models.area import Area, AreaVerification
from pb_app.models.event import CheckIn
from pb_app.models.person import Person
from pb_app.models.roll import RollEntry
from pb_app.models.voter import VoterRequest
from pb_app.services.activity import Event, log
from pb_app.services.keys import KeyStore
from pb_app.services.roll import add_entries
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.slips import PERMISSION, NewSlip, check_voting, give_slip
from pb_app.services.voter_answers import SHOWN
from pb_app.services.voter_words import UNDECLARED, area_ids
from voting.eligibility import Evidence, Facts, Route, Verdict, evaluate
from voting.errors import Problem
from voting.name_search import searchable
from voting.permissions import Actor

Fits = Callable[[InstrumentedAttribute[str]], ColumnElement[bool]]
"""What is asked of a column of names to be searched."""

LEAST_TO_FIND = 3
MOST_FOUND = 10
LONGEST_NAME, LONGEST_PLACE = 120, 200


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody of this name. `roll_id` is "" for an account whose request to vote nobody has answered yet."""

    roll_id: str
    name: str
    place: str
    area_name: str


@dataclass(frozen=True, slots=True)
class NewVoter:
    """What the desk writes down of somebody who is not on the roll.

    `age` is in years on the last day of voting, None where it was not asked. `is_another`: the desk says that it is not
    the person of the same name who is on the roll already.
    """

    name: str
    place: str
    area_id: str
    route: str
    seen: str
    age: int | None = None
    has_consent: bool = False
    is_another: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCheckedIn(Event):
    """A desk put somebody on the roll."""

    kind: ClassVar[str] = "event:person:checked-in"
    roll_id: str
    area_id: str
    route: str
    seen: str

    def objects(self) -> list[tuple[str, str]]:
        """The area; the entry stands in the erasable part."""
        return [("area", self.area_id)]

    def details(self) -> dict[str, str]:
        """Which entry, by what right, and what was seen."""
        return {"roll_entry": self.roll_id, "route": self.route, "seen": self.seen}


def find_people(session: Session, *, round_id: str, name: str, by: Actor) -> list[Found] | list[Problem]:
    """Whoever has these words in their name: on the roll, or with an account that waits for an answer. Ten at most.

    Capitals and accents don't matter.
    """
    by.check(PERMISSION)
    words = searchable(name).split()
    if len("".join(words)) < LEAST_TO_FIND:
        return [Problem("name", f"Type at least {LEAST_TO_FIND} letters of the name")]
    found = _known(session, round_id, lambda column: and_(*(column.contains(word, autoescape=True) for word in words)))
    return sorted(found, key=lambda one: (not one.roll_id, searchable(one.name), one.place))[:MOST_FOUND]


def check_in(
    session: Session, keys: KeyStore, *, round_id: str, voter: NewVoter, by: Actor, now: datetime
) -> NewSlip | list[Problem]:
    """Puts somebody on the roll if the round's rule says so, and gives the slip.

    Problems are of the fields "name", "place", "area", "route", "age", "consent", "evidence", "another". Raises
    NotNowError outside voting.
    """
    by.check(PERMISSION)
    view = get_round(session, round_id)
    check_voting(view, now)
    problems = (
        _text_problems(view, voter) or _rule_problems(session, view, voter) or _twin_problems(session, view, voter)
    )
    if problems:
        return problems
    shown_by = Evidence.WORD if voter.seen == "word" else Evidence.DOCUMENT
    roll_id = add_entries(session, round_id=round_id, way="letter", people=[(None, voter.area_id)], shown_by=shown_by)[
        0
    ]
    session.add(
        CheckIn(
            roll_id=roll_id, round_id=round_id, name=_tidy(voter.name), place=_tidy(voter.place), route=voter.route,
            seen=voter.seen, checked_by=by.person_id,
        )
    )  # fmt: skip
    session.flush()
    event = PersonCheckedIn(
        round_id=round_id, roll_id=roll_id, area_id=voter.area_id, route=voter.route, seen=voter.seen
    )
    log(session, event, by=by, now=now)
    return give_slip(session, keys, round_id=round_id, roll_id=roll_id, seen=voter.seen, by=by, now=now)


def shown_in(view: RoundView) -> dict[str, str]:
    """What somebody can show at a desk of this round, by its kind: their word alone only where the rule takes it."""
    takes_word = Evidence.WORD in (view.eligibility or UNDECLARED).evidence
    return {kind: words for kind, words in SHOWN.items() if kind != "word" or takes_word}


def count_check_ins(session: Session, *, round_id: str) -> int:
    """How many people desks put on the roll."""
    query = select(func.count()).select_from(CheckIn).where(CheckIn.round_id == round_id)
    return session.scalar(query) or 0


def _known(session: Session, round_id: str, fits: Fits) -> list[Found]:
    """Everybody whose name fits, ten of each kind at most: the database compares, so a long roll takes no longer."""
    named = select(Person.id).where(fits(Person.search_name))
    noted = select(CheckIn.roll_id).where(CheckIn.round_id == round_id, fits(CheckIn.search_name))
    on_roll = select(RollEntry.person_id).where(RollEntry.round_id == round_id, RollEntry.person_id.in_(named))
    valid = RollEntry.round_id == round_id, RollEntry.voided_reason.is_(None)
    checked_in = (
        select(RollEntry.id, CheckIn.name, CheckIn.place, Area.name)
        .join(CheckIn, CheckIn.roll_id == RollEntry.id)
        .join(Area, Area.id == RollEntry.area_id)
        .where(*valid, RollEntry.id.in_(noted))
        .order_by(CheckIn.search_name)
    )
    accounts = (
        select(RollEntry.id, Person.name, AreaVerification.statement, Area.name)
        .join(Person, Person.id == RollEntry.person_id)
        .join(AreaVerification, AreaVerification.person_id == Person.id, isouter=True)
        .join(Area, Area.id == RollEntry.area_id)
        .where(*valid, RollEntry.person_id.in_(named))
        .order_by(Person.search_name)
    )
    asked = (
        select(literal(""), Person.name, AreaVerification.statement, Area.name)
        .join(AreaVerification, AreaVerification.person_id == Person.id)
        .join(Area, Area.id == AreaVerification.area_id)
        .where(AreaVerification.status == "asked", Person.id.in_(named), Person.id.not_in(on_roll))
        .order_by(Person.search_name)
    )
    asked_here = (
        select(literal(""), Person.name, VoterRequest.statement, Area.name)
        .join(VoterRequest, VoterRequest.person_id == Person.id)
        .join(Area, Area.id == VoterRequest.area_id, isouter=True)
        .where(VoterRequest.round_id == round_id, VoterRequest.status == "asked", Person.id.in_(named))
        .order_by(Person.search_name)
    )
    queries = (checked_in, accounts, asked, asked_here)
    return [_found(*row) for query in queries for row in session.execute(query.limit(MOST_FOUND))]


def _found(roll_id: str, name: str, place: str | None, area_name: str | None) -> Found:
    return Found(roll_id, name, place or "", area_name or "area not clear")


def _text_problems(view: RoundView, voter: NewVoter) -> list[Problem]:
    problems = []
    for field, text, longest, what in (
        ("name", voter.name, LONGEST_NAME, "Write the person’s name"),
        ("place", voter.place, LONGEST_PLACE, "Write where, like “18 Mill Lane” or “Mill Lane School”"),
    ):
        length = len(_tidy(text))
        if not length:
            problems.append(Problem(field, what))
        elif length > longest:
            problems.append(Problem(field, f"Make it {longest} letters or shorter. It is {length} now"))
    if voter.seen not in shown_in(view):
        problems.append(Problem("evidence", "Say what you saw"))
    return problems


def _rule_problems(session: Session, view: RoundView, voter: NewVoter) -> list[Problem]:
    """What the round's rule says; its words speak to the voter, who stands at the desk."""
    if session.get(Area, voter.area_id) is None or not any(paper.is_for(voter.area_id) for paper in view.papers):
        return [Problem("area", "Choose an area that has a ballot paper in this round")]
    if voter.route not in set(Route):
        return [Problem("route", "Say what ties the person to the area")]
    rule = view.eligibility or UNDECLARED
    if rule.asks_age and voter.age is None:
        return [Problem("age", "Ask how old they are on the last day of voting")]
    facts = Facts(Route(voter.route), voter.age if rule.asks_age else None, voter.area_id, None, voter.has_consent)
    answer = evaluate(rule, facts, area_ids(view))
    if answer.is_allowed:
        return []
    return [Problem("consent" if answer.verdict is Verdict.ASK_A_PERSON else "", answer.reason)]


def _twin_problems(session: Session, view: RoundView, voter: NewVoter) -> list[Problem]:
    name = searchable(voter.name)
    if voter.is_another or not _known(session, view.id, lambda column: column == name):
        return []
    return [
        Problem("another", "Somebody of this name is known already. Look above, and tick this if it is another person")
    ]


def _tidy(text: str) -> str:
    return " ".join(text.split())
