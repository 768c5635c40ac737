"""Passwords: argon2id hashes, a check that takes as long for an unknown address, and what a good one needs."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from voting.errors import Problem

SHORTEST = 10
LONGEST = 200
NONE_YET = "!"
"""The hash of an account whose owner has not chosen a password: nothing fits it."""

_COMMON = frozenset(
    (
        *("1234567890", "0123456789", "qwertyuiop", "qwerty12345", "letmein123", "welcome123", "administrator"),
        *("password12", "password123", "password1234", "passw0rd123", "iloveyou123", "sunshine123", "princess123"),
        *("football123", "liverpool1", "charlie123"),
    )
)
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The encoded argon2id hash (RFC 9106), with its own salt."""
    return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether `password` fits. Without a hash the same work is done and the answer is no: time tells nothing."""
    if password_hash in (None, "", NONE_YET):
        _hasher.hash(password)  # as much work as to verify one
        return False
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def check_password(password: str, *, email: str) -> list[Problem]:
    """What is wrong with a new password. Length counts, odd characters don't (NIST SP 800-63B, 5.1.1)."""
    if len(password) < SHORTEST:
        return [
            Problem("password", f"Make the password {SHORTEST} letters or longer. Three words are easy to remember")
        ]
    if len(password) > LONGEST:
        return [Problem("password", f"Make the password {LONGEST} letters or shorter")]
    typed = password.lower()
    if typed in _COMMON or typed in (email, email.partition("@")[0]) or len(set(typed)) < 4:
        return [Problem("password", "Choose a password that nobody would guess, like three words of your own")]
    return []
