"""Two ballots by declaration: one online, one in person; each is a slot of its own with its own tracker."""

from __future__ import annotations

IN_PERSON = frozenset({"event", "group", "paper"})
"""Channels whose voter was there: checked in at an event, in a supervised group, or with a sheet of paper."""

ONLINE_SLOT, IN_PERSON_SLOT = 1, 2
TWO = 2
"""Ballots of a voter where two are declared; no paper of ours has more."""


def slot_of(ballots_per_voter: int, channel: str) -> int:
    """The slot that a ballot through this channel takes: 1, or 2 in person where two ballots are declared."""
    return IN_PERSON_SLOT if ballots_per_voter >= TWO and channel in IN_PERSON else ONLINE_SLOT


def slots_of(ballots_per_voter: int) -> tuple[int, ...]:
    """Every slot of a paper."""
    return (ONLINE_SLOT, IN_PERSON_SLOT) if ballots_per_voter >= TWO else (ONLINE_SLOT,)
