"""Every migration goes up and down on both engines and ends at the tables that the models describe."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

import pb_app.models
from pb_app.db import Base, make_engine, read, write
from pb_app.migrations import downgrade, upgrade
from pb_app.models.person import Person
from pb_app.services.codes import make_codes, resolve_code
from pb_app.services.letter_batches import list_batches
from tests.services.booths import OFFICER, OPENS, make_booth


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


def test_letters_made_before_long_runs_still_open_their_papers(engine_url: str, tmp_path: Path) -> None:
    booth = make_booth(engine_url, tmp_path)
    with write(booth.engine) as session:
        made = [
            make_codes(session, booth.keys, round_id="spring", area_id=area, count=3, by=OFFICER, now=OPENS)
            for area in ("north", "south")
        ]
    booth.engine.dispose()
    downgrade(booth.engine, "0003")
    upgrade(booth.engine)
    with read(booth.engine) as session:
        codes = [one.code for codes in made for one in codes]
        found = [resolve_code(session, booth.keys, round_id="spring", code=code) for code in codes]
        batches = list_batches(session, round_id="spring")
        to_search = set(session.execute(select(Person.name, Person.search_name)).all())
    assert len({entry.roll_id for entry in found}) == 6
    assert sorted(batch.number for batch in batches) == [1, 2]
    assert {(batch.state, batch.size, batch.done) for batch in batches} == {("downloaded", 3, 3)}
    assert to_search == {(name, name.lower()) for name, _ in to_search}
    booth.engine.dispose()
