"""Reading JSON values whose shape is stated: every field once, of its one type, and no other.

``Fields`` wraps one JSON object and knows where it stands, so that each refusal says where.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from tallying.canonical import Json

Item = TypeVar("Item")

ROUND_OR_PAPER_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""Ids of rounds and papers: they become folder names and parts of addresses."""

_PROJECT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ShapeError(ValueError):
    """A value does not have the stated shape; the message says where and what was expected."""


def is_round_or_paper_id(text: str) -> bool:
    """Whether the text may be the id of a round or a paper: ``[a-z0-9][a-z0-9-]{0,31}``."""
    return ROUND_OR_PAPER_ID.fullmatch(text) is not None


def is_project_id(text: str) -> bool:
    """Whether the text may be a project's id: ``[A-Za-z0-9][A-Za-z0-9._-]{0,63}`` without ``..``."""
    return _PROJECT_ID.fullmatch(text) is not None and ".." not in text


def is_sha256(text: str) -> bool:
    """Whether the text is a SHA-256 as 64 lower-case hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


class Fields:
    """The fields of one JSON object, taken one by one; ``done`` refuses what is left over.

    Each method raises ShapeError when the field is missing or of another type.
    """

    __slots__ = ("_left", "_where")

    def __init__(self, value: Json, where: str) -> None:
        """Wrap an object; ``where`` is its place as a person would say it ("papers[0]")."""
        if not isinstance(value, dict):
            raise ShapeError(f"{where} must be an object")
        self._left = dict(value)
        self._where = where

    def text(self, key: str) -> str:
        """A string, perhaps empty."""
        value = self._take(key)
        if not isinstance(value, str):
            raise ShapeError(f"{self._where}.{key} must be text")
        return value

    def one_of(self, key: str, choices: tuple[str, ...]) -> str:
        """One of the listed words."""
        value = self.text(key)
        if value not in choices:
            raise ShapeError(f"{self._where}.{key} must be one of {', '.join(choices)}")
        return value

    def sha256(self, key: str) -> str:
        """A SHA-256 as 64 lower-case hexadecimal digits."""
        value = self.text(key)
        if not is_sha256(value):
            raise ShapeError(f"{self._where}.{key} must be 64 lower-case hexadecimal digits")
        return value

    def whole(self, key: str) -> int:
        """A whole number, 0 or more."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ShapeError(f"{self._where}.{key} must be a whole number")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of strings."""
        return self.items(key, as_text)

    def items(self, key: str, read: Callable[[Json, str], Item]) -> tuple[Item, ...]:
        """An array, each item read by ``read(value, where)``."""
        value = self._take(key)
        if not isinstance(value, list):
            raise ShapeError(f"{self._where}.{key} must be an array")
        return tuple(read(item, where) for item, where in _placed(value, f"{self._where}.{key}"))

    def fields(self, key: str) -> "Fields":
        """An object inside this one."""
        return Fields(self._take(key), f"{self._where}.{key}")

    def done(self) -> None:
        """Refuse fields that nobody took."""
        if self._left:
            raise ShapeError(f"{self._where} holds unknown fields: {', '.join(sorted(self._left))}")

    def _take(self, key: str) -> Json:
        if key not in self._left:
            raise ShapeError(f"{self._where}.{key} is missing")
        return self._left.pop(key)


def as_text(value: Json, where: str) -> str:
    """The value as a string; raises ShapeError otherwise."""
    if not isinstance(value, str):
        raise ShapeError(f"{where} must be text")
    return value


def as_pair(value: Json, where: str) -> tuple[Json, Json]:
    """The value as an array of two; raises ShapeError otherwise."""
    if not isinstance(value, list) or len(value) != 2:
        raise ShapeError(f"{where} must be a pair")
    return value[0], value[1]


def _placed(values: list[Json], where: str) -> Iterator[tuple[Json, str]]:
    for index, value in enumerate(values):
        yield value, f"{where}[{index}]"
