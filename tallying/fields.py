"""Reading the members of a JSON document: each of one type, none missing, none unknown.

Every reader takes ``where``, the path of the member, and raises FieldError with it.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from tallying.canonical import Json
from tallying.ratio import read_ratio

NONE = "none"
"""The written form of "does not apply"."""

_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
Choice = TypeVar("Choice", bound=StrEnum)


class FieldError(ValueError):
    """A member is missing, unknown or of another type."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


def members(value: Json, where: str, keys: Sequence[str]) -> dict[str, Json]:
    """The object with exactly these keys."""
    if not isinstance(value, dict):
        raise FieldError(where, "write an object here, in braces")
    for key in value:
        if key not in keys:
            raise FieldError(where, f"unknown key {key!r}; take it out (known: {', '.join(keys)})")
    for key in keys:
        if key not in value:
            raise FieldError(where, f'the key {key!r} is missing; write it, as "none" when unused')
    return value


def items(value: Json, where: str) -> list[Json]:
    """A list."""
    if not isinstance(value, list):
        raise FieldError(where, "write a list here, in square brackets")
    return value


def text(value: Json, where: str) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise FieldError(where, "write text here, in quotes")
    return value


def texts(value: Json, where: str) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(text(item, where) for item in items(value, where))


def whole(value: Json, where: str) -> int:
    """A whole number, 0 or more."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise FieldError(where, "write a whole number here, 0 or more, without quotes")
    return value


def truth(value: Json, where: str) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise FieldError(where, "write true or false here")
    return value


def whole_or_none(value: Json, where: str) -> int | None:
    """A whole number, or None where "none" is written."""
    return None if value == NONE else whole(value, where)


def ratio(value: Json, where: str) -> Fraction:
    """A share ``"n/d"``."""
    try:
        return read_ratio(value)
    except ValueError as error:
        raise FieldError(where, str(error)) from error


def ratio_or_none(value: Json, where: str) -> Fraction | None:
    """A share, or None where "none" is written."""
    return None if value == NONE else ratio(value, where)


def decimal(value: Json, where: str) -> str:
    """An amount in currency units as decimal text, kept as it is written."""
    if not isinstance(value, str) or _DECIMAL.fullmatch(value) is None:
        raise FieldError(where, 'write an amount in quotes, like "1" or "0.50"')
    return value


def decimal_or_none(value: Json, where: str) -> str:
    """An amount as decimal text, or "none"."""
    return NONE if value == NONE else decimal(value, where)


def choice(value: Json, where: str, kind: type[Choice]) -> Choice:
    """One of the words of an enumeration."""
    for word in kind:
        if value == word.value:
            return word
    known = ", ".join(word.value for word in kind)
    raise FieldError(where, f"{value!r} is not one of: {known}")
