"""The people of the demo council: staff in pairs, a third officer who settles, and 600 residents from a fixed seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pb_app.cli.demo.ideas import AREAS
from voting.permissions import Role

RESIDENTS = 600
PASSWORD = "westmere-demo"  # noqa: S105 -- printed on the terminal, and refused in production
"""Everybody's password in the demo, and nowhere else."""

FIRST = (
    "Aisha",
    "Alfie",
    "Amelia",
    "Arjun",
    "Bronwen",
    "Callum",
    "Chidi",
    "Daisy",
    "Dylan",
    "Ewa",
    "Fatima",
    "Finlay",
    "Grace",
    "Hamza",
    "Isla",
    "Jamal",
    "Jess",
    "Kofi",
    "Leila",
    "Mateusz",
    "Megan",
    "Noor",
    "Oliver",
    "Priya",
    "Rhys",
    "Sofia",
    "Tariq",
    "Una",
    "Victor",
    "Wen",
    "Yusuf",
    "Zara",
)
LAST = (
    "Ahmed",
    "Begum",
    "Brown",
    "Clarke",
    "Davies",
    "Edwards",
    "Evans",
    "Ferreira",
    "Green",
    "Hughes",
    "Iqbal",
    "Jones",
    "Kaur",
    "Kowalski",
    "Lewis",
    "Marsh",
    "Nowak",
    "Okafor",
    "Patel",
    "Quinn",
    "Roberts",
    "Singh",
    "Taylor",
    "Umar",
    "Vaughan",
    "Walker",
    "Young",
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One invented person. `sign_in` is the short name that `pb demo-code` takes."""

    sign_in: str
    name: str
    role: Role
    area: str
    route: str = "live"

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.sign_in}@westmere.example"


STAFF: tuple[DemoPerson, ...] = (
    DemoPerson("dana", "Dana Osei", Role.OFFICER, ""),
    DemoPerson("tom", "Tom Pritchard", Role.OFFICER, ""),
    DemoPerson("idris", "Idris Vaughan", Role.OFFICER, ""),
    DemoPerson("ffion", "Ffion Rees", Role.STEERING, ""),
    DemoPerson("amira", "Amira Haddad", Role.AUDITOR, ""),
    DemoPerson("glen", "Glen Barker", Role.ADMINISTRATOR, ""),
    DemoPerson("nadia", "Nadia Sharif", Role.ADMINISTRATOR, ""),
)


def residents() -> tuple[DemoPerson, ...]:
    """600 residents, the same every time; the first three are the ones the terminal prints."""
    draw = random.Random("westmere residents")
    named = (
        DemoPerson("rosa", "Rosa Lewis", Role.RESIDENT, "alder-quay"),
        DemoPerson("sam", "Sam Okafor", Role.RESIDENT, "brindle"),
        DemoPerson("mei", "Mei Walker", Role.RESIDENT, "castle-rise"),
    )
    return named + tuple(_resident(draw, n) for n in range(len(named), RESIDENTS))


def _resident(draw: random.Random, n: int) -> DemoPerson:
    first, last = draw.choice(FIRST), draw.choice(LAST)
    area = draw.choices([area_id for area_id, _ in AREAS], weights=(5, 4, 3))[0]
    route = draw.choices(("live", "work", "study", "volunteer"), weights=(90, 5, 3, 2))[0]
    return DemoPerson(f"{first}.{last}.{n}".lower(), f"{first} {last}", Role.RESIDENT, area, route)
