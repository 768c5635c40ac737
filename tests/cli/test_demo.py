"""The demo council: what it holds, and that it stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import func, select

from pb_app.db import make_engine, read
from pb_app.models.ballot import BallotRow, OpenedBallot
from pb_app.models.person import Person
from pb_app.models.proposal import Proposal
from pb_app.services.outbox import count_waiting, list_mail
from pb_app.services.rounds import get_round
from tallying.vote_word import VoteWord
from tests.cli.conftest import Pb
from voting.phases import Phase


def _rounds(pb: Pb) -> list[dict[str, str]]:
    ran = pb("rounds", "--json")
    assert ran.returncode == 0, ran.stderr
    rounds: list[dict[str, str]] = json.loads(ran.stdout)
    return rounds


def test_the_demo_has_a_round_in_every_phase(demo_pb: Pb) -> None:
    assert {each["phase"] for each in _rounds(demo_pb)} == set(Phase)


def test_the_demo_has_600_residents_about_40_proposals_and_a_decided_round_of_400_ballots(demo_folder: Path) -> None:
    engine = make_engine(f"sqlite:///{demo_folder / 'instance' / 'commonpot.db'}")
    with read(engine) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 600 + 7
        assert 40 <= (session.scalar(select(func.count()).select_from(Proposal)) or 0) <= 60
        trackers = select(func.count(OpenedBallot.tracker.distinct())).where(OpenedBallot.round_id == "last-years-fund")
        assert session.scalar(trackers) == 400
    engine.dispose()


def test_it_prints_postcodes_to_vote_by(demo_pb: Pb) -> None:
    assert "WM1 1AA (Alder Quay), WM2 1AA (Brindle), WM3 1AA (Castle Rise); WM1 9ZZ" in demo_pb("demo").stdout


def test_a_second_run_keeps_the_data_and_prints_the_sign_ins_again(demo_pb: Pb) -> None:
    before = _rounds(demo_pb)
    again = demo_pb("demo")
    assert again.returncode == 0
    assert "Making" not in again.stderr
    assert "rosa@westmere.example" in again.stdout
    assert _rounds(demo_pb) == before


def test_each_member_of_staff_has_a_code_of_six_digits(demo_pb: Pb) -> None:
    for name in ("dana", "tom", "idris", "ffion", "amira", "glen", "nadia"):
        assert demo_pb("demo-code", name).stdout.strip().isdecimal()


def test_there_are_two_administrators_so_that_an_appointment_can_be_confirmed(demo_pb: Pb) -> None:
    printed = demo_pb("demo").stdout
    assert len([line for line in printed.splitlines() if line.strip().startswith("administrator")]) == 2


def test_an_unknown_name_for_a_code_names_those_there_are(demo_pb: Pb) -> None:
    ran = demo_pb("demo-code", "nobody")
    assert ran.returncode == 2
    assert "Try dana, tom, idris, ffion, amira, glen or nadia." in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_record_of_the_decided_round_verifies(demo_pb: Pb, tmp_path: Path) -> None:
    target = tmp_path / "record.zip"
    assert demo_pb("record", "last-years-fund", "-o", str(target)).returncode == 0
    assert target.stat().st_size > 1000


def test_a_round_without_a_record_says_so(demo_pb: Pb) -> None:
    ran = demo_pb("record", "neighbourhood-fund")
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


def test_no_old_mail_waits_to_be_printed_over_the_sign_ins(demo_folder: Path) -> None:
    engine = make_engine(f"sqlite:///{demo_folder / 'instance' / 'commonpot.db'}")
    with read(engine) as session:
        assert list_mail(session)
        assert count_waiting(session) == 0
    engine.dispose()


def test_a_round_has_an_own_word_and_one_area_for_each_voter_to_choose(demo_folder: Path) -> None:
    engine = make_engine(f"sqlite:///{demo_folder / 'instance' / 'commonpot.db'}")
    with read(engine) as session:
        view = get_round(session, "high-streets")
        used = select(BallotRow.paper_id).where(BallotRow.round_id == "high-streets")
        ballots = set(session.scalars(used))
    engine.dispose()
    assert {paper.word for paper in view.papers} == {VoteWord("token", "tokens")}
    assert view.eligibility is not None
    assert view.eligibility.chooses_area
    assert ballots == {paper.id for paper in view.papers}, "each paper is of one area, and somebody chose it"
