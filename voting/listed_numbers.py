"""Lists of numbers that show who may vote, like those of school cards: only slow, salted hashes ever reach the council.

Whoever holds the numbers makes the hashes, with the salt of the round. Numbers are short and could be tried one after
the other, so each try is made slow; and the council keeps the hashes under a key of its own on top.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from voting.area_lists import read_area_list
from voting.errors import Problem

ITERATIONS = 200_000
"""Rounds of PBKDF2-HMAC-SHA256: about a tenth of a second a number."""

MOST_NUMBERS = 20_000
LONGEST = 40
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NO_HASH = "this is not a hash. Send hashes, never the numbers themselves"


@dataclass(frozen=True, slots=True)
class ListedNumber:
    """The hash of a number, and the area its holder votes in."""

    digest: str
    area_id: str


def tidy_number(typed: str) -> str:
    """A number as it is hashed: letters and digits alone, in capitals."""
    return "".join(character for character in typed.upper() if character.isalnum())[:LONGEST]


def hash_number(salt: str, number: str) -> str:
    """64 hexadecimal digits: PBKDF2-HMAC-SHA256 over the tidied number, with the round's salt as it is written."""
    return hashlib.pbkdf2_hmac("sha256", tidy_number(number).encode(), salt.encode(), ITERATIONS).hex()


def read_hashes(data: bytes, areas: Mapping[str, str]) -> list[ListedNumber] | list[Problem]:
    """Reads a CSV of hash and area, the way `read_look_up` reads postcodes: all, or nothing and every wrong line."""
    read = read_area_list(data, areas, heading="hash", read=_read_hash, wrong=lambda _: _NO_HASH, most=MOST_NUMBERS)
    problems = [one for one in read if isinstance(one, Problem)]
    pairs = [one for one in read if isinstance(one, tuple)]
    twice = len(pairs) - len({digest for digest, _ in pairs})
    if twice:
        problems.append(Problem("file", f"{twice:,} numbers stand in the file twice. Keep each once"))
    return problems or [ListedNumber(digest, area_id) for digest, area_id in sorted(pairs)]


def _read_hash(text: str) -> str | None:
    return text.lower() if _HASH.fullmatch(text.lower()) else None
