"""A lost letter: two people, a new code for the same roll entry, and exactly what it may change."""

from __future__ import annotations

import pytest

from pb_app.db import read, write
from pb_app.models.roll import LetterCode
from pb_app.services.casting import cast
from pb_app.services.codes import CodeEntry, make_codes, resolve_code
from pb_app.services.replacements import ask_replacement, confirm_replacement, list_waiting, withdraw_replacement
from pb_app.services.standing_versions import open_versions
from pb_app.services.vote_entries import read_entry
from tallying.election import Approval
from tests.services.booths import AUDITOR, CLOSES, DAY, OFFICER, OPENS, SECOND, Booth
from tests.services.printing import NOW, ask, codes_in, download, every_row, make
from voting.errors import CodeUnknownError, CodeUsedError, NotFoundError, NotNowError, Problem, SecondPersonError
from voting.letter_numbers import LetterNumber, read_letter_number
from voting.paper import PaperMarks
from voting.receipts import Receipt

FIRST = LetterNumber(1, 1)


def letter(booth: Booth, area: str = "south") -> str:
    with write(booth.engine) as session:
        return make_codes(session, booth.keys, round_id="spring", area_id=area, count=1, by=OFFICER, now=NOW)[0].code


def ask_for(booth: Booth, number: str = "1-1", reason: str = "It never came") -> list[Problem]:
    with write(booth.engine) as session:
        return ask_replacement(session, round_id="spring", letter=number, reason=reason, by=OFFICER, now=NOW)


def replace(booth: Booth, number: LetterNumber = FIRST) -> str:
    assert ask_for(booth, str(number)) == []
    with write(booth.engine) as session:
        made = confirm_replacement(session, booth.keys, round_id="spring", number=number, by=SECOND, now=NOW)
    assert made.code.number == number
    return made.code.code


def resolve(booth: Booth, code: str, tracker: str = "") -> CodeEntry:
    with read(booth.engine) as session:
        return resolve_code(session, booth.keys, round_id="spring", code=code, tracker=tracker)


def vote(booth: Booth, entry: CodeEntry, *picks: str, paper: str = "everywhere") -> Receipt:
    with write(booth.engine) as session:
        return cast(
            session, booth.keys, round_id="spring", roll_id=entry.roll_id, marks=[PaperMarks(paper, Approval(picks))],
            idempotency_key=f"{paper} {picks}", channel="letter", may_change=entry.may_change,
            change_up_to=entry.change_up_to, clock=booth.clock,
        )[0]  # fmt: skip


@pytest.fixture
def booth(sqlite_booth: Booth) -> Booth:
    """On SQLite; what could differ between engines takes `each_booth`."""
    return sqlite_booth


def test_the_new_code_opens_the_same_roll_entry_and_the_old_one_opens_nothing(booth: Booth) -> None:
    old = letter(booth)
    roll_id = resolve(booth, old).roll_id
    new = replace(booth)
    assert resolve(booth, new).roll_id == roll_id
    with pytest.raises(CodeUnknownError, match="newer letter in place of this one"):
        resolve(booth, old)


def test_the_new_code_alone_changes_the_vote_that_stood_and_then_takes_the_tracker(each_booth: Booth) -> None:
    first = vote(each_booth, resolve(each_booth, letter(each_booth)), "bench")
    new = replace(each_booth)
    entry = resolve(each_booth, new)
    assert (entry.paper_ids, entry.may_change, entry.change_up_to) == (("everywhere",), False, {"everywhere": 1})
    second = vote(each_booth, entry, "trees")
    assert (second.tracker, second.version) == (first.tracker, 2)
    with pytest.raises(CodeUsedError):
        resolve(each_booth, new)
    assert vote(each_booth, resolve(each_booth, new, second.tracker), "youth").version == 3


def test_two_browsers_opened_with_the_new_code_change_the_vote_once(each_booth: Booth) -> None:
    vote(each_booth, resolve(each_booth, letter(each_booth)), "bench")
    new = replace(each_booth)
    one, other = resolve(each_booth, new), resolve(each_booth, new)
    vote(each_booth, one, "trees")
    with pytest.raises(CodeUsedError):
        vote(each_booth, other, "youth")


def test_a_vote_cast_with_the_new_letter_is_not_changed_by_it_alone(booth: Booth) -> None:
    old = letter(booth, area="north")
    vote(booth, resolve(booth, old), "bench", paper="harbour")
    new = replace(booth)
    entry = resolve(booth, new)
    assert entry.paper_ids == ("harbour", "everywhere")
    vote(booth, entry, "bench")
    assert resolve(booth, new).paper_ids == ("harbour",)


def test_a_replacement_is_replaced_like_any_letter(booth: Booth) -> None:
    vote(booth, resolve(booth, letter(booth)), "bench")
    second = replace(booth)
    vote(booth, resolve(booth, second), "trees")
    third = replace(booth)
    assert resolve(booth, third).change_up_to == {"everywhere": 2}
    with pytest.raises(CodeUnknownError):
        resolve(booth, second)
    roll_id = resolve(booth, third).roll_id
    with read(booth.engine) as session:
        assert read_entry(session, roll_id).newest_issue == 3


def test_what_stood_is_kept_encrypted_and_equally_long_whether_a_vote_stood_or_not(booth: Booth) -> None:
    codes = [letter(booth), letter(booth)]
    vote(booth, resolve(booth, codes[0]), "bench")
    new = [replace(booth), replace(booth, LetterNumber(2, 1))]
    with read(booth.engine) as session:
        rows = session.query(LetterCode).filter(LetterCode.issue == 2).all()
        sealed = {row.code_hash: row.standing or b"" for row in rows}
    assert len({len(box) for box in sealed.values()}) == 1
    key = booth.keys.round_key("spring")
    found = [open_versions(key, code_hash, box) for code_hash, box in sealed.items()]
    assert sorted(map(len, found)) == [0, 1]
    assert not any(code in every_row(booth) for code in new)


def test_a_letter_replaced_before_voting_changes_no_later_vote(booth: Booth) -> None:
    early = OPENS - DAY / 2
    with write(booth.engine) as session:
        make_codes(session, booth.keys, round_id="spring", area_id="south", count=1, by=OFFICER, now=early)
    with write(booth.engine) as session:
        assert not ask_replacement(session, round_id="spring", letter="1-00001", reason="Torn", by=OFFICER, now=early)
    with write(booth.engine) as session:
        made = confirm_replacement(session, booth.keys, round_id="spring", number=FIRST, by=SECOND, now=early)
    vote(booth, resolve(booth, made.code.code), "bench")
    with pytest.raises(CodeUsedError):
        resolve(booth, made.code.code)


def test_it_takes_two_people_and_no_auditor(booth: Booth) -> None:
    letter(booth)
    ask_for(booth)
    for by in (OFFICER, AUDITOR):
        with pytest.raises(SecondPersonError), write(booth.engine) as session:
            confirm_replacement(session, booth.keys, round_id="spring", number=FIRST, by=by, now=NOW)
    with read(booth.engine) as session:
        waiting = list_waiting(session, round_id="spring", by=SECOND)
    assert [(one.number, one.step.decision.reason) for one in waiting] == [(FIRST, "It never came")]
    with write(booth.engine) as session:
        withdraw_replacement(session, round_id="spring", number=FIRST, by=SECOND, now=NOW)
    with pytest.raises(NotNowError), write(booth.engine) as session:
        confirm_replacement(session, booth.keys, round_id="spring", number=FIRST, by=SECOND, now=NOW)


@pytest.mark.parametrize(
    ("number", "reason", "said"),
    [
        ("", "x", ["Write the number as it stands on the letter, like 3-00042"]),
        ("one", "x", ["Write the number as it stands on the letter, like 3-00042"]),
        ("1-2", "x", ["There is no letter with this number in this round"]),
        ("1-1", " ", ["Write why, without a name or an address"]),
        ("9-9", "x" * 501, ["There is no letter", "Make the reason 500 letters or shorter. It is 501 now"]),
    ],
)
def test_what_does_not_fit_is_answered_with_how_to_mend_it(
    booth: Booth, number: str, reason: str, said: list[str]
) -> None:
    letter(booth)
    found = [problem.message for problem in ask_for(booth, number, reason)]
    assert [one.startswith(words) for one, words in zip(found, said, strict=True)] == [True] * len(said)


def test_a_letter_waits_for_one_second_person_and_two_letters_wait_at_once(each_booth: Booth) -> None:
    letter(each_booth)
    letter(each_booth)
    assert ask_for(each_booth) == ask_for(each_booth, "2-1") == []
    assert ask_for(each_booth)[0].message.startswith("Somebody has asked for this letter already")


def test_letters_that_are_not_out_and_letters_of_a_round_that_is_over_are_not_replaced(booth: Booth) -> None:
    ask(booth, 3)
    make(booth)
    assert ask_for(booth)[0].message.startswith("There is no letter with this number")
    with pytest.raises(NotNowError), write(booth.engine) as session:
        ask_replacement(session, round_id="spring", letter="1-1", reason="x", by=OFFICER, now=CLOSES)


def test_a_letter_of_a_long_run_is_found_by_its_number(booth: Booth) -> None:
    batch_id = ask(booth, 3)
    make(booth)
    codes = codes_in(download(booth, batch_id))
    roll_id = resolve(booth, codes[1]).roll_id
    assert resolve(booth, replace(booth, LetterNumber(1, 2))).roll_id == roll_id
    with pytest.raises(NotFoundError), write(booth.engine) as session:
        confirm_replacement(session, booth.keys, round_id="nowhere", number=FIRST, by=SECOND, now=NOW)


@pytest.mark.parametrize("typed", ["3-00042", " 3 - 42 ", "3–42", "3-042"])
def test_a_letters_number_is_read_as_people_write_it(typed: str) -> None:
    assert read_letter_number(typed) == LetterNumber(3, 42)
    assert str(LetterNumber(3, 42)) == "3-00042"


@pytest.mark.parametrize("typed", ["", "3", "42-", "0-1", "1-0", "3-1234567", "٣-٤", "3-4-5"])
def test_what_is_no_letters_number_is_refused(typed: str) -> None:
    assert read_letter_number(typed) is None
