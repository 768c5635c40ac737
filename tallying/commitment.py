"""What a voter's ballot is bound to: the digest d, the commitment c, and a key's fingerprint.

``d = SHA256(r || canonical(ballot, w))`` hides the ballot behind 32 random bytes r;
``c = SHA256("pb-ballot-v1\\n" round "\\n" paper "\\n" T "\\n" version "\\n" || d)`` binds it to its round,
paper, tracker and version. Fixed vectors stand in ``docs/formats/canonical.md``.
"""

import hashlib
import re
from typing import TypeAlias

from tallying.canonical import Writable, dumps, sha256_hex
from tallying.election import Ballot, ballot_value
from tallying.ids import is_round_or_paper_id, is_tracker
from tallying.values import frozen_value

NONCE_LENGTH = 32
"""Bytes of r."""

_GROUPING = re.compile(r"[\s:-]")
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_CHECK_NUMBER = re.compile(r"[0-9]{0,6}")


@frozen_value
class Blank:
    """A vote withdrawn: opened and listed in the ledger, neither counted nor part of B/n."""


Marks: TypeAlias = Ballot | Blank
"""What a voter may cast on a paper."""


def is_check_number(text: str) -> bool:
    """Whether the text may be a voter's check number w: 0 to 6 digits."""
    return text.isascii() and _CHECK_NUMBER.fullmatch(text) is not None


def marks_value(marks: Marks) -> dict[str, Writable]:
    """The marks as JSON: a ballot's own, or ``{"kind":"blank"}``."""
    return {"kind": "blank"} if isinstance(marks, Blank) else ballot_value(marks)


def canonical_marks(marks: Marks, check_number: str) -> bytes:
    """``canonical(ballot, w)``: ``{"ballot":…,"w":…}`` without a final newline.

    An approval's ids stand in paper order, as ``election.normalised`` puts them. Raises ValueError
    for a check number that is not 0 to 6 digits.
    """
    if not is_check_number(check_number):
        raise ValueError("a check number is 0 to 6 digits")
    return dumps({"ballot": marks_value(marks), "w": check_number})


def ballot_digest(nonce: bytes, marks: Marks, check_number: str) -> bytes:
    """d, 32 bytes. Raises ValueError unless the nonce r is 32 bytes long."""
    if len(nonce) != NONCE_LENGTH:
        raise ValueError(f"a nonce is {NONCE_LENGTH} bytes long")
    return hashlib.sha256(nonce + canonical_marks(marks, check_number)).digest()


def commitment(round_id: str, paper_id: str, tracker: str, version: int, digest: bytes) -> bytes:
    """c, 32 bytes, of a digest d.

    Raises ValueError for ids, trackers and versions that are not written as ``register.md`` says:
    two different ballots can never be the same bytes.
    """
    check_ballot_name(round_id, paper_id, tracker, version)
    if len(digest) != hashlib.sha256().digest_size:
        raise ValueError("a digest is 32 bytes long")
    head = f"pb-ballot-v1\n{round_id}\n{paper_id}\n{tracker}\n{version}\n"
    return hashlib.sha256(head.encode("ascii") + digest).digest()


def check_ballot_name(round_id: str, paper_id: str, tracker: str, version: int) -> None:
    """Raise ValueError unless these name one version of one ballot."""
    if not (is_round_or_paper_id(round_id) and is_round_or_paper_id(paper_id)):
        raise ValueError("ids of rounds and papers look like [a-z0-9][a-z0-9-]{0,31}")
    if not is_tracker(tracker):
        raise ValueError("a tracker is 16 characters of A to Z and 2 to 7")
    if version < 1:
        raise ValueError("versions count from 1")


def fingerprint(key: bytes) -> str:
    """A public key's fingerprint, as on letters and receipts and in the minutes.

    The first 32 hexadecimal digits of SHA-256(key), in eight groups of four.
    """
    digits = sha256_hex(key)[:32]
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


def fingerprint_digits(text: str) -> str:
    """A fingerprint as a person typed it, in any grouping and case, as 32 hexadecimal digits.

    Raises ValueError for anything else.
    """
    digits = _GROUPING.sub("", text).lower()
    if _FINGERPRINT.fullmatch(digits) is None:
        raise ValueError("a fingerprint is 32 hexadecimal digits, in eight groups of four")
    return digits
