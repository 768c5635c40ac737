"""Amounts: whole minor units inside, decimal text outside. Never a float.

``exponent`` is the number of decimals: 2 for pounds and pence, 0 where all amounts are whole.
"""

import re
from fractions import Fraction

_DECIMAL = re.compile(r"([0-9]{1,30})(?:\.([0-9]{1,30}))?")
SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


def amount_text(minor: int, exponent: int) -> str:
    """The decimal text of an amount in minor units, with exactly ``exponent`` decimals."""
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(exponent + 1, "0")
    if exponent == 0:
        return sign + digits
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"


def read_amount(text: str, exponent: int) -> int:
    """Minor units of a decimal text like ``"1250"`` or ``"1250.50"``.

    Raises ValueError for anything else, and where the decimals do not fit into the exponent.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an amount; write digits, like 1250 or 1250.50")
    decimals = (match[2] or "").rstrip("0")
    if len(decimals) > exponent:
        raise ValueError(f"{text} has more decimals than the other amounts ({exponent}); round it")
    return int(match[1] + decimals.ljust(exponent, "0"))


def decimals_needed(text: str) -> int:
    """How many decimals an amount needs: 0 for ``"4000.0"``, 2 for ``"4000.25"``."""
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an amount; write digits, like 1250 or 1250.50")
    return len((match[2] or "").rstrip("0"))


def shown(minor: int, exponent: int, currency: str) -> str:
    """An amount for people: ``£1,250``, ``£1,250.50``, ``1,250 PLN``; decimals only where needed."""
    whole, _, decimals = amount_text(abs(minor), exponent).partition(".")
    number = f"{int(whole):,}" + (f".{decimals}" if decimals.strip("0") else "")
    sign = "-" if minor < 0 else ""
    if currency in SIGNS:
        return f"{sign}{SIGNS[currency]}{number}"
    return f"{sign}{number} {currency}".rstrip()


def shown_share(minor: Fraction, exponent: int, currency: str) -> str:
    """A fraction of minor units for people, rounded down to two decimals of the currency at least."""
    return shown(_rounded_down(minor, exponent), max(exponent, 2), currency)


def shown_missing(cost: int, had: Fraction, exponent: int, currency: str) -> str:
    """What is missing to the cost, for people: it and ``shown_share(had)`` add up to the cost."""
    return shown(_rounded_down(Fraction(cost), exponent) - _rounded_down(had, exponent), max(exponent, 2), currency)


def _rounded_down(minor: Fraction, exponent: int) -> int:
    """In the smallest unit that is shown: two decimals of the currency at least."""
    scale: int = 10 ** (max(exponent, 2) - exponent)
    return minor.numerator * scale // minor.denominator
