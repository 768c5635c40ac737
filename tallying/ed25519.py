"""Ed25519 signature verification (RFC 8032, section 5.1.7), in plain Python.

The verifier of a record uses the standard library alone, so that a stranger can read all of it.
Only public values pass through here: nothing is secret, so nothing needs constant time. Signing is
done elsewhere. Strict: each signature has one accepted spelling (S below the group order, point
coordinates below the field prime), and keys or commitments of small order are refused.
"""

import hashlib
from typing import TypeAlias

FIELD = 2**255 - 19
"""p of RFC 8032: coordinates are whole numbers modulo this prime."""

ORDER = 2**252 + 27742317777372353535851937790883648493
"""L of RFC 8032: the order of the base point."""

_D = -121665 * pow(121666, -1, FIELD) % FIELD
_ROOT_OF_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)
_SIGN_BIT = 1 << 255

Point: TypeAlias = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x*y = T/Z (RFC 8032, section 5.1.4)."""

_NEUTRAL: Point = (0, 1, 1, 0)


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) over ``message`` was made with the private half of ``key``.

    False, never an exception, for keys and signatures of the wrong length, in a second spelling,
    or of small order.
    """
    if len(signature) != 64:
        return False
    public, commitment = _read_point(key), _read_point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    x, y, z, t = public
    return _are_equal(_combine(scalar, _BASE, challenge, (-x, y, z, -t)), commitment)


def is_public_key(key: bytes) -> bool:
    """Whether these 32 bytes are one canonical point that is not of small order."""
    return _read_point(key) is not None


def _read_point(data: bytes) -> Point | None:
    """The point in its one canonical spelling (RFC 8032, section 5.1.3), None for any other."""
    if len(data) != 32:
        return None
    number = int.from_bytes(data, "little")
    is_odd, y = bool(number & _SIGN_BIT), number & (_SIGN_BIT - 1)
    x = _x_of(y, is_odd) if y < FIELD else None
    if x is None:
        return None
    point = (x, y, 1, x * y % FIELD)
    is_small = _are_equal(_double(_double(_double(point))), _NEUTRAL)  # its order divides 8
    return None if is_small else point


def _x_of(y: int, is_odd: bool) -> int | None:
    """The x with this y and parity on the curve -x**2 + y**2 = 1 + d*x**2*y**2."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if x * x % FIELD != square:
        x = x * _ROOT_OF_MINUS_ONE % FIELD
    if x * x % FIELD != square or (x == 0 and is_odd):
        return None
    return x if bool(x & 1) == is_odd else FIELD - x


def _add(one: Point, other: Point) -> Point:
    """The sum of two points; also doubles (RFC 8032, section 5.1.4: the formula is complete)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % FIELD
    b = (one[1] + one[0]) * (other[1] + other[0]) % FIELD
    c = 2 * one[3] * other[3] * _D % FIELD
    d = 2 * one[2] * other[2] % FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


def _double(point: Point) -> Point:
    """A point added to itself (RFC 8032, section 5.1.4)."""
    a, b = point[0] * point[0] % FIELD, point[1] * point[1] % FIELD
    c, h = 2 * point[2] * point[2] % FIELD, a + b
    e, g = h - (point[0] + point[1]) * (point[0] + point[1]) % FIELD, a - b
    f = c + g
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


def _combine(one: int, point: Point, other: int, second: Point) -> Point:
    """``one`` times a point plus ``other`` times a second one, doubling for both at once."""
    addends = (_NEUTRAL, point, second, _add(point, second))
    result = _NEUTRAL
    for bit in range(max(one.bit_length(), other.bit_length()) - 1, -1, -1):
        result = _double(result)
        which = (one >> bit & 1) + 2 * (other >> bit & 1)
        if which:
            result = _add(result, addends[which])
    return result


def _are_equal(one: Point, other: Point) -> bool:
    """Whether two points are the same, compared without dividing by Z."""
    same_x = (one[0] * other[2] - other[0] * one[2]) % FIELD == 0
    return same_x and (one[1] * other[2] - other[1] * one[2]) % FIELD == 0


_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960
_BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % FIELD)
