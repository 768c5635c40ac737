"""One line of what waits for somebody: what there is to do, in which round, how many, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: how many of it, since when the oldest waits, and by when it should be done.

    `at` names the one thing of the round where it is done (a batch of ballots); "" for the round's own page.
    """

    kind: str
    round_id: str = ""
    round_title: str = ""
    count: int = 1
    since: datetime | None = None
    due: datetime | None = None
    at: str = ""
