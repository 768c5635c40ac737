"""Sealed copies of a round's key: who has one, that it opens, and how a lost key comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from pb_app.db import make_engine, read, write
from pb_app.services.casting import read_cast
from pb_app.services.key_copies import (
    TakenCopy,
    copy_problems,
    drop_copies,
    list_copies,
    prove_copy,
    restore_keys,
    take_copy,
)
from pb_app.services.keys import KeyMissingError
from pb_app.services.opening import ask_opening, confirm_opening
from pb_app.services.sealed_copies import CopyError
from tallying.election import Approval
from tests.keyholders import PASSPHRASE, hold_key, take
from tests.services.booths import AUDITOR, OFFICER, OPENS, SECOND, Booth, add_council, make_booth, make_round
from voting.errors import NotNowError, Problem, SecondPersonError
from voting.permissions import Actor, Role

BEFORE = OPENS.replace(day=20, month=3)
THIRD = Actor("1" * 32, frozenset({Role.OFFICER}))


@pytest.fixture
def draft(sqlite_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round of whose key nobody has a copy."""
    booth = Booth(make_engine(sqlite_url), tmp_path / "keys", tmp_path / "clock", ("1" * 32, "2" * 32))
    booth.keys.make_council_key()
    with write(booth.engine) as session:
        add_council(session, booth.people)
        make_round(session, 1_000_00)
    yield booth
    booth.engine.dispose()


def prove(session: Session, booth: Booth, text: str, by: Actor, passphrase: str = PASSPHRASE) -> list[Problem]:
    return prove_copy(session, booth.keys, round_id="spring", text=text, passphrase=passphrase, by=by, now=BEFORE)


def test_the_opening_is_refused_until_two_people_have_proved_their_copies(draft: Booth) -> None:
    for holders, words in (((), "None is proved"), ((OFFICER,), "1 of 2 is proved"), ((SECOND,), "")):
        with write(draft.engine) as session:
            hold_key(session, draft.keys, "spring", holders, BEFORE)
            problems = ask_opening(session, round_id="spring", by=OFFICER, now=BEFORE)
        assert [words in one.message for one in problems] == ([True] if words else [])
    key = draft.keys.round_key("spring")
    with write(draft.engine) as session:
        assert confirm_opening(session, draft.keys, round_id="spring", by=SECOND, now=BEFORE) == []
    assert draft.keys.round_key("spring") == key
    for verb in (take, lambda *parts: drop_copies(parts[0], round_id="spring", by=OFFICER, now=BEFORE)):
        with pytest.raises(NotNowError, match="stay as they are"), write(draft.engine) as session:
            verb(session, draft.keys, "spring", OFFICER, BEFORE)


def test_the_opening_never_begins_with_another_key_than_the_proved_one(draft: Booth) -> None:
    with write(draft.engine) as session:
        hold_key(session, draft.keys, "spring", (OFFICER, SECOND), BEFORE)
        assert ask_opening(session, round_id="spring", by=OFFICER, now=BEFORE) == []
    (draft.key_dir / "rounds" / "spring.key").unlink()
    with pytest.raises(KeyMissingError, match="sealed copy"), write(draft.engine) as session:
        confirm_opening(session, draft.keys, round_id="spring", by=SECOND, now=BEFORE)


def test_a_copy_is_taken_once_by_two_people_without_an_interest(draft: Booth) -> None:
    with write(draft.engine) as session:
        short = take_copy(session, draft.keys, round_id="spring", passphrase="short", by=OFFICER, now=BEFORE)
        assert isinstance(short, list)
        assert [one.field for one in short] == ["passphrase"]
        take(session, draft.keys, "spring", OFFICER, BEFORE)
        with pytest.raises(NotNowError, match="You have a copy already"):
            take(session, draft.keys, "spring", OFFICER, BEFORE)
        with pytest.raises(SecondPersonError):
            take(session, draft.keys, "spring", AUDITOR, BEFORE)
        take(session, draft.keys, "spring", SECOND, BEFORE)
        with pytest.raises(NotNowError, match="Two people have the copies already"):
            take(session, draft.keys, "spring", THIRD, BEFORE)


def test_only_the_own_copy_with_the_own_passphrase_proves_and_typing_is_forgiving(draft: Booth) -> None:
    with write(draft.engine) as session:
        own, other = (take(session, draft.keys, "spring", by, BEFORE) for by in (OFFICER, SECOND))
        wrong = "B" if own.code[-7] == "A" else "A"
        for text, passphrase, field in (
            (own.code[:-1], PASSPHRASE, "code"),
            (own.code[:-7] + wrong + own.code[-6:], PASSPHRASE, "code"),
            (other.text, PASSPHRASE, "code"),
            ("a picture", PASSPHRASE, "code"),
            (own.text, "another passphrase", "passphrase"),
        ):
            assert [one.field for one in prove(session, draft, text, OFFICER, passphrase)] == [field]
        assert copy_problems(session, round_id="spring") != []
        typed = own.code.lower().replace(" ", "-").replace("o", "0").replace("i", "1")
        assert prove(session, draft, typed, OFFICER) == []
        with pytest.raises(NotNowError, match="Take one first"):
            prove(session, draft, own.text, THIRD)


def test_dropped_copies_open_nothing_as_the_next_one_is_of_a_new_key(draft: Booth) -> None:
    with write(draft.engine) as session:
        old = take(session, draft.keys, "spring", OFFICER, BEFORE)
        first = draft.keys.round_key("spring")
        drop_copies(session, round_id="spring", by=SECOND, now=BEFORE)
        assert list_copies(session, round_id="spring") == ()
        take(session, draft.keys, "spring", OFFICER, BEFORE)
        assert draft.keys.round_key("spring") != first
        assert [one.field for one in prove(session, draft, old.text, OFFICER)] == ["code"]


def test_a_lost_key_comes_back_from_a_copy_and_a_copy_of_elsewhere_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    made: list[TakenCopy] = []
    booth = make_booth(sqlite_url, tmp_path, made=made)
    booth.vote(0, "bench")
    (booth.key_dir / "rounds" / "spring.key").unlink()
    with read(booth.engine) as session:
        with pytest.raises(CopyError, match="passphrase"):
            restore_keys(session, booth.keys, round_id="spring", text=made[0].text, passphrase="not this one")
        text = made[0].text.replace(made[0].code[20:40], made[0].code[26:46])
        with pytest.raises(CopyError, match="no copy of this round"):
            restore_keys(session, booth.keys, round_id="spring", text=text, passphrase=PASSPHRASE)
        restore_keys(session, booth.keys, round_id="spring", text=made[0].text, passphrase=PASSPHRASE)
        marks = read_cast(session, booth.keys, round_id="spring", roll_id=booth.roll_id(0), paper_id="harbour")
        assert marks == Approval(("bench",))
        with pytest.raises(CopyError):
            restore_keys(session, booth.keys, round_id="spring", text="-", passphrase=PASSPHRASE)
    booth.decide_sealing()
    booth.seal()
    with read(booth.engine) as session:
        assert not any(one.destroyed_at for one in list_copies(session, round_id="spring")), "each holder does it"
        with pytest.raises(NotNowError):
            restore_keys(session, booth.keys, round_id="spring", text=made[0].text, passphrase=PASSPHRASE)
    booth.engine.dispose()
