"""Trackers and row keys: what stands for a voter on one paper, and says nothing without the round key.

``T = base32(HMAC-SHA256(round_key, "T1\\n" round "\\n" paper "\\n" roll_id "\\n" slot))[:16]`` is the voter's
public tracker; ``k`` is the same with ``K1``: the private key of the ballot's rows. Fixed vectors stand in
``docs/formats/canonical.md``.
"""

import base64
import hmac

LENGTH = 16
"""Characters of a tracker or row key: 80 bits."""

KEY_LENGTH = 32
"""Bytes of a round key."""


def tracker(round_key: bytes, round_id: str, paper_id: str, roll_id: str, slot: int = 1) -> str:
    """T: 16 upper-case base32 characters (RFC 4648). ``slot`` is 1, or 1 and 2 for two ballots a voter.

    Raises ValueError for a key of another length, a slot below 1, and ids with a line break.
    """
    return _derived(b"T1", round_key, (round_id, paper_id, roll_id), slot)


def row_key(round_key: bytes, round_id: str, paper_id: str, roll_id: str, slot: int = 1) -> str:
    """k: as ``tracker``, and never told from it without the round key."""
    return _derived(b"K1", round_key, (round_id, paper_id, roll_id), slot)


def _derived(purpose: bytes, round_key: bytes, ids: tuple[str, str, str], slot: int) -> str:
    if len(round_key) != KEY_LENGTH:
        raise ValueError(f"a round key is {KEY_LENGTH} bytes long")
    if slot < 1 or any("\n" in text for text in ids):
        raise ValueError("slots count from 1, and an id holds no line break")
    message = b"\n".join((purpose, *(text.encode("utf-8") for text in ids), str(slot).encode("ascii")))
    digest = hmac.digest(round_key, message, "sha256")
    return base64.b32encode(digest).decode("ascii")[:LENGTH]
