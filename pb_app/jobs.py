"""What happens apart from any page: the outbox is emptied, message by message, each on its own."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from pb_app.config import Config, ConfigError
from pb_app.db import read, write
from pb_app.notify import NotDeliveredError, deliver
from pb_app.services.outbox import Mail, claim_next, drop_sent, is_any_due, mark_sent

_PAUSE_SECONDS = 5
_log = logging.getLogger(__name__)


def send_waiting_mail(engine: Engine, config: Config) -> int:
    """Sends what is due and gives how many went. A refused message waits for its next turn, longer each time.

    Each message is claimed, sent, and noted as sent in three steps, and no lock is held during the second: a slow
    mail server must not hold up a voter. A crash between the last two sends a message again, under the same
    Message-ID.
    """
    sent = 0
    while (mail := _claim(engine)) is not None:
        if _deliver(mail, config):
            with write(engine) as session:
                mark_sent(session, mail_id=mail.id, now=_now())
            sent += 1
    if sent:
        with write(engine) as session:
            drop_sent(session, now=_now())
    return sent


def keep_sending(engine: Engine, config: Config) -> None:
    """Sends waiting mail every few seconds from a thread of its own, until the process ends."""
    threading.Thread(target=_send_for_ever, args=(engine, config), name="mail", daemon=True).start()


def _send_for_ever(engine: Engine, config: Config) -> None:
    while True:
        time.sleep(_PAUSE_SECONDS)
        try:
            send_waiting_mail(engine, config)
        except (SQLAlchemyError, ConfigError, OSError):  # one bad pass must not end all later ones
            _log.exception("sending mail failed; trying again in %s s", _PAUSE_SECONDS)


def _claim(engine: Engine) -> Mail | None:
    with read(engine) as session:
        if not is_any_due(session, now=_now()):
            return None
    with write(engine) as session:
        return claim_next(session, now=_now())


def _deliver(mail: Mail, config: Config) -> bool:
    try:
        deliver(mail, config)
    except NotDeliveredError as error:
        _log.warning("mail %s was not taken (%s); it waits for its next turn", mail.id, error)
        return False
    return True


def _now() -> datetime:
    """Real time: no demo clock hurries a letter along."""
    return datetime.now(UTC)
