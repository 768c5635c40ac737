"""The dates of a round's messages about votes: the middle of voting, two days before its end, and afterwards.

They are fixed by the timetable alone. (Messages every night would single out most people who changed their vote.)
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

BEFORE_END = timedelta(days=2)


class MessageDate(StrEnum):
    """Which of the three, in their order."""

    MIDDLE = "middle"
    BEFORE_END = "before-end"
    AFTERWARDS = "afterwards"


DATES = tuple(MessageDate)


def due_date(opens: datetime, closes: datetime, now: datetime) -> MessageDate | None:
    """The last date that has come by `now`; None before the first. A round of up to four days has no second date."""
    middle = opens + (closes - opens) / 2
    dates = [(MessageDate.MIDDLE, middle)]
    if closes - BEFORE_END > middle:
        dates.append((MessageDate.BEFORE_END, closes - BEFORE_END))
    dates.append((MessageDate.AFTERWARDS, closes))
    return max((date for date, at in dates if at <= now), key=DATES.index, default=None)
