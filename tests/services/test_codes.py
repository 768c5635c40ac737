"""Letter codes, on both engines: from the batch to the vote, and what a second use says."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.roll import LetterCode
from pb_app.services.casting import cast
from pb_app.services.codes import CodeEntry, make_codes, resolve_code
from tallying.election import Approval
from tests.services.booths import CLOSES, DAY, OFFICER, OPENS, SECOND, Booth
from voting.codes import written
from voting.errors import CodeUnknownError, CodeUsedError, NotAllowedError, NotFoundError, NotNowError
from voting.paper import PaperMarks
from voting.receipts import Receipt


def codes(booth: Booth, count: int = 1, area: str = "north") -> list[str]:
    with write(booth.engine) as session:
        made = make_codes(
            session, booth.keys, round_id="spring", area_id=area, count=count, by=OFFICER, now=OPENS + DAY
        )
    return [one.code for one in made]


def resolve(booth: Booth, code: str, tracker: str = "") -> CodeEntry:
    with read(booth.engine) as session:
        return resolve_code(session, booth.keys, round_id="spring", code=code, tracker=tracker)


def vote(booth: Booth, entry: CodeEntry, paper: str, *picks: str) -> Receipt:
    with write(booth.engine) as session:
        return cast(
            session,
            booth.keys,
            round_id="spring",
            roll_id=entry.roll_id,
            marks=[PaperMarks(paper, Approval(picks))],
            idempotency_key=f"{paper} {picks}",
            channel="letter",
            may_change=entry.may_change,
            clock=booth.clock,
        )[0]


def test_a_code_opens_the_papers_of_its_area(booth: Booth) -> None:
    north, south = codes(booth)[0], codes(booth, area="south")[0]
    assert resolve(booth, written(north).lower()).paper_ids == ("harbour", "everywhere")
    assert resolve(booth, south) == CodeEntry(resolve(booth, south).roll_id, ("everywhere",), may_change=False)


def test_a_code_used_on_one_paper_still_opens_the_other(booth: Booth) -> None:
    code = codes(booth)[0]
    vote(booth, resolve(booth, code), "harbour", "bench")
    assert resolve(booth, code).paper_ids == ("everywhere",)


def test_a_second_use_of_the_code_alone_is_refused_kindly(booth: Booth) -> None:
    code = codes(booth, area="south")[0]
    vote(booth, resolve(booth, code), "everywhere", "bench")
    with pytest.raises(CodeUsedError, match=r"^This code has been used\. To change the vote, enter the tracker"):
        resolve(booth, code)


def test_the_code_with_its_tracker_changes_the_vote_on_every_paper(booth: Booth) -> None:
    code = codes(booth)[0]
    first = vote(booth, resolve(booth, code), "harbour", "bench")
    spelt = f" {first.tracker[:8].lower()}-{first.tracker[8:]} "
    entry = resolve(booth, code, spelt)
    assert (entry.paper_ids, entry.may_change) == (("harbour", "everywhere"), True)
    assert vote(booth, entry, "harbour", "trees").version == 2


def test_the_tracker_of_another_voter_opens_nothing(booth: Booth) -> None:
    one, other = codes(booth, 2)
    vote(booth, resolve(booth, one), "harbour", "bench")
    theirs = vote(booth, resolve(booth, other), "harbour", "bench").tracker
    with pytest.raises(CodeUnknownError, match="does not belong to this code"):
        resolve(booth, one, theirs)


def test_two_people_with_one_code_at_the_same_moment_leave_one_vote(booth: Booth) -> None:
    code = codes(booth, area="south")[0]
    one, other = resolve(booth, code), resolve(booth, code)
    vote(booth, one, "everywhere", "bench")
    with pytest.raises(CodeUsedError):
        vote(booth, other, "everywhere", "trees")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "This one has 0. Look at your letter again"),
        ("ACDE FGHJ KMNP RTWX", "Check each group of four"),
        ("é", "This one has 1. Look at your letter again"),
        ("A" * 5000, "This one has 5000. Look at your letter again"),
    ],
)
def test_a_mistyped_code_says_how_to_mend_it(booth: Booth, typed: str, said: str) -> None:
    with pytest.raises(CodeUnknownError, match=said):
        resolve(booth, typed)


def test_a_code_of_nobody_is_unknown(booth: Booth) -> None:
    made = codes(booth)[0]
    with write(booth.engine) as session:
        session.delete(session.scalars(select(LetterCode)).one())
    with pytest.raises(CodeUnknownError, match="can’t find this code"):
        resolve(booth, made)


def test_only_keyed_hashes_are_kept(booth: Booth) -> None:
    made = codes(booth, 20)
    with read(booth.engine) as session:
        kept = [(row.code_hash, row.roll_id) for row in session.scalars(select(LetterCode))]
    assert len({code_hash for code_hash, _ in kept}) == len(set(made)) == 20
    assert not any(code in code_hash.upper() for code in made for code_hash, _ in kept)


def test_codes_are_made_by_officers_for_an_area_of_the_council_until_voting_ends(booth: Booth) -> None:
    with pytest.raises(NotFoundError):
        codes(booth, area="nowhere")
    with pytest.raises(NotAllowedError), write(booth.engine) as session:
        make_codes(session, booth.keys, round_id="spring", area_id="north", count=1, by=SECOND, now=OPENS)
    with pytest.raises(NotNowError), write(booth.engine) as session:
        make_codes(session, booth.keys, round_id="spring", area_id="north", count=1, by=OFFICER, now=CLOSES)
