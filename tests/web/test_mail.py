"""The outbox: written with its cause, sent beside the pages, never in the way of a voter."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from pb_app import jobs
from pb_app.config import Config
from pb_app.db import make_engine, read, write
from pb_app.jobs import send_waiting_mail
from pb_app.models.mail import OutboxMail
from pb_app.notify import NotDeliveredError
from pb_app.services.outbox import Mail, add_mail, claim_next, drop_sent

NOW = datetime.now(UTC)


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    made = make_engine(engine_url)
    yield made
    made.dispose()


@pytest.fixture
def config(engine_url: str, tmp_path: Path) -> Config:
    return Config("s" * 64, engine_url, tmp_path, tmp_path / "keys")


def fill(engine: Engine, count: int) -> None:
    with write(engine) as session:
        for n in range(count):
            add_mail(session, key=f"k{n}", to=f"p{n}@w.example", subject=f"Subject {n}", body="Hello\n", now=NOW)


def test_waiting_mail_is_sent_once_and_printed_where_no_server_is_set(
    engine: Engine, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(engine, 3)
    assert send_waiting_mail(engine, config) == 3
    assert send_waiting_mail(engine, config) == 0
    printed = capsys.readouterr().err
    assert printed.count(": Subject ") == 3
    assert "--- mail to p2@w.example: Subject 2\nHello\n---" in printed


def test_the_same_cause_writes_one_mail(engine: Engine) -> None:
    fill(engine, 1)
    fill(engine, 1)
    with read(engine) as session:
        assert len(session.scalars(select(OutboxMail)).all()) == 1


def test_four_senders_at_once_send_each_mail_once(
    engine: Engine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, 40)
    sent: list[str] = []
    monkeypatch.setattr(jobs, "deliver", lambda mail, _config: sent.append(mail.id))
    senders = [threading.Thread(target=send_waiting_mail, args=(engine, config)) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(sent) == len(set(sent)) == 40


def test_a_slow_mail_server_holds_up_nobody_who_writes(
    engine: Engine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, 1)
    is_open, wrote = threading.Event(), threading.Event()

    def slow(_mail: Mail, _config: Config) -> None:
        is_open.set()
        assert wrote.wait(10)

    monkeypatch.setattr(jobs, "deliver", slow)
    sender = threading.Thread(target=send_waiting_mail, args=(engine, config))
    sender.start()
    assert is_open.wait(10)
    with write(engine) as session:
        add_mail(session, key="meanwhile", to="v@w.example", subject="x", body="x", now=NOW)
    wrote.set()
    sender.join()


def test_a_refused_mail_waits_longer_each_time_and_is_not_lost(
    engine: Engine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, 1)

    def refuse(_mail: Mail, _config: Config) -> None:
        raise NotDeliveredError("SMTPServerDisconnected")

    monkeypatch.setattr(jobs, "deliver", refuse)
    assert send_waiting_mail(engine, config) == 0
    tried = datetime.now(UTC)
    with write(engine) as session:
        assert claim_next(session, now=tried + timedelta(minutes=1)) is None
        assert claim_next(session, now=tried + timedelta(minutes=3)) is not None
        assert claim_next(session, now=tried + timedelta(minutes=6)) is None


def test_a_server_that_is_not_there_loses_nothing(engine: Engine, config: Config) -> None:
    fill(engine, 1)
    assert send_waiting_mail(engine, replace(config, smtp_url="smtp://127.0.0.1:9")) == 0
    with read(engine) as session:
        assert session.scalars(select(OutboxMail.sent_at)).all() == [None]


def test_sent_mail_goes_after_a_week(engine: Engine) -> None:
    fill(engine, 2)
    with write(engine) as session:
        session.execute(update(OutboxMail).where(OutboxMail.idempotency_key == "k0").values(sent_at=NOW))
        drop_sent(session, now=NOW + timedelta(days=8))
        assert session.scalars(select(OutboxMail.idempotency_key)).all() == ["k1"]
