"""Ids, digests and times that stand in file names, addresses and hashes: what each may look like."""

import re
from datetime import datetime

_ROUND_OR_PAPER = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_PROJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TRACKER = re.compile(r"[A-Z2-7]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def is_round_or_paper_id(text: str) -> bool:
    """Whether the text may be the id of a round or a paper: ``[a-z0-9][a-z0-9-]{0,31}``."""
    return _ROUND_OR_PAPER.fullmatch(text) is not None


def is_project_id(text: str) -> bool:
    """Whether the text may be a project's id: ``[A-Za-z0-9][A-Za-z0-9._-]{0,63}`` without ``..``."""
    return _PROJECT.fullmatch(text) is not None and ".." not in text


def is_tracker(text: str) -> bool:
    """Whether the text may be a tracker: 16 characters of RFC 4648 base32, upper case."""
    return _TRACKER.fullmatch(text) is not None


def is_time(text: str) -> bool:
    """Whether the text is a moment in UTC in whole seconds: ``2026-03-13T17:00:00Z``."""
    try:
        return _TIME.fullmatch(text) is not None and bool(datetime.fromisoformat(text[:-1]))
    except ValueError:
        return False


def is_sha256(text: str) -> bool:
    """Whether the text is a SHA-256 as 64 lower-case hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None
