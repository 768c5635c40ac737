"""Every migration goes up and down on both engines and ends at the tables that the models describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

import pb_app.models
from pb_app.db import Base, make_engine
from pb_app.migrations import downgrade, upgrade


def test_migrating_up_makes_the_tables_that_the_models_describe(empty_url: str) -> None:
    engine = make_engine(empty_url)
    upgrade(engine)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert set(inspect(engine).get_table_names()) - {"alembic_version"} == set(Base.metadata.tables)
    assert pb_app.models.__all__
    engine.dispose()


def test_migrating_down_leaves_nothing_and_up_works_again(empty_url: str) -> None:
    engine = make_engine(empty_url)
    upgrade(engine)
    downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(engine)
    upgrade(engine)
    assert "ballot_row" in inspect(engine).get_table_names()
    engine.dispose()
