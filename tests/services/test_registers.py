"""The register while voting is open: openings, nights, decisions; and a database that was set back is noticed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, text, update

from pb_app.db import read, write
from pb_app.jobs import log_nights
from pb_app.models.ballot import BallotRow
from pb_app.models.register import RegisterLeaf
from pb_app.services.checkpoints import RolledBackError, find_rollback, list_checkpoints, publish_checkpoint
from pb_app.services.opening import ask_closing_change, confirm_closing_change
from pb_app.services.public_register import consistency, inclusion, show_register
from pb_app.services.registers import register_lines
from tallying.canonical import from_base64
from tallying.checkpoint import read_checkpoint
from tallying.merkle import is_consistent, is_included, leaf_hash, root_of
from tallying.register import BallotLeaf, DecisionLeaf, Leaf, Night, Open, read_leaf
from tallying.signed_note import NoteKey
from tests.services.booths import CLOSES, DAY, OFFICER, OPENS, PROJECTS, SECOND, Booth, make_booth
from tests.services.twins import Twin
from voting.trackers import row_key

LONDON = ZoneInfo("Europe/London")
MANY = 60


@pytest.fixture
def many(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round with sixty voters, half of whom may use the harbour's paper."""
    made = make_booth(engine_url, tmp_path, voters=MANY)
    yield made
    made.engine.dispose()


def pass_night(booth: Booth, at: datetime) -> int:
    booth.at(at)
    return log_nights(booth.engine, booth.keys, booth.clock, LONDON)


def leaves_of(booth: Booth) -> list[Leaf]:
    with read(booth.engine) as session:
        return [read_leaf(line) for line in register_lines(session, "spring")]


def everybody_votes(booth: Booth, voters: range = range(MANY)) -> list[str]:
    """Commitments of everybody's ballots on the paper for all areas, in the order of casting."""
    return [booth.vote(n, PROJECTS[n % 3], paper="everywhere").c for n in voters]


def test_confirming_the_opening_begins_the_register(booth: Booth) -> None:
    with read(booth.engine) as session:
        frozen = session.scalar(text("SELECT frozen_sha256 FROM round"))
    assert leaves_of(booth) == [Open(frozen, booth.keys.public_key())]


def test_a_night_joins_the_waiting_ballots_sorted_and_signs_a_checkpoint(many: Booth) -> None:
    cast = everybody_votes(many)
    assert pass_night(many, OPENS + 2 * DAY) == 1
    leaves = leaves_of(many)
    joined = [leaf.c for leaf in leaves if isinstance(leaf, BallotLeaf)]
    assert joined == sorted(cast)
    assert isinstance(leaves[1], Night)
    assert leaves[1].day == "2026-04-01"
    with read(many.engine) as session:
        newest = list_checkpoints(session, "spring")[0]
        lines = register_lines(session, "spring")
    checkpoint, note = read_checkpoint(newest.note)
    assert note.is_signed_by(NoteKey("pb-register/spring", many.keys.public_key()))
    assert (checkpoint.size, checkpoint.root) == (MANY + 2, root_of(lines))


def test_a_night_is_logged_once_and_only_when_it_has_ended_by_the_places_own_clock(many: Booth) -> None:
    assert pass_night(many, OPENS + timedelta(hours=1)) == 0
    midnight = OPENS.astimezone(LONDON).replace(hour=0, minute=0) + DAY
    assert pass_night(many, midnight - timedelta(seconds=1)) == 0
    assert pass_night(many, midnight) == 1
    assert pass_night(many, midnight + timedelta(hours=20)) == 0
    assert pass_night(many, midnight + 3 * DAY) == 1
    assert [leaf.day for leaf in leaves_of(many) if isinstance(leaf, Night)] == ["2026-03-31", "2026-04-03"]


def test_a_paper_on_which_fewer_than_fifty_wait_waits_on(many: Booth) -> None:
    first = everybody_votes(many, range(49))
    for _ in range(3):  # one voter's many versions are one voter
        first.append(many.vote(0, "bench", paper="everywhere", key=f"again {len(first)}").c)
    many.vote(0, "bench")
    pass_night(many, OPENS + 2 * DAY)
    assert not [leaf for leaf in leaves_of(many) if isinstance(leaf, BallotLeaf)]
    first += everybody_votes(many, range(49, 50))
    pass_night(many, OPENS + 3 * DAY)
    assert [leaf.c for leaf in leaves_of(many) if isinstance(leaf, BallotLeaf)] == sorted(first)
    with read(many.engine) as session:
        waiting = session.scalars(select(BallotRow.paper_id).where(BallotRow.night.is_(None))).all()
    assert waiting == ["harbour"]


def test_a_later_night_takes_only_what_came_since(many: Booth) -> None:
    everybody_votes(many)
    pass_night(many, OPENS + 2 * DAY)
    before = leaves_of(many)
    later = [many.vote(n, "swings", paper="everywhere", key=f"later {n}").c for n in range(55)]
    pass_night(many, OPENS + 3 * DAY)
    assert leaves_of(many)[: len(before)] == before
    assert [leaf.c for leaf in leaves_of(many)[len(before) + 1 :] if isinstance(leaf, BallotLeaf)] == sorted(later)


def test_the_order_of_rows_and_of_casting_tells_nothing_about_the_register(many: Booth) -> None:
    cast = everybody_votes(many)
    pass_night(many, OPENS + 2 * DAY)
    with many.engine.connect() as connection:
        place = "ctid" if many.engine.dialect.name == "postgresql" else "k"
        rows = connection.execute(text(f"SELECT k FROM ballot_row ORDER BY {place}")).scalars().all()  # noqa: S608 -- our own words
    joined = [leaf.c for leaf in leaves_of(many) if isinstance(leaf, BallotLeaf)]
    roll = [many.roll_id(n) for n in range(MANY)]
    by_row = _commitments_by_row(many, list(rows), cast, roll)
    assert abs(_rank_correlation(joined, cast)) < 0.65  # five times what chance gives
    assert abs(_rank_correlation(joined, by_row)) < 0.65


def _commitments_by_row(booth: Booth, rows: list[str], cast: list[str], roll: list[str]) -> list[str]:
    """The commitments in the physical order of their rows, as only the holder of the key can tell."""
    key = booth.keys.round_key("spring")
    of_row = {row_key(key, "spring", "everywhere", roll_id): c for roll_id, c in zip(roll, cast, strict=True)}
    return [of_row[k] for k in rows]


def _rank_correlation(one: list[str], other: list[str]) -> float:
    """Spearman's rho of two orders of the same things."""
    places = {item: place for place, item in enumerate(other)}
    n = len(one)
    return 1 - 6 * sum((place - places[item]) ** 2 for place, item in enumerate(one)) / (n * (n * n - 1))


def test_proofs_lead_from_any_entry_and_any_earlier_checkpoint_to_the_newest(many: Booth) -> None:
    everybody_votes(many)
    publish_checkpoint(many.engine, many.keys, round_id="spring", now=OPENS)
    pass_night(many, OPENS + 2 * DAY)
    with read(many.engine) as session:
        newest, oldest = list_checkpoints(session, "spring")
        entry = inclusion(session, round_id="spring", place=7)
        since = consistency(session, round_id="spring", first=oldest.size)
    now, saved = read_checkpoint(newest.note)[0], read_checkpoint(oldest.note)[0]
    proof = [from_base64(str(one)) for one in entry["proof"]]  # type: ignore[union-attr]  # a list, as the page says
    assert is_included(7, now.size, leaf_hash(str(entry["leaf"]).encode()), proof, now.root)
    steps = [from_base64(str(one)) for one in since["proof"]]  # type: ignore[union-attr]  # as above
    assert is_consistent(saved.size, now.size, saved.root, now.root, steps)


def test_another_closing_time_is_a_decision_whose_text_everybody_can_read(booth: Booth) -> None:
    now = OPENS + DAY
    with write(booth.engine) as session:
        later = CLOSES + DAY
        assert not ask_closing_change(
            session, round_id="spring", closes_at=later, reason="The hall was flooded.", by=OFFICER, now=now
        )
    with write(booth.engine) as session:
        confirm_closing_change(session, round_id="spring", by=SECOND, now=now)
    publish_checkpoint(booth.engine, booth.keys, round_id="spring", now=now)
    last = leaves_of(booth)[-1]
    assert isinstance(last, DecisionLeaf)
    assert (last.n, last.word) == (1, "extend")
    with read(booth.engine) as session:
        decision = show_register(session, round_id="spring").decisions[0]
    assert decision.reason == "The hall was flooded."
    assert decision.values == (("closes_at", later.isoformat()),)


def test_a_restored_backup_is_noticed_and_nothing_is_signed_any_more(many: Booth, twin: Twin) -> None:
    everybody_votes(many)
    backup = twin(many)
    pass_night(many, OPENS + 2 * DAY)
    shutil.copytree(many.key_dir, backup.key_dir, dirs_exist_ok=True)  # the key directory is not in the backup
    with read(backup.engine) as session:
        assert "has 1 entries, but 62 were signed" in find_rollback(session, backup.keys)
    with pytest.raises(RolledBackError):
        pass_night(backup, OPENS + 3 * DAY)
    with pytest.raises(RolledBackError):
        publish_checkpoint(backup.engine, backup.keys, round_id="spring", now=OPENS + 3 * DAY)
    assert len(leaves_of(backup)) == 1


def test_a_forked_register_is_noticed(many: Booth) -> None:
    everybody_votes(many)
    pass_night(many, OPENS + 2 * DAY)
    with read(many.engine) as session:
        assert find_rollback(session, many.keys) == ""
    with write(many.engine) as session:
        other = '{"ballot":{"c":"' + "0" * 64 + '"}}'
        session.execute(update(RegisterLeaf).where(RegisterLeaf.place == 5).values(line=other))
    with read(many.engine) as session:
        assert "differs from the first 62 entries" in find_rollback(session, many.keys)


def test_a_database_that_lost_a_whole_register_is_noticed(booth: Booth) -> None:
    publish_checkpoint(booth.engine, booth.keys, round_id="spring", now=OPENS)
    with write(booth.engine) as session:
        session.execute(delete(RegisterLeaf))
    with read(booth.engine) as session:
        assert "has 0 entries, but 1 were signed" in find_rollback(session, booth.keys)


def test_a_crash_between_signing_and_storing_a_checkpoint_is_no_rollback(booth: Booth) -> None:
    publish_checkpoint(booth.engine, booth.keys, round_id="spring", now=OPENS)
    with write(booth.engine) as session:
        session.execute(text("DELETE FROM register_checkpoint"))
    publish_checkpoint(booth.engine, booth.keys, round_id="spring", now=OPENS)
    with read(booth.engine) as session:
        assert [one.size for one in list_checkpoints(session, "spring")] == [1]
        assert find_rollback(session, booth.keys) == ""
