"""After publishing: withdrawals, corrections and departures, each one more revision beside the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from pb_app.db import read, write
from pb_app.services.further_revisions import run_revision
from pb_app.services.kept_ballots import open_kept
from pb_app.services.later_outcomes import NewChange, ask_change, confirm_change, withdraw_change
from pb_app.services.lots import NewDraw
from pb_app.services.publishing import publish, record_bytes
from tallying.canonical import dump_file, load_file
from tallying.changes import ChangeKind
from tallying.record import Record, finish, load, to_zip
from tallying.verify import verify
from tests.services.booths import AUDITOR, CLOSES, DAY, OFFICER, SECOND, Booth, make_booth
from tests.services.test_sealing import PowerCutError, cut_power
from tests.services.twins import Twin
from voting.errors import NotAllowedError, NotNowError, Problem, SecondPersonError
from voting.permissions import Role

LATER = CLOSES + 2 * DAY
WIFI = NewChange(ChangeKind.WITHDRAW, "everywhere", "wifi")


@pytest.fixture
def published(sqlite_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round whose record is public: on "everywhere" wifi, then trees are funded."""
    booth = make_booth(sqlite_url, tmp_path)
    booth.fill()
    booth.decide_sealing(harbour="withhold")
    booth.seal()
    with write(booth.engine) as session:
        publish(session, round_id="spring", by=OFFICER, now=LATER)
    booth.at(LATER)
    yield booth
    booth.engine.dispose()


def ask(booth: Booth, change: NewChange, reason: str = "They moved away") -> list[Problem]:
    with write(booth.engine) as session:
        return ask_change(session, round_id="spring", change=change, reason=reason, by=OFFICER, now=LATER)


def decide(booth: Booth, change: NewChange, reason: str = "They moved away") -> Record:
    assert ask(booth, change, reason) == []
    with write(booth.engine) as session:
        confirm_change(session, round_id="spring", by=SECOND, now=LATER)
    assert run_revision(booth.engine, booth.keys, round_id="spring", clock=booth.clock) == ""
    return record_of(booth)


def record_of(booth: Booth, revision: int | None = None) -> Record:
    with read(booth.engine) as session:
        return load(record_bytes(session, "spring", revision))


def holds(booth: Booth, record: Record, since: Record) -> None:
    report = verify(record, booth.keys.fingerprint(), since=since.files["checkpoint"])
    assert report.holds, report.lines()


def test_each_change_is_one_more_revision_and_the_first_stays(published: Booth) -> None:
    first = record_of(published)
    before = published.staged
    assert first.outcome("everywhere").funded_ids[0] == "wifi"
    second = decide(published, WIFI)
    assert "wifi" not in second.outcome("everywhere").funded_ids
    assert second.contents.paper("everywhere").withdrawn == ("wifi",)
    awards = (("bench", 400_00), ("swings", 100_00))
    third = decide(published, NewChange(ChangeKind.DEPART, "harbour", awards=awards), "The swings have no other money")
    fourth = decide(published, NewChange(ChangeKind.CORRECT, "everywhere"), "The hall was named wrongly")
    assert third.outcome("harbour") == first.outcome("harbour")
    assert [one.kind.value for one in fourth.contents.changes] == ["withdraw", "depart", "correct"]
    assert fourth.contents.changes[1].awards == awards
    for revision, record in enumerate((first, second, third, fourth), start=1):
        assert record.contents.revision == revision
        assert record_of(published, revision).files == record.files
        holds(published, record, first)
    assert published.staged == before
    holds(published, fourth, third)
    assert ask(published, replace(WIFI, paper_id="harbour")) == []
    with write(published.engine) as session:
        confirm_change(session, round_id="spring", by=SECOND, now=LATER)
    run_revision(published.engine, published.keys, round_id="spring", clock=published.clock)
    with write(published.engine) as session:
        auditor = replace(AUDITOR, roles=frozenset({Role.AUDITOR}))
        kept = open_kept(session, round_id="spring", paper_id="harbour", by=auditor, now=LATER)
    assert kept.agrees


def test_a_departure_is_confirmed_by_the_steering_group_and_nothing_by_one_person(published: Booth) -> None:
    assert ask(published, NewChange(ChangeKind.DEPART, "everywhere", awards=(("bench", 1_00),))) == []
    other = replace(OFFICER, person_id=published.people[0])
    with pytest.raises(NotAllowedError, match="steering"), write(published.engine) as session:
        confirm_change(session, round_id="spring", by=other, now=LATER)
    with write(published.engine) as session:
        withdraw_change(session, round_id="spring", by=SECOND, now=LATER)
    assert ask(published, WIFI) == []
    for by in (OFFICER, AUDITOR):
        with pytest.raises(SecondPersonError), write(published.engine) as session:
            confirm_change(session, round_id="spring", by=by, now=LATER)
    with pytest.raises(NotNowError), write(published.engine) as session:
        ask_change(session, round_id="spring", change=WIFI, reason="-", by=OFFICER, now=CLOSES)


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        (replace(WIFI, project="boat"), "-", "project"),
        (replace(WIFI, paper_id="west"), "-", "paper"),
        (WIFI, " ", "reason"),
        (NewChange(ChangeKind.DEPART, "everywhere", awards=(("bench", 400_01),)), "-", "sum-bench"),
    ],
)
def test_what_may_not_be_decided_is_a_problem(published: Booth, change: NewChange, reason: str, field: str) -> None:
    assert [one.field for one in ask(published, change, reason)] == [field]


def test_a_crash_between_any_two_steps_ends_in_one_revision(published: Booth, twin: Twin) -> None:
    assert ask(published, WIFI) == []
    with write(published.engine) as session:
        confirm_change(session, round_id="spring", by=SECOND, now=LATER)
    booth = twin(published)
    for _ in range(5):
        event.listen(booth.engine, "commit", cut_power)
        with pytest.raises(PowerCutError):
            run_revision(booth.engine, booth.keys, round_id="spring", clock=booth.clock)
        event.remove(booth.engine, "commit", cut_power)
        _one_step(booth)
    assert run_revision(published.engine, published.keys, round_id="spring", clock=published.clock) == ""
    assert record_of(booth, 2).files == record_of(published, 2).files
    with pytest.raises(NotNowError, match=r"Nobody has asked"), write(booth.engine) as session:
        confirm_change(session, round_id="spring", by=SECOND, now=LATER)


def _one_step(booth: Booth) -> None:
    """One step, then the machine stops."""
    commits: list[int] = []

    def second_commit(connection: object) -> None:
        commits.append(1)
        if len(commits) > 1:
            raise PowerCutError

    event.listen(booth.engine, "commit", second_commit)
    try:
        run_revision(booth.engine, booth.keys, round_id="spring", clock=booth.clock)
    except PowerCutError:
        pass
    finally:
        event.remove(booth.engine, "commit", second_commit)


def test_a_new_tie_asks_for_dice_that_build_on_the_same_close(sqlite_url: str, tmp_path: Path) -> None:
    booth = make_booth(sqlite_url, tmp_path)
    for number, project in enumerate(("bench", "wifi") * 6):
        booth.vote(number, "trees", "youth", project, paper="everywhere")
    booth.decide_sealing()
    booth.seal()
    with write(booth.engine) as session:
        publish(session, round_id="spring", by=OFFICER, now=LATER)
    first, youth = record_of(booth), replace(WIFI, project="youth")
    assert first.draws is None
    assert [one.field for one in ask(booth, youth)] == ["digits-everywhere"]
    draw = NewDraw("everywhere", "12345 61234", "The town hall", LATER, ("A. Councillor", "B. Resident"))
    second = decide(booth, replace(youth, draw=draw))
    assert second.draws is not None
    assert set(second.outcome("everywhere").funded_ids) & {"bench", "wifi"}
    third = decide(booth, replace(WIFI, project="bench"))
    assert (third.draws, third.outcome("everywhere").funded_ids) == (None, ("trees", "wifi"))
    for record in (second, third):
        holds(booth, record, first)
    booth.engine.dispose()


def test_insiders_who_forge_a_later_outcome_are_detected(published: Booth) -> None:
    """Each signs a whole record anew with the council's own key, on the register as it was saved."""
    first, second = record_of(published), decide(published, WIFI)
    silent = _forged(published, second, lambda value: value.pop("changes"))
    another = _forged(published, second, lambda value: value["changes"][0].update(reason="They were paid to go"))
    undone = _forged(published, second, lambda value: value["papers"][1].update(withdrawn=[]))
    for name, record in (("silent", silent), ("another", another), ("undone", undone)):
        assert not verify(record).holds, name
    rewritten = _recounted(published, {**first.files}, first.register_lines[:-2])
    assert not verify(rewritten, since=first.files["checkpoint"]).holds


def _forged(booth: Booth, record: Record, change: object) -> Record:
    value = load_file(record.files["format.json"])
    assert callable(change)
    change(value)
    return _recounted(booth, {**record.files, "format.json": dump_file(value)}, record.register_lines[:-1])


def _recounted(booth: Booth, files: dict[str, bytes], lines: list[bytes]) -> Record:
    rest = {name: data for name, data in files.items() if name not in ("register.jsonl", "checkpoint")}
    keys, revision = booth.keys, 1 + sum(line.startswith(b'{"count"') for line in lines)
    made = finish(rest, lines, round_id="spring", revision=revision, key=keys.public_key(), sign=keys.sign)
    return load(to_zip(made))
