"""How often each fault is tried: `FAULTS_SIZE` is tiny (in `make test`; 0 is never), small (minutes), or full."""

from __future__ import annotations

import os

_SIZES = {
    "killed while casting": (3, 25, 500),
    "killed servers": (2, 8, 100),
    "power cuts": (8, 40, 200),
    "closes": (5, 40, 200),
    "sealings": (1, 5, 50),
    "every so many bits": (61, 1, 1),
    "casts in order": (0, 1_000, 10_000),
    "restores": (2, 5, 20),
}


def times(what: str) -> int:
    """How often `what` is tried in the size that was asked for."""
    return _SIZES[what][("tiny", "small", "full").index(os.environ.get("FAULTS_SIZE", "tiny"))]
