"""Who may do what, as one table; `phases` says when.

A permission is named `thing:verb`. Staff roles are given by appointment; "resident" is anyone signed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voting.errors import NotAllowedError


class Role(StrEnum):
    """A hat a person can wear. One person may wear several."""

    RESIDENT = "resident"
    OFFICER = "officer"
    STEERING = "steering"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


STAFF: frozenset[Role] = frozenset({Role.OFFICER, Role.STEERING, Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that need a second factor at every sign-in."""

PERMISSIONS: dict[str, frozenset[Role]] = {
    "proposal:write": frozenset({Role.RESIDENT}),
    "area:ask": frozenset({Role.RESIDENT}),
    "area:approve": frozenset({Role.OFFICER}),
    "round:create": frozenset({Role.OFFICER}),
    "round:announce": frozenset({Role.OFFICER}),
    "proposal:review": frozenset({Role.OFFICER}),
    "paper:compose": frozenset({Role.OFFICER}),
    "codes:print": frozenset({Role.OFFICER}),
    "codes:replace": frozenset({Role.OFFICER, Role.STEERING}),
    "event:run": frozenset({Role.OFFICER}),
    "voting:help": frozenset({Role.OFFICER}),
    "roll:join": frozenset({Role.OFFICER, Role.STEERING}),
    "roll:erase": frozenset({Role.OFFICER, Role.STEERING}),
    "paper:work": frozenset({Role.OFFICER}),
    "paper:see": frozenset({Role.OFFICER, Role.STEERING, Role.AUDITOR}),
    "turnout:see": frozenset({Role.OFFICER, Role.AUDITOR, Role.STEERING}),
    "opening:confirm": frozenset({Role.OFFICER, Role.STEERING}),
    "round:correct": frozenset({Role.OFFICER, Role.STEERING}),
    "round:cancel": frozenset({Role.OFFICER, Role.STEERING}),
    "sealing:confirm": frozenset({Role.OFFICER, Role.STEERING}),
    "record:publish": frozenset({Role.OFFICER}),
    "outcome:change": frozenset({Role.OFFICER, Role.STEERING}),
    "outcome:depart": frozenset({Role.STEERING}),
    "round:deliver": frozenset({Role.OFFICER}),
    "log:read": frozenset({Role.AUDITOR}),
    "record:recount": frozenset({Role.AUDITOR}),
    "marked:open": frozenset({Role.AUDITOR}),
    "ballots:open": frozenset({Role.AUDITOR}),
    "people:appoint": frozenset({Role.ADMINISTRATOR}),
}

_NAMES: dict[Role, str] = {
    Role.OFFICER: "officers",
    Role.STEERING: "steering group members",
    Role.AUDITOR: "auditors",
    Role.ADMINISTRATOR: "administrators",
}


def is_allowed(roles: frozenset[Role], permission: str) -> bool:
    """Whether somebody wearing `roles` may do `permission`. An unknown permission is a KeyError."""
    return not roles.isdisjoint(PERMISSIONS[permission])


def check(roles: frozenset[Role], permission: str) -> None:
    """Raises NotAllowedError with the one sentence the page shows."""
    if not is_allowed(roles, permission):
        raise NotAllowedError(_reason(PERMISSIONS[permission]))


def _reason(wanted: frozenset[Role]) -> str:
    """Who can, all of them: somebody who reads it knows whom to ask."""
    if Role.RESIDENT in wanted:
        return "Sign in first."
    *others, last = (_NAMES[role] for role in _NAMES if role in wanted)
    who = f"{', '.join(others)} and {last}" if others else last
    return f"Only {who} can do this."


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a random person id and the hats they wear (with the second factor given, for staff hats)."""

    person_id: str
    roles: frozenset[Role]

    def check(self, permission: str) -> None:
        """Raises NotAllowedError unless one of the hats allows `permission`."""
        check(self.roles, permission)
