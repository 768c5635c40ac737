"""Slugs: ids of rounds, papers and pots, made from their titles and read in addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_LENGTH = 32


def make_slug(title: str, taken: Collection[str], fallback: str) -> str:
    """An id like "greener-harbour" that is not `taken`: `[a-z0-9][a-z0-9-]{0,31}`.

    `fallback` stands in for a title without any letter or digit of ours; a number tells equal titles apart.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower().replace("'", "")
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or fallback
    slug, number = words[:_LENGTH].strip("-"), 1
    while slug in taken:
        number += 1
        ending = f"-{number}"
        slug = words[: _LENGTH - len(ending)].strip("-") + ending
    return slug
