"""Codes: characters that are hard to misread, the last one a check, in groups of four. Letters have 16.

The alphabet has 23 characters and leaves out look-alikes (0 O, 1 I L, 2 Z, 5 S, 8 B, U V) and most vowels. Because
23 is prime and each place has a weight of its own, one wrong character and any two swapped ones are always noticed.
15 free characters are 67 bits: far more than can be tried against a server that counts tries by the hour. Codes that
are good for hours are shorter: 12 characters for a supervised group (49 bits), 8 for a slip (31 bits), which only a
tablet takes that staff have set up.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

ALPHABET = "2346789ACDEFGHJKMNPRTWX"
LENGTH = 16
GROUP_LENGTH = 12
SLIP_LENGTH = 8
_GROUP = 4
_DASHES = "-\u2010\u2011\u2012\u2013\u2014_."

RandomBelow = Callable[[int], int]
"""`random_below(n)`: a whole number from 0 to n - 1, like `secrets.randbelow`."""


def make_code(random_below: RandomBelow, length: int = LENGTH) -> str:
    """A new code, `length` characters without spaces. `random_below` must not be predictable."""
    body = "".join(ALPHABET[random_below(len(ALPHABET))] for _ in range(length - 1))
    return body + _check_character(body)


def written(code: str) -> str:
    """The code in groups of four, as it is printed: `ACDE FGHJ KMNP RTWX`."""
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(text: str, length: int = LENGTH) -> str | None:
    """The code that somebody typed, whatever its case, spaces and hyphens; None if it cannot be one."""
    code = tidy_code(text)
    if len(code) != length or any(character not in ALPHABET for character in code):
        return None
    return code if _check_character(code[:-1]) == code[-1] else None


def tidy_code(text: str) -> str:
    """What somebody typed in capitals, without spaces and hyphens."""
    return "".join(text.split()).upper().translate({ord(dash): None for dash in _DASHES})


def hash_code(key: bytes, round_id: str, code: str) -> str:
    """What is kept of a code: HMAC-SHA256 under the round's code key, 64 hexadecimal digits.

    Keyed, so that a stolen table of hashes cannot be searched; the round is part of it, so that a code opens one round.
    """
    return hmac.new(key, f"pb-code-v1\n{round_id}\n{code}".encode(), hashlib.sha256).hexdigest()


def _check_character(body: str) -> str:
    """The character that makes the weighted sum of all places a multiple of 23."""
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=1))
    weight = len(body) + 1
    return ALPHABET[-total * pow(weight, -1, len(ALPHABET)) % len(ALPHABET)]
