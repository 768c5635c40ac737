"""Roots over the roll: who may vote and who did, without naming anybody.

Each roll entry is hidden by 32 random bytes that the auditor gets; once they are erased, nothing is left of it.
"""

import hashlib
from collections.abc import Iterable

from tallying.merkle import root_of

SALT_LENGTH = 32


def roll_commitment(round_id: str, salt: bytes, roll_id: str) -> bytes:
    """What stands for one roll entry: 32 bytes that only the holder of its salt (32 bytes) can tell."""
    if len(salt) != SALT_LENGTH:
        raise ValueError(f"a salt is {SALT_LENGTH} bytes long")
    return hashlib.sha256(f"pb-roll-v1\n{round_id}\n".encode("ascii") + salt + roll_id.encode("ascii")).digest()


def roll_root(commitments: Iterable[bytes]) -> str:
    """The Merkle root (hexadecimal) over commitments, sorted by their bytes: their order tells nothing."""
    return root_of(sorted(commitments)).hex()
