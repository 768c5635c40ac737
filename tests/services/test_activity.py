"""The activity log: a chain that shows every change, and holds nobody's data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from pb_app.db import make_engine, read, write
from pb_app.models.activity import ActivityDetails, ActivityEvent
from pb_app.services.activity import FIRST, Event, broken_details, chain_head, log, verify_chain
from voting.permissions import Actor, Role

NOW = datetime(2026, 3, 6, 14, 30, 0, 123456, tzinfo=UTC)
DANA = Actor("d" * 32, frozenset({Role.OFFICER}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Event):
    kind: ClassVar[str] = "thing:test:happened"
    note: str

    def objects(self) -> list[tuple[str, str]]:
        return [("thing", "t1")]

    def details(self) -> dict[str, str]:
        return {"note": self.note}


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    made = make_engine(engine_url)
    yield made
    made.dispose()


def fill(engine: Engine, count: int) -> None:
    with write(engine) as session:
        for n in range(count):
            log(session, Happened(round_id="r1", note=f"secret {n}"), by=DANA, now=NOW)


def test_a_log_as_it_was_written_is_whole(engine: Engine) -> None:
    fill(engine, 5)
    with read(engine) as session:
        assert verify_chain(session) == []
        assert broken_details(session) == []
        assert session.scalars(select(ActivityEvent.n).order_by(ActivityEvent.n)).all() == [1, 2, 3, 4, 5]


def test_an_empty_log_is_whole_and_has_a_head(engine: Engine) -> None:
    with read(engine) as session:
        assert verify_chain(session) == []
        assert chain_head(session) == FIRST


CHANGES: dict[str, tuple[Callable[[Session], object], list[int]]] = {
    "another kind": (lambda s: s.execute(update(ActivityEvent).where(ActivityEvent.n == 3).values(kind="x:y:z")), [3]),
    "another actor": (
        lambda s: s.execute(update(ActivityEvent).where(ActivityEvent.n == 3).values(actor_id=None)),
        [3],
    ),
    "another round": (
        lambda s: s.execute(update(ActivityEvent).where(ActivityEvent.n == 3).values(round_id="r2")),
        [3],
    ),
    "another time": (
        lambda s: s.execute(
            update(ActivityEvent).where(ActivityEvent.n == 3).values(at=NOW.replace(microsecond=123457))
        ),
        [3],
    ),
    "another object": (
        lambda s: s.execute(update(ActivityEvent).where(ActivityEvent.n == 3).values(object_ids='[["thing","t2"]]')),
        [3],
    ),
    "another hash": (
        lambda s: s.execute(update(ActivityEvent).where(ActivityEvent.n == 3).values(hash="0" * 64)),
        [3, 4],
    ),
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_each_change_shows_where_it_was_made(engine: Engine, name: str) -> None:
    change, broken = CHANGES[name]
    fill(engine, 5)
    with write(engine) as session:
        change(session)
    with read(engine) as session:
        assert verify_chain(session) == broken


def test_an_event_taken_out_shows_at_the_next_one(engine: Engine) -> None:
    fill(engine, 5)
    with write(engine) as session:
        session.execute(delete(ActivityDetails).where(ActivityDetails.n == 3))
        session.execute(delete(ActivityEvent).where(ActivityEvent.n == 3))
    with read(engine) as session:
        assert verify_chain(session) == [4]


def test_details_can_be_erased_and_the_chain_stays_whole(engine: Engine) -> None:
    fill(engine, 3)
    with write(engine) as session:
        session.execute(delete(ActivityDetails).where(ActivityDetails.n == 2))
    with read(engine) as session:
        assert verify_chain(session) == []
        assert broken_details(session) == []


def test_changed_details_no_longer_fit_their_commitment(engine: Engine) -> None:
    fill(engine, 3)
    with write(engine) as session:
        session.execute(update(ActivityDetails).where(ActivityDetails.n == 2).values(details='{"note":"other"}'))
    with read(engine) as session:
        assert broken_details(session) == [2]


def test_the_chain_holds_no_detail_in_clear(engine: Engine) -> None:
    fill(engine, 1)
    with read(engine) as session:
        row = session.scalars(select(ActivityEvent)).one()
        kept = " ".join(str(getattr(row, column.key)) for column in ActivityEvent.__table__.columns)
    assert "secret" not in kept


def test_the_same_details_twice_have_different_commitments(engine: Engine) -> None:
    with write(engine) as session:
        for _ in range(2):
            log(session, Happened(note="the same"), by=None, now=NOW)
    with read(engine) as session:
        assert len(set(session.scalars(select(ActivityEvent.commitment)))) == 2


def test_eight_writers_at_once_make_one_chain_without_a_gap(engine: Engine) -> None:
    threads = [threading.Thread(target=fill, args=(engine, 5)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read(engine) as session:
        assert session.scalars(select(ActivityEvent.n).order_by(ActivityEvent.n)).all() == list(range(1, 41))
        assert verify_chain(session) == []


def test_a_change_that_fails_leaves_no_event(engine: Engine) -> None:
    def change() -> None:
        with write(engine) as session:
            log(session, Happened(note="x"), by=DANA, now=NOW)
            raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError):
        change()
    with read(engine) as session:
        assert chain_head(session) == FIRST
