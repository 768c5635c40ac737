"""The order of a ballot paper's projects for one voter, and the filters that narrow it without losing a tick."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from pb_app.services.ballot_projects import BallotProject

COSTS: tuple[tuple[str, str, int], ...] = (
    ("5000", "£5,000 or less", 5_000_00),
    ("10000", "£10,000 or less", 10_000_00),
    ("25000", "£25,000 or less", 25_000_00),
    ("50000", "£50,000 or less", 50_000_00),
)
"""The costs a list can be narrowed to: value in the form, words, pence."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the voter narrowed the list to; "" shows all."""

    area: str = ""
    pot: str = ""
    cost: str = ""

    @property
    def is_on(self) -> bool:
        """Whether anything is narrowed."""
        return bool(self.area or self.pot or self.cost)

    def lets(self, project: BallotProject) -> bool:
        """Whether a project passes."""
        most = next((pence for value, _, pence in COSTS if value == self.cost), None)
        return (
            self.area in ("", project.area_id)
            and self.pot in ("", project.pot_id)
            and (most is None or project.cost <= most)
        )


def read_filters(form: MultiDict[str, str]) -> Filters:
    """The filters in a request's fields."""
    return Filters(form.get("area", ""), form.get("pot", ""), form.get("cost", ""))


def shuffled(projects: Iterable[BallotProject], *, secret: bytes, roll_id: str) -> list[BallotProject]:
    """Every voter's own order, the same at each visit: no project gains from being listed first.

    The seed comes from the roll entry and the application's secret, so no row keeps it and nobody can foresee it.
    """
    seed = hmac.digest(secret, f"ballot order 1\n{roll_id}".encode(), "sha256")
    return sorted(projects, key=lambda project: hashlib.sha256(seed + project.id.encode()).digest())


def narrowed(projects: Iterable[BallotProject], filters: Filters, picks: Iterable[str]) -> list[BallotProject]:
    """The projects that pass, and every ticked one: a filter never hides a tick."""
    ticked = frozenset(picks)
    return [project for project in projects if project.id in ticked or filters.lets(project)]
