"""What happens apart from any page: the outbox is emptied, message by message, each in its own transaction."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from pb_app.config import Config, ConfigError
from pb_app.db import read, write
from pb_app.notify import NotDeliveredError, deliver
from pb_app.services.clock import Clock
from pb_app.services.outbox import claim_next, count_waiting, drop_sent, mark_sent

_PAUSE_SECONDS = 5
_log = logging.getLogger(__name__)


def send_waiting_mail(engine: Engine, config: Config, *, now: datetime) -> int:
    """Sends what waits and gives how many went. A refusal ends the pass; the next one begins with other messages.

    A message is noted as sent in the transaction that locks it, so two processes never send the same one.
    """
    sent = 0
    while _send_one(engine, config, now):
        sent += 1
    if sent:
        with write(engine) as session:
            drop_sent(session, now=now)
    return sent


def keep_sending(engine: Engine, config: Config, clock: Clock) -> None:
    """Sends waiting mail every few seconds from a thread of its own, until the process ends."""
    threading.Thread(target=_send_for_ever, args=(engine, config, clock), name="mail", daemon=True).start()


def _send_for_ever(engine: Engine, config: Config, clock: Clock) -> None:
    while True:
        time.sleep(_PAUSE_SECONDS)
        try:
            with read(engine) as session:
                is_waiting = count_waiting(session) > 0
            if is_waiting:
                send_waiting_mail(engine, config, now=clock.now())
        except (SQLAlchemyError, ConfigError, OSError):  # one bad pass must not end all later ones
            _log.exception("sending mail failed; trying again in %s s", _PAUSE_SECONDS)


def _send_one(engine: Engine, config: Config, now: datetime) -> bool:
    """Whether a message waited and went."""
    with write(engine) as session:
        mail = claim_next(session, before=now)
        if mail is None:
            return False
        try:
            deliver(mail, config)
        except NotDeliveredError:
            return False
        mark_sent(session, mail_id=mail.id, now=now)
        return True
