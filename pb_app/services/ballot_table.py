"""The table of encrypted rows, rewritten without one round's: a row's place must not tell when it was cast."""

from __future__ import annotations

from sqlalchemy import Table, text
from sqlalchemy.orm import Session

from pb_app.models.ballot import BallotRow

_COPY = "ballot_row_copy"


def drop_ballots_of(session: Session, round_id: str) -> None:
    """Removes a round's rows and drops the table they were in; other rounds' rows go into a new one, ordered by k.

    All in the session's transaction, so that a crash leaves the old table or the new one.
    """
    table = BallotRow.__table__
    if not isinstance(table, Table):
        raise TypeError("ballot rows live in a table")
    columns = ", ".join(column.name for column in table.columns)
    order = "ORDER BY round_id, paper_id, k, version"
    copied = f"SELECT {columns} FROM ballot_row {order}"  # noqa: S608 -- our own column names
    session.execute(text("DELETE FROM ballot_row WHERE round_id = :round_id"), {"round_id": round_id})
    session.execute(text(f"CREATE TEMPORARY TABLE {_COPY} AS {copied}"))
    connection = session.connection()
    table.drop(connection)
    table.create(connection)
    session.execute(text(f"INSERT INTO ballot_row ({columns}) SELECT {columns} FROM {_COPY} {order}"))  # noqa: S608 -- our own column names
    session.execute(text(f"DROP TABLE {_COPY}"))
    session.expire_all()
