"""Names as they are searched for: without capitals and accents, so that whoever is at a desk finds José by jose."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"})
"""Letters that are no plain letter with an accent on it."""


def searchable(name: str) -> str:
    """The name in small letters without accents, one space between words."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(plain.casefold().translate(_LETTERS).split())
