"""From cast to published record, on both engines, and through crashes between any two steps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, func, inspect, select

from pb_app.db import Base, read, write
from pb_app.models.ballot import BallotRow, OpenedBallot, SealingStep
from pb_app.models.paper import Paper
from pb_app.models.round import Round
from pb_app.services.ballot_box import BoxFaultError
from pb_app.services.publishing import publish, record_bytes
from pb_app.services.sealing import NAMES, Stage, find_sealing, run_next_step
from pb_app.services.turnout import turnout
from tallying.election import Approval
from tallying.record import load
from tallying.verify import verify
from tests.prepared import made_once
from tests.services.booths import CLOSES, DAY, OFFICER, Booth
from tests.services.twins import Twin
from voting.errors import NotFoundError, NotNowError

LATER = CLOSES + 2 * DAY


@pytest.fixture
def ended(booth: Booth) -> Booth:
    end(booth)
    return booth


@made_once
def end(booth: Booth) -> None:
    """Everybody has voted, voting is over and two people have decided to seal."""
    booth.fill()
    booth.decide_sealing()


def test_a_round_is_cast_sealed_published_and_verified(ended: Booth) -> None:
    assert ended.seal().stage is Stage.STAGED
    with write(ended.engine) as session:
        publish(session, round_id="spring", by=OFFICER, now=LATER)
    with read(ended.engine) as session:
        data = record_bytes(session, "spring")
    assert data == ended.staged
    report = verify(load(data), ended.keys.fingerprint())
    assert report.holds, report.lines()
    record = load(data)
    assert [len(record.rows(paper)) for paper in ("harbour", "everywhere")] == [5, 12]
    assert [one.blank for one in record.ledgers] == [1, 0]
    assert [one.superseded for one in record.ledgers] == [1, 2]
    with pytest.raises(NotNowError), write(ended.engine) as session:
        publish(session, round_id="spring", by=OFFICER, now=LATER)


def test_the_last_version_of_each_receipt_is_the_ballot_that_counts(booth: Booth) -> None:
    booth.fill()
    receipt = booth.vote(4, "swings", paper="everywhere")
    booth.decide_sealing()
    booth.seal()
    assert dict(booth.record.rows("everywhere"))[receipt.tracker] == Approval(("swings",))


class PowerCutError(Exception):
    """The machine stopped before this commit."""


def cut_power(_connection: Connection) -> None:
    raise PowerCutError


def test_a_crash_at_any_point_of_sealing_resumes_to_the_same_bytes(sqlite_booth: Booth, twin: Twin) -> None:
    end(sqlite_booth)
    straight = twin(sqlite_booth)
    assert straight.seal().stage is Stage.STAGED
    for crash_at in range(len(NAMES)):
        booth = twin(sqlite_booth)
        crash_in_next_step(booth, crash_at)
        assert booth.seal().stage is Stage.STAGED
        assert booth.staged == straight.staged, NAMES[crash_at]
        assert booth.keys.is_destroyed("spring")
        run_next_step(sqlite_booth.engine, sqlite_booth.keys, round_id="spring", clock=sqlite_booth.clock)


def test_a_crash_in_every_step_of_one_sealing_leads_to_the_same_bytes(ended: Booth, twin: Twin) -> None:
    straight = twin(ended)
    assert straight.seal().stage is Stage.STAGED
    for crash_at in range(len(NAMES)):
        crash_in_next_step(ended, crash_at)
        run_next_step(ended.engine, ended.keys, round_id="spring", clock=ended.clock)
    assert ended.seal().stage is Stage.STAGED
    assert ended.staged == straight.staged
    assert ended.keys.is_destroyed("spring")


def crash_in_next_step(booth: Booth, done: int) -> None:
    """The step does its work, destroys the key even, and its transaction is not committed."""
    event.listen(booth.engine, "commit", cut_power)
    with pytest.raises(PowerCutError):
        run_next_step(booth.engine, booth.keys, round_id="spring", clock=booth.clock)
    event.remove(booth.engine, "commit", cut_power)
    with read(booth.engine) as session:
        assert len(find_sealing(session, round_id="spring").done) == done


def test_two_jobs_at_once_seal_once(ended: Booth) -> None:
    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(lambda _: ended.seal(), range(2)))
    assert [state.stage for state in states] == [Stage.STAGED] * 2
    assert verify(ended.record).holds


def test_sealing_leaves_a_new_table_with_the_other_rounds_rows_in_their_order(ended: Booth) -> None:
    other = [("other", "p", f"{k}" * 16, version) for k in "BAC" for version in (2, 1)]
    add_rows_of_another_round(ended, other)
    ended.seal()
    with read(ended.engine) as session:
        rows = session.execute(select(BallotRow.round_id, BallotRow.paper_id, BallotRow.k, BallotRow.version)).all()
        assert [tuple(row) for row in rows] == sorted(other)
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_after_sealing_nobody_can_vote_open_a_code_or_see_who_stands(ended: Booth) -> None:
    ended.seal()
    with pytest.raises(NotNowError):
        ended.keys.round_key("spring")
    with pytest.raises(NotNowError):
        ended.keys.code_key("spring")
    with pytest.raises(NotNowError):
        ended.keys.renew_round_key("spring")
    with pytest.raises(NotNowError):
        ended.vote(0, "bench")


def test_turnout_stays_the_same_when_the_rows_are_gone(ended: Booth) -> None:
    with read(ended.engine) as session:
        before = turnout(session, round_id="spring")
    ended.seal()
    with read(ended.engine) as session:
        assert turnout(session, round_id="spring") == before


def test_only_last_versions_are_opened_and_older_ones_are_digests(ended: Booth) -> None:
    ended.seal()
    with read(ended.engine) as session:
        query = select(OpenedBallot.paper_id, OpenedBallot.tracker, OpenedBallot.version, OpenedBallot.opening)
        rows = session.execute(query.order_by(OpenedBallot.tracker, OpenedBallot.version)).all()
    last = {(paper, tracker): version for paper, tracker, version, _ in rows}
    for paper, tracker, version, opening in rows:
        assert opening.startswith('{"ballot":' if last[paper, tracker] == version else '{"d":')
    assert len(rows) == 21


def test_a_row_that_casting_did_not_write_stops_the_sealing_and_destroys_nothing(ended: Booth) -> None:
    with write(ended.engine) as session:
        row = session.scalars(select(BallotRow).order_by(BallotRow.k)).first()
        assert row is not None
        row.box = row.box[:-1] + bytes([row.box[-1] ^ 1])
    with pytest.raises(BoxFaultError, match="does not open"):
        ended.seal()
    assert len(ended.keys.round_key("spring")) == 32


def test_a_round_without_any_vote_can_be_sealed(booth: Booth) -> None:
    booth.decide_sealing()
    assert booth.seal().stage is Stage.STAGED
    report = verify(booth.record)
    assert report.holds, report.lines()


def test_nothing_is_published_before_it_is_sealed(ended: Booth) -> None:
    with pytest.raises(NotNowError), write(ended.engine) as session:
        publish(session, round_id="spring", by=OFFICER, now=LATER)
    with pytest.raises(NotFoundError), read(ended.engine) as session:
        record_bytes(session, "spring")


def test_the_marked_register_says_who_voted_and_never_how(ended: Booth) -> None:
    ended.seal()
    with read(ended.engine) as session:
        marked = session.get_one(SealingStep, ("spring", "marked")).result.decode()
        trackers = session.scalars(select(OpenedBallot.tracker)).all()
        assert session.scalar(select(func.count()).select_from(BallotRow)) == 0
    assert ended.roll_id(0) in marked
    assert not any(tracker in marked for tracker in trackers)


def add_rows_of_another_round(booth: Booth, rows: list[tuple[str, str, str, int]]) -> None:
    with write(booth.engine) as session:
        spring = session.get_one(Round, "spring")
        session.add(
            Round(
                **{column.key: getattr(spring, column.key) for column in inspect(Round).column_attrs} | {"id": "other"}
            )
        )
        session.flush()
        session.add(Paper(round_id="other", id="p", title="P", position=1, rulebook="{}", rulebook_sha256="0" * 64))
        session.flush()
        for round_id, paper_id, k, version in rows:
            row = BallotRow(
                round_id=round_id, paper_id=paper_id, k=k, version=version, idem=f"{k}{version}".encode(), box=b"box"
            )
            session.add(row)
