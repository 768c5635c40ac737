"""Canonical bytes: one spelling for each JSON value, so that equal values have equal hashes.

UTF-8 without a byte-order mark and without insignificant spaces. Inside strings only ``\\"``,
``\\\\`` and ``\\u00xx`` (lower case, for U+0000 to U+001F) are escaped. Object keys are ASCII,
sorted, each once. Numbers are whole, 0 <= n < 2**53. There is no ``null``, no fraction and no lone
surrogate; text is not normalised. Files end in one newline; bytes inside hashes have none.
The full specification with fixed vectors is ``docs/formats/canonical.md``.
"""

import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json]"
"""What ``loads`` returns."""

Writable: TypeAlias = "bool | int | str | Sequence[Writable] | Mapping[str, Writable]"
"""What ``dumps`` takes: tuples and read-only mappings are welcome too."""

LIMIT = 2**53
"""Whole numbers stay below this, because JavaScript reads larger ones wrongly."""

DEPTH = 64
"""The deepest nesting that is read or written; a record needs eight levels."""

_ESCAPED = re.compile(r'["\\\x00-\x1f]')
_DIGITS = len(str(LIMIT))
_SHOWN = 60


class CanonicalError(ValueError):
    """The value has no canonical form, or the bytes are not the canonical ones."""


def dumps(value: Writable) -> bytes:
    """The canonical bytes of a value, with no final newline: the form that hashes cover.

    Raises CanonicalError for null, fractions, numbers outside 0 <= n < 2**53, keys that are not
    ASCII, lone surrogates, and nesting deeper than DEPTH.
    """
    parts: list[str] = []
    _write(value, parts, 0)
    try:
        return "".join(parts).encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError("text holds half of a surrogate pair; remove that character") from error


def dump_file(value: Writable) -> bytes:
    """The canonical bytes of a value as a file: ``dumps`` and one final newline."""
    return dumps(value) + b"\n"


def loads(data: bytes) -> Json:
    """The value of canonical bytes (no final newline).

    Raises CanonicalError, saying where, for anything but the one canonical spelling: duplicate or
    unsorted keys, spaces, other escapes, null, fractions, large numbers, lone surrogates.
    """
    value = _parse(data)
    again = dumps(value)
    if again != data:
        raise CanonicalError(f"not in canonical form from byte {_first_difference(again, data)}")
    return value


def load_file(data: bytes) -> Json:
    """The value of a canonical file: ``loads`` of all but its one final newline."""
    if not data.endswith(b"\n"):
        raise CanonicalError("the file does not end in a newline")
    return loads(data[:-1])


def sha256_hex(data: bytes) -> str:
    """SHA-256 of the bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def to_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes of standard base64; the one canonical spelling only (unused bits are zero).

    Raises CanonicalError for anything else.
    """
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise CanonicalError("not base64") from error
    if to_base64(data) != text:
        raise CanonicalError("base64 in a second spelling (unused bits are set)")
    return data


def _write(value: object, parts: list[str], depth: int) -> None:
    if depth > DEPTH:
        raise CanonicalError(f"nested deeper than {DEPTH} levels")
    if isinstance(value, str):
        parts.append(_quote(value))
    elif value is True or value is False:
        parts.append("true" if value else "false")
    elif isinstance(value, int):
        parts.append(_number(value))
    elif isinstance(value, Mapping):
        _write_object(value, parts, depth)
    elif isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        _write_array(value, parts, depth)
    else:
        raise CanonicalError(f"a {type(value).__name__} has no canonical form: {_shown(value)}")


def _write_array(value: Sequence[object], parts: list[str], depth: int) -> None:
    parts.append("[")
    for index, item in enumerate(value):
        if index:
            parts.append(",")
        _write(item, parts, depth + 1)
    parts.append("]")


def _write_object(value: Mapping[object, object], parts: list[str], depth: int) -> None:
    parts.append("{")
    for index, key in enumerate(sorted(_key(key) for key in value)):
        parts.append(f"{',' if index else ''}{_quote(key)}:")
        _write(value[key], parts, depth + 1)
    parts.append("}")


def _key(key: object) -> str:
    if isinstance(key, str) and key.isascii():
        return key
    raise CanonicalError(f"an object key must be ASCII text, not {_shown(key)}")


def _number(value: int) -> str:
    if 0 <= value < LIMIT:
        return str(int(value))
    raise CanonicalError("a number is outside 0 <= n < 2**53; write it as text")


def _quote(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"


def _parse(data: bytes) -> Json:
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_int=_read_number,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except UnicodeDecodeError as error:
        raise CanonicalError(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise CanonicalError(f"not JSON: {error}") from error
    except RecursionError as error:
        raise CanonicalError(f"nested deeper than {DEPTH} levels") from error
    return value


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for key, value in pairs:
        if key in members:
            raise CanonicalError(f"the key {_shown(key)} stands twice in one object")
        members[key] = value
    return members


def _read_number(digits: str) -> int:
    if len(digits) > _DIGITS:  # before int(): a number of many thousand digits is slow to read
        raise CanonicalError("a number is outside 0 <= n < 2**53; write it as text")
    return int(digits)


def _refuse_number(digits: str) -> int:
    raise CanonicalError(f"numbers must be whole, not {_shown(digits)}")


def _first_difference(one: bytes, other: bytes) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
