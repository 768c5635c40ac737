"""The tasks of paper votes and of key copies: each stands there as long as there is something to do, and no longer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from pb_app.db import read, write
from pb_app.models.round import KeyCopy, Round
from pb_app.models.sheet import PaperBatch
from pb_app.services.key_copies import list_copies, note_destroyed
from pb_app.services.key_tasks import key_tasks
from pb_app.services.paper_channel import Stands
from pb_app.services.paper_tasks import paper_tasks
from pb_app.services.rounds import get_round, list_all_rounds
from pb_app.services.tasks import Task
from pb_app.services.work_list import find_tasks, work_list
from tests.services.booths import CLOSES, DAY, OFFICER, OPENS, SECOND, START, Booth, make_booth, make_round
from tests.services.paper_desk import READER, TYPIST, PaperDesk, picks
from voting.errors import NotFoundError, NotNowError
from voting.permissions import Actor

OWN = ("mix", "type", "type-again", "settle", "balance", "key-prove", "key-destroy")


def tasks_of(booth: Booth, by: Actor, now: datetime = CLOSES + DAY) -> dict[str, int]:
    """Of paper and keys, by kind."""
    return {kind: count for kind, count in _tasks(booth, by, now).items() if kind in OWN}


def _tasks(booth: Booth, by: Actor, now: datetime) -> Counter[str]:
    with read(booth.engine) as session:
        found: list[Task] = find_tasks(session, booth.keys, views=list_all_rounds(session), by=by, now=now)
    return Counter({task.kind: task.count for task in found})


def test_paper_votes_are_tasks_for_whoever_may_do_them_until_they_are_done(sqlite_url: str, tmp_path: Path) -> None:
    booth = make_booth(sqlite_url, tmp_path, rule=Stands.ONLINE)
    desk = PaperDesk(booth)
    codes = desk.print(22)
    assert tasks_of(booth, OFFICER, OPENS + DAY) == {}
    for code in codes[:19]:
        desk.state(code)
    assert tasks_of(booth, OFFICER, OPENS + DAY) == {}, "too few to be mixed while votes are taken"
    assert tasks_of(booth, OFFICER) == {"mix": 19, "balance": 1}
    desk.state(codes[19])
    assert tasks_of(booth, OFFICER, OPENS + DAY) == {"mix": 20}
    batch = desk.mix(20)
    assert isinstance(batch, str)
    assert tasks_of(booth, OFFICER) == {"type": 20, "balance": 1}
    texts = list(picks(20))
    desk.type(batch, texts[:5], OFFICER, 1)
    assert tasks_of(booth, OFFICER) == {"type": 15, "balance": 1}
    assert tasks_of(booth, TYPIST) == {"type": 15, "type-again": 5, "balance": 1}
    desk.type(batch, texts, OFFICER, 1)
    desk.type(batch, ["x1", *texts[1:]], TYPIST, 2)
    assert tasks_of(booth, OFFICER) == tasks_of(booth, TYPIST) == {"balance": 1}
    assert tasks_of(booth, READER) == {"settle": 1, "balance": 1}
    assert tasks_of(booth, SECOND) == {}, "paper votes are officers’ work"
    assert desk.type_one(batch, (1, 3), texts[0], READER) == []
    desk.count(1, 0)
    assert tasks_of(booth, READER) == {"balance": 1}
    desk.count(1, 1)
    assert tasks_of(booth, READER) == {}
    booth.decide_sealing()
    assert tasks_of(booth, OFFICER) == {}
    booth.engine.dispose()


def test_the_tasks_of_many_rounds_take_as_many_queries_as_those_of_one(sqlite_url: str, tmp_path: Path) -> None:
    booth = make_booth(sqlite_url, tmp_path, rule=Stands.ONLINE)
    desk = PaperDesk(booth)
    desk.fill(desk.print(20), ["1"] * 20)
    seen: list[str] = []
    event.listen(booth.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    with write(booth.engine) as session:
        view = get_round(session, "spring")
        other = replace(view, id=make_round(session, 1_000_00, Stands.ONLINE))
        session.add(PaperBatch(id="b", round_id=other.id, paper_id="harbour", number=1, size=20))
        session.flush()
        found, queries = [], []
        for views in ([view], [view, other]):
            seen.clear()
            tasks = paper_tasks(session, booth.keys, views=views, by=READER, now=CLOSES + DAY)
            tasks += key_tasks(session, views=views, by=READER, now=CLOSES + DAY)
            found.append([(task.kind, task.round_id) for task in tasks])
            queries.append(len(seen))
    assert found == [[("balance", "spring")], [("type", other.id), ("balance", "spring")]]
    assert queries == [8, 8]
    booth.engine.dispose()


def test_what_today_shows_takes_no_more_queries_for_rounds_that_need_nothing(sqlite_url: str, tmp_path: Path) -> None:
    booth = make_booth(sqlite_url, tmp_path)
    seen: list[str] = []
    event.listen(booth.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    queries = []
    with write(booth.engine) as session:
        for _ in range(3):
            make_round(session, 1_000_00)
            session.expire_all()
            seen.clear()
            assert work_list(session, booth.keys, by=OFFICER, now=START + DAY).tasks == ()
            queries.append(len(seen))
    assert queries[0] == queries[2] < 20
    booth.engine.dispose()


def test_a_copy_of_the_key_is_a_task_until_it_is_proved_and_again_until_it_is_destroyed(
    sqlite_url: str, tmp_path: Path
) -> None:
    booth = make_booth(sqlite_url, tmp_path)
    assert tasks_of(booth, OFFICER, OPENS - DAY) == {}
    with write(booth.engine) as session:
        session.get_one(KeyCopy, ("spring", OFFICER.person_id)).proved_at = None
        session.get_one(Round, "spring").opening_confirmed_at = None
    assert tasks_of(booth, OFFICER, OPENS - DAY) == {"key-prove": 1}
    assert tasks_of(booth, SECOND, OPENS - DAY) == {}, "nobody proves another’s"
    with write(booth.engine) as session:
        session.get_one(Round, "spring").opening_confirmed_at = OPENS - DAY
    with write(booth.engine) as session, pytest.raises(NotNowError, match="still needed"):
        note_destroyed(
            session, booth.keys, round_id="spring", holder_id=OFFICER.person_id, by=OFFICER, now=CLOSES + DAY
        )
    booth.decide_sealing()
    booth.seal()
    assert tasks_of(booth, OFFICER) == tasks_of(booth, SECOND) == {"key-destroy": 2}
    for by, holder in ((OFFICER, OFFICER), (OFFICER, OFFICER), (OFFICER, SECOND)):
        with write(booth.engine) as session:
            note_destroyed(
                session, booth.keys, round_id="spring", holder_id=holder.person_id, by=by, now=CLOSES + 2 * DAY
            )
            left = [one for one in list_copies(session, round_id="spring") if not one.destroyed_at]
        assert tasks_of(booth, SECOND) == ({"key-destroy": len(left)} if left else {})
    assert not left
    with write(booth.engine) as session, pytest.raises(NotFoundError):
        note_destroyed(session, booth.keys, round_id="spring", holder_id="nobody", by=OFFICER, now=CLOSES + DAY)
    booth.engine.dispose()
