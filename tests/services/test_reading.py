"""A reading transaction, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from pb_app.db import make_engine, read

_OFTEN = 8
"""psycopg prepares what it was asked more than five times."""


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    """An engine with an up-to-date database."""
    made = make_engine(engine_url)
    yield made
    made.dispose()


def test_nothing_can_be_written_in_it_and_the_connection_can_write_again_after_it(engine: Engine) -> None:
    delete = text("DELETE FROM council")

    with pytest.raises(DatabaseError), read(engine) as session:
        session.execute(delete)

    with engine.begin() as connection:
        connection.execute(delete)


def test_postgresql_keeps_the_plan_of_what_every_page_asks(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    asked = text("SELECT count(*) FROM pg_prepared_statements")

    for _ in range(_OFTEN):
        with read(engine) as session:
            kept = session.scalar(asked)

    engine.dispose()
    assert kept == 1
