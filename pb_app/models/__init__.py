"""Tables, by noun. Import a table from its own module; this file only makes the metadata whole."""

from pb_app.models import (
    activity,
    area,
    ballot,
    event,
    mail,
    paper,
    person,
    proposal,
    record,
    register,
    roll,
    round,  # noqa: A004 -- the module of that table; nobody rounds numbers here
    sheet,
    sign_in,
    voter,
)

__all__ = [
    "activity", "area", "ballot", "event", "mail", "paper", "person", "proposal", "record", "register", "roll", "round",
    "sheet", "sign_in", "voter",
]  # fmt: skip
