"""The messages that say whether we hold somebody's vote: at most three, true, and gone when they were sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from pb_app import jobs
from pb_app.config import Config
from pb_app.db import read, write
from pb_app.jobs import send_waiting_mail, tell_voters
from pb_app.models.mail import OutboxMail
from pb_app.models.person import Person
from pb_app.models.roll import RollEntry, RollVoid
from pb_app.notify import NotDeliveredError
from pb_app.services.cancelling import ask_cancelling, confirm_cancelling
from pb_app.services.opening import ask_closing_change, confirm_closing_change
from pb_app.services.outbox import MOST_ATTEMPTS, Mail, add_mail
from pb_app.services.paper_channel import Stands
from tallying.election import Approval
from tests.services.booths import CLOSES, DAY, OFFICER, OPENS, SECOND, Booth, make_booth
from tests.services.test_two_ballots import TWO
from tests.services.test_unlinkable import dump, seal_booth
from voting.message_dates import MessageDate, due_date
from voting.paper import BLANK, PaperMarks

MIDDLE, BEFORE_END = OPENS + 7 * DAY, CLOSES - 2 * DAY
MOMENT = timedelta(minutes=1)


@pytest.fixture
def booth(sqlite_booth: Booth) -> Booth:
    return sqlite_booth


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Mail]:
    """What the mail server took, in its order."""
    taken: list[Mail] = []
    monkeypatch.setattr(jobs, "deliver", lambda mail, _config: taken.append(mail))
    return taken


def config_of(booth: Booth, smtp_url: str = "smtp://127.0.0.1:9") -> Config:
    url = booth.engine.url.render_as_string(hide_password=False)
    return Config("s" * 64, url, booth.folder, booth.key_dir, clock=f"file:{booth.clock_path}", smtp_url=smtp_url)


def tell(booth: Booth, at: datetime) -> int:
    """The clock moves, and the server's job runs once."""
    booth.at(at)
    return tell_voters(booth.engine, booth.keys, booth.clock)


def send(booth: Booth) -> int:
    return send_waiting_mail(booth.engine, config_of(booth))


def to(booth: Booth, sent: list[Mail], number: int) -> str:
    """The text of the one message that a voter got; it is taken away."""
    [mail] = [mail for mail in sent if mail.to == f"{booth.people[number]}@westmere.example"]
    sent.remove(mail)
    return mail.body


def waiting(booth: Booth) -> list[OutboxMail]:
    with read(booth.engine) as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_everybody_is_told_once_at_each_date_what_we_hold_and_whether_it_changed(
    booth: Booth, sent: list[Mail]
) -> None:
    booth.vote(0, "bench")
    booth.vote(1, "trees", paper="everywhere")
    assert [tell(booth, MIDDLE - MOMENT), tell(booth, MIDDLE), tell(booth, MIDDLE + MOMENT)] == [0, 12, 0]
    assert send(booth) == 12
    voted, elsewhere, not_voted = (to(booth, sent, number) for number in (0, 1, 3))
    assert "Harbour: we hold a vote (version 1).\nEverywhere: we hold no vote from you." in voted
    assert "Harbour" not in elsewhere  # it is for the north alone
    assert "Everywhere: we hold a vote (version 1)." in elsewhere
    assert "Everywhere: we hold no vote from you." in not_voted
    sent.clear()
    booth.vote(0, "wifi", key="again")
    booth.cast(booth.roll_id(1), [PaperMarks("everywhere", BLANK)], "taken back")
    assert [tell(booth, BEFORE_END - MOMENT), tell(booth, BEFORE_END), tell(booth, BEFORE_END + DAY)] == [0, 12, 0]
    assert send(booth) == 12
    assert "Harbour: we hold a vote (version 2)." in to(booth, sent, 0)
    assert "Everywhere: we hold a vote (version 2)." in to(booth, sent, 1)
    assert [tell(booth, CLOSES), tell(booth, CLOSES + DAY)] == [12, 0]
    assert send(booth) == 12
    assert "Voting has closed." in sent[-1].body
    assert "vote again" not in sent[-1].body


def test_no_message_tells_a_mark_a_tracker_or_a_receipt(booth: Booth, sent: list[Mail]) -> None:
    receipt = booth.vote(0, "bench")
    tell(booth, MIDDLE)
    send(booth)
    words = to(booth, sent, 0)
    assert not [
        secret for secret in (receipt.tracker, receipt.c, receipt.r, "bench", "Bench", "http") if secret in words
    ]
    assert len({mail.subject for mail in sent}) == 1


def test_they_go_in_the_order_of_the_roll_and_behind_letters_to_single_people(booth: Booth, sent: list[Mail]) -> None:
    tell(booth, MIDDLE)
    with write(booth.engine) as session:
        add_mail(session, key="reset", to="x@w.example", subject="Your new password", body="Hello\n", now=CLOSES)
        by_roll = select(Person.email).join(RollEntry, RollEntry.person_id == Person.id).order_by(RollEntry.id)
        in_order = list(session.scalars(by_roll))
    send(booth)
    assert [mail.to for mail in sent] == ["x@w.example", *in_order]


def test_until_it_is_sent_a_copy_of_everything_tells_nobody_s_vote_and_afterwards_nothing_is_left(
    each_booth: Booth, sent: list[Mail], caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(5):
        each_booth.vote(number, "bench", "trees", paper="everywhere")
    before = dump(each_booth)
    tell(each_booth, MIDDLE)
    rows = waiting(each_booth)
    assert len({len(row.body) for row in rows}) == 1
    assert len({(row.subject, row.created_at, row.attempts) for row in rows}) == 1
    if each_booth.engine.dialect.name == "postgresql":
        with each_booth.engine.connect() as connection:
            assert len(connection.scalars(text("SELECT DISTINCT xmin::text FROM outbox_mail")).all()) == 1
    assert "we hold" not in "\n".join(line for lines in dump(each_booth).values() for line in lines)
    assert send(each_booth) == 12
    assert "we hold" in sent[0].body
    after = dump(each_booth)
    changed = {name for name, lines in after.items() if lines != before[name]}
    assert changed == {"activity_event", "activity_details"}
    new = "\n".join(line for name in changed for line in after[name] if line not in before[name])
    assert not [person for person in each_booth.people if person in new]
    assert "@" not in new + caplog.text


def test_after_a_date_missed_only_the_latest_is_told_and_what_waits_of_an_earlier_one_is_dropped(
    booth: Booth, sent: list[Mail]
) -> None:
    tell(booth, MIDDLE)
    booth.at(BEFORE_END)
    assert send(booth) == 0  # the sender is first: the text of the middle holds no more
    assert waiting(booth) == []
    assert [tell(booth, BEFORE_END), tell(booth, CLOSES)] == [12, 12]
    assert {row.idempotency_key.split(":")[2] for row in waiting(booth)} == {"afterwards"}
    assert send(booth) == len(sent) == 12


def test_a_server_that_was_down_at_a_date_tells_when_it_is_back(booth: Booth) -> None:
    assert [tell(booth, MIDDLE + 2 * DAY), tell(booth, CLOSES + DAY)] == [12, 12]


def test_nobody_is_told_in_a_round_that_was_cancelled_even_if_it_waited(booth: Booth, sent: list[Mail]) -> None:
    tell(booth, MIDDLE)
    with write(booth.engine) as session:
        assert ask_cancelling(session, round_id="spring", reason="No money", by=OFFICER, now=MIDDLE) == []
    with write(booth.engine) as session:
        confirm_cancelling(session, round_id="spring", by=SECOND, now=MIDDLE)
    assert [tell(booth, at) for at in (MIDDLE + MOMENT, BEFORE_END, CLOSES)] == [0, 0, 0]
    assert (send(booth), waiting(booth)) == (0, [])


def test_once_the_count_is_sealed_nobody_is_told_and_what_nobody_took_is_gone(booth: Booth, sent: list[Mail]) -> None:
    assert tell(booth, CLOSES) == 12
    with write(booth.engine) as session:
        session.execute(update(OutboxMail).values(attempts=MOST_ATTEMPTS))
    seal_booth(booth)
    assert tell(booth, CLOSES + 2 * DAY) == 0
    assert (send(booth), waiting(booth)) == (0, [])


def test_a_round_sealed_before_the_last_date_was_told_gets_no_wrong_message(booth: Booth) -> None:
    booth.vote(0, "bench")
    seal_booth(booth)
    assert tell(booth, CLOSES + 2 * DAY) == 0


def test_whoever_has_no_confirmed_address_or_a_closed_account_gets_none(booth: Booth, sent: list[Mail]) -> None:
    with write(booth.engine) as session:
        session.get_one(Person, booth.people[0]).email_confirmed_at = None
        session.get_one(Person, booth.people[1]).disabled_at = OPENS
    assert tell(booth, MIDDLE) == 10


def test_a_message_that_the_server_refuses_waits_and_is_sent_under_the_same_name(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_mail: Mail, _config: Config) -> None:
        raise NotDeliveredError("SMTPServerDisconnected")

    tell(booth, MIDDLE)
    monkeypatch.setattr(jobs, "deliver", refuse)
    ids = [row.id for row in waiting(booth)]
    assert send(booth) == 0
    assert [row.id for row in waiting(booth)] == ids


def test_without_a_mail_server_it_is_not_printed_into_a_log(booth: Booth, capsys: pytest.CaptureFixture[str]) -> None:
    tell(booth, MIDDLE)
    assert send_waiting_mail(booth.engine, config_of(booth, smtp_url="")) == 0
    assert (capsys.readouterr().err, waiting(booth)) == ("", [])


def test_a_round_of_four_days_or_less_has_no_second_date() -> None:
    four = OPENS + 4 * DAY
    assert [due_date(OPENS, four, OPENS + n * DAY) for n in range(5)] == [
        None, None, MessageDate.MIDDLE, MessageDate.MIDDLE, MessageDate.AFTERWARDS,
    ]  # fmt: skip
    assert due_date(OPENS, OPENS + DAY, OPENS) is None


def test_an_extension_repeats_no_message_and_moves_those_to_come(booth: Booth) -> None:
    assert [tell(booth, MIDDLE), tell(booth, BEFORE_END)] == [12, 12]
    with write(booth.engine) as session:
        longer = {"round_id": "spring", "closes_at": CLOSES + 14 * DAY, "reason": "A storm"}
        assert not ask_closing_change(session, **longer, by=OFFICER, now=BEFORE_END)  # type: ignore[arg-type]  # mixed
    with write(booth.engine) as session:
        confirm_closing_change(session, round_id="spring", by=SECOND, now=BEFORE_END)
    later = [BEFORE_END + MOMENT, CLOSES, CLOSES + 12 * DAY, CLOSES + 14 * DAY]
    assert [tell(booth, at) for at in later] == [0, 0, 0, 12]


def test_who_has_two_ballots_is_told_of_each(sqlite_url: str, tmp_path: Path, sent: list[Mail]) -> None:
    booth = make_booth(sqlite_url, tmp_path, rule=Stands.ONLINE, book=TWO)
    booth.vote(1, "bench", paper="everywhere")
    booth.vote(1, "trees", paper="everywhere", key="again")
    marks = [PaperMarks("everywhere", Approval(("bench",)))]
    booth.cast(booth.roll_id(1), marks, "there", channel="event")
    tell(booth, MIDDLE)
    send(booth)
    words = to(booth, sent, 1)
    assert "we hold a vote cast online (version 2) and a vote cast in person (version 1)." in words
    assert "Votes on paper are not in this message." in words
    booth.engine.dispose()


def test_who_was_on_the_roll_twice_is_told_of_the_entry_that_stands(booth: Booth, sent: list[Mail]) -> None:
    booth.vote(1, "bench", paper="everywhere")
    goes, stands = booth.roll_id(3), booth.roll_id(1)
    with write(booth.engine) as session:
        session.get_one(RollEntry, goes).voided_reason = "same person"
        session.add(RollVoid(roll_id=goes, round_id="spring", stands_id=stands, kind="merged"))
    tell(booth, MIDDLE)
    send(booth)
    assert "Everywhere: we hold a vote (version 1)." in to(booth, sent, 3)
