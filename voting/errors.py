"""What can go wrong while voting: mendable problems are values, refusals are exceptions.

A refusal is a leaf of `VotingError`; `pb_app.web.errors` maps each leaf to a status and a page, once.
Its message is the sentence the person reads, so it says what happened and what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing the person can mend.

    `field` is the name of the form field it belongs to ("" for the whole form); `message` says how to mend it.
    """

    field: str
    message: str


class VotingError(Exception):
    """A refusal, with the sentence that the person reads."""


class NotAllowedError(VotingError):
    """This person may not do this, whatever the time (403)."""


class NotNowError(VotingError):
    """Nobody may do this in the round's present phase (409)."""


class NotFoundError(VotingError):
    """There is no such thing, or this person may not know of it (404)."""


class NotYetError(VotingError):
    """It will be public later, and is not yet (404)."""


class NotOnRollError(VotingError):
    """No roll entry of this person opens this paper (403)."""


class CodeUsedError(VotingError):
    """The letter code alone was used where a ballot stands already (409); the tracker is needed."""


class PaperArrivedError(VotingError):
    """A ballot sheet of this voter has come back, which closes every other way in (409)."""


class CodeUnknownError(VotingError):
    """No such letter code, or the tracker is not one of this code's (404)."""


class SecondPersonError(VotingError):
    """The second of two people must be somebody else, and allowed to confirm (403)."""


class KeyReusedError(VotingError):
    """The same idempotency key came with other marks (409); nothing was changed."""


class TooManyTriesError(VotingError):
    """Too many tries within the hour (429)."""


class ChangedMeanwhileError(VotingError):
    """Somebody changed the thing since it was read (409)."""


class ReadOnlyError(VotingError):
    """A register is not the one that was signed before, so nothing is changed until people have looked (503)."""
