"""The way in: what somebody declares, what the rule of the round says of it, and the yes that needs no officer.

A postcode is looked up and forgotten: the area and the date of the file stay.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area, AreaVerification
from pb_app.services.activity import log
from pb_app.services.postcodes import Found, current_look_up, find_area
from pb_app.services.roll import entry_of_person
from pb_app.services.round_reading import get_round
from pb_app.services.round_views import RoundView
from pb_app.services.voter_answers import put_on_roll
from pb_app.services.voter_requests import Declared, VoteAsked, add_request, check_not_over, my_request
from pb_app.services.voter_words import UNDECLARED, area_ids
from voting.eligibility import OLDEST, Answer, Doubt, Evidence, Route, evaluate
from voting.errors import Problem
from voting.permissions import Actor


@dataclass(frozen=True, slots=True)
class Typed:
    """What the page asked, as it was typed. `doubts` are values of `Doubt`; `area_id` is asked where no file is."""

    route: str
    age: int | None
    postcode: str
    area_id: str
    doubts: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteDeclared(VoteAsked):
    """Somebody's own word put them on the roll, as the round's rule has it."""

    kind: ClassVar[str] = "voter:request:declared"


def declare(session: Session, *, view: RoundView, typed: Typed) -> Declared | list[Problem]:
    """What was declared, the postcode looked up and dropped; or what must be mended."""
    rule = view.eligibility or UNDECLARED
    problems = []
    if typed.route not in list(Route):
        problems.append(Problem("route", "Say what ties you to the place"))
    if rule.asks_age and (typed.age is None or not 0 <= typed.age <= OLDEST):
        problems.append(Problem("age", "Write your age as a number, like 15"))
    found = _find(session, typed)
    if isinstance(found, list):
        problems += found
    if problems or isinstance(found, list):
        return problems
    age = typed.age if rule.asks_age else None
    return Declared(Route(typed.route), age, found.area_id, found.doubt, found.dated)


def judge(view: RoundView, declared: Declared) -> Answer:
    """What the rule of the round says."""
    return evaluate(view.eligibility or UNDECLARED, declared.facts(), area_ids(view))


def is_enough(session: Session, *, view: RoundView, declared: Declared, by: Actor) -> bool:
    """Whether this person needs to show nothing more: the round takes their word, or an officer checked their area."""
    if Evidence.WORD in (view.eligibility or UNDECLARED).evidence:
        return True
    checked = session.scalar(select(AreaVerification).filter_by(person_id=by.person_id, status="approved"))
    return checked is not None and checked.area_id == declared.area_id and checked.route == declared.route


def enter(session: Session, *, round_id: str, declared: Declared, by: Actor, now: datetime) -> bool:
    """Puts somebody with an account on the roll, if the rule allows it and nothing more is to be shown.

    False: it does not, or they asked before. Raises NotNowError once voting is over.
    """
    check_not_over(session, round_id, now)
    view = get_round(session, round_id)
    if entry_of_person(session, round_id=round_id, person_id=by.person_id) is not None:
        return True
    is_clear = judge(view, declared).is_allowed and is_enough(session, view=view, declared=declared, by=by)
    if not is_clear or my_request(session, round_id=round_id, person_id=by.person_id) is not None:
        return False
    row = add_request(session, round_id=round_id, declared=declared, by=by, now=now)
    row.shown, row.decided_at = Evidence.WORD.value, now
    put_on_roll(session, row, Evidence.WORD)
    log(session, VoteDeclared(round_id=round_id, request_id=row.id), by=by, now=now)
    return True


def _find(session: Session, typed: Typed) -> Found | list[Problem]:
    """Where they belong; a doubt that was ticked comes first, because it is what they said."""
    doubt = next((one for one in (Doubt.NO_ADDRESS, Doubt.UNSURE) if one in typed.doubts), None)
    if doubt is not None:
        return Found("", doubt, None)
    file = current_look_up(session)
    if file is None:
        is_known = session.get(Area, typed.area_id) is not None
        return (
            Found(typed.area_id, None, None) if is_known else [Problem("area", "Choose the area, or tick a box below")]
        )
    if not typed.postcode.strip():
        return [Problem("postcode", "Write the postcode, or tick a box below")]
    return find_area(session, typed=typed.postcode, file=file)
