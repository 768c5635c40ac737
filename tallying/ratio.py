"""Exact fractions as text: ``"n/d"`` in lowest terms, also ``"5/1"`` and ``"0/1"``."""

import re
from fractions import Fraction

_RATIO = re.compile(r"(0|[1-9][0-9]*)/([1-9][0-9]*)")
_LONGEST = 4000
"""Digits read at most: the longest exact price of a real city has 126."""


def ratio_text(value: Fraction | int) -> str:
    """``"n/d"`` of a number that is not negative, in lowest terms."""
    fraction = Fraction(value)
    if fraction < 0:
        raise ValueError(f"a ratio is never negative: {fraction}")
    return f"{fraction.numerator}/{fraction.denominator}"


def read_ratio(text: object) -> Fraction:
    """The number of ``"n/d"``; ValueError for any other spelling, also one not in lowest terms."""
    match = _RATIO.fullmatch(text) if isinstance(text, str) and len(text) <= _LONGEST else None
    if match is None:
        raise ValueError('write a share as two whole numbers, like "1/20"')
    value = Fraction(int(match[1]), int(match[2]))
    if ratio_text(value) != text:
        raise ValueError(f'write this share in lowest terms: "{ratio_text(value)}"')
    return value
