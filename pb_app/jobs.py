"""What happens apart from any page: mail is sent, letters are made, every night waiting ballots join the register."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from pb_app.config import Config, ConfigError
from pb_app.db import read, write
from pb_app.notify import NotDeliveredError, deliver
from pb_app.services.checkpoints import RolledBackError, find_rollback, publish_checkpoints
from pb_app.services.clock import Clock, ClockError
from pb_app.services.halting import Halt
from pb_app.services.keys import KeyMissingError, KeyStore
from pb_app.services.letter_downloads import sweep
from pb_app.services.letter_run import Printer, Progress, make_waiting
from pb_app.services.nights import find_open_registers, log_due_night
from pb_app.services.outbox import Mail, claim_next, drop_mail, drop_sent, is_any_due, mark_sent
from pb_app.services.typesetting import TypesettingError
from pb_app.services.vote_messages import (
    find_rounds_to_tell,
    is_vote_message,
    open_vote_message,
    write_vote_messages,
)
from voting.errors import VotingError

_PAUSE_SECONDS = 5
_NIGHT_PAUSE_SECONDS = 30
_LETTERS_PAUSE_SECONDS = 2
_log = logging.getLogger(__name__)


def send_waiting_mail(engine: Engine, config: Config) -> int:
    """Sends what is due and gives how many went. A refused message waits for its next turn, longer each time.

    Each message is claimed, sent, and noted as sent in three steps, and no lock is held during the second: a slow
    mail server must not hold up a voter. A crash between the last two sends a message again, under the same
    Message-ID.
    """
    sent = 0
    while (mail := _claim(engine)) is not None:
        sent += _send_vote_message(engine, config, mail) if is_vote_message(mail) else _send(engine, config, mail)
    if sent:
        with write(engine) as session:
            drop_sent(session, now=_now())
    return sent


def keep_sending(engine: Engine, config: Config) -> None:
    """Sends waiting mail every few seconds from a thread of its own, until the process ends."""
    threading.Thread(target=_send_for_ever, args=(engine, config), name="mail", daemon=True).start()


def log_nights(engine: Engine, keys: KeyStore, clock: Clock, timezone: ZoneInfo) -> int:
    """Logs every night that has ended and publishes the checkpoints that are waited for; how many nights.

    Raises RolledBackError, and signs nothing, where a register is not the one that was signed before.
    """
    with read(engine) as session:
        fault = find_rollback(session, keys)
        round_ids = find_open_registers(session)
    if fault:
        raise RolledBackError(fault)
    logged = 0
    for round_id in round_ids:
        with write(engine) as session:
            logged += log_due_night(session, keys, round_id=round_id, now=clock.now(), timezone=timezone)
    publish_checkpoints(engine, keys, now=clock.now())
    return logged


def keep_registers(engine: Engine, keys: KeyStore, clock: Clock, timezone: ZoneInfo, halt: Halt) -> None:
    """Looks after the registers from a thread of its own, until the process ends or a register was set back."""
    arguments = (engine, keys, clock, timezone, halt)
    threading.Thread(target=_log_for_ever, args=arguments, name="register", daemon=True).start()


def tell_voters(engine: Engine, keys: KeyStore, clock: Clock) -> int:
    """Writes the messages about votes whose date has come, and drops those whose date has passed; how many it wrote."""
    with read(engine) as session:
        round_ids = find_rounds_to_tell(session, keys, now=clock.now())
    written = 0
    for round_id in round_ids:
        with write(engine) as session:
            written += write_vote_messages(session, keys, round_id=round_id, now=clock.now())
    return written


def print_letters(printer: Printer, clock: Clock, progress: Progress | None = None) -> int:
    """Makes the letters that wait, and voids and destroys what nobody downloaded in time; how many batches it made."""
    made = make_waiting(printer, clock.now, progress)
    sweep(printer, now=clock.now())
    return made


def keep_printing(printer: Printer, clock: Clock, halt: Halt) -> None:
    """Makes letters from a thread of its own, until the process ends or a register was set back."""
    threading.Thread(target=_print_for_ever, args=(printer, clock, halt), name="letters", daemon=True).start()


def _print_for_ever(printer: Printer, clock: Clock, halt: Halt) -> None:
    while not halt.reason:
        try:
            print_letters(printer, clock)
        except (SQLAlchemyError, ClockError, KeyMissingError, InvalidTag, TypesettingError, VotingError, OSError):
            _log.exception("letters could not be made; trying again in %s s", _LETTERS_PAUSE_SECONDS)
        time.sleep(_LETTERS_PAUSE_SECONDS)


def _log_for_ever(engine: Engine, keys: KeyStore, clock: Clock, timezone: ZoneInfo, halt: Halt) -> None:
    while not halt.reason:
        try:
            log_nights(engine, keys, clock, timezone)
            tell_voters(engine, keys, clock)
        except RolledBackError as error:
            halt.reason = str(error)
            _log.critical("Nothing is signed or changed any more. %s", error)
        except (SQLAlchemyError, ClockError, KeyMissingError, InvalidTag, OSError):
            _log.exception("the night could not be logged; trying again in %s s", _NIGHT_PAUSE_SECONDS)
        time.sleep(_NIGHT_PAUSE_SECONDS)


def _send_for_ever(engine: Engine, config: Config) -> None:
    while True:
        time.sleep(_PAUSE_SECONDS)
        try:
            send_waiting_mail(engine, config)
        except (
            SQLAlchemyError,
            ConfigError,
            ClockError,
            KeyMissingError,
            InvalidTag,
            OSError,
        ):  # one bad pass must not end all later ones
            _log.exception("sending mail failed; trying again in %s s", _PAUSE_SECONDS)


def _claim(engine: Engine) -> Mail | None:
    with read(engine) as session:
        if not is_any_due(session, now=_now()):
            return None
    with write(engine) as session:
        return claim_next(session, now=_now())


def _send(engine: Engine, config: Config, mail: Mail) -> bool:
    if not _deliver(mail, config):
        return False
    with write(engine) as session:
        mark_sent(session, mail_id=mail.id, now=_now())
    return True


def _send_vote_message(engine: Engine, config: Config, mail: Mail) -> bool:
    """Sends it and drops it. Drops it unsent where it holds no more, and where there is no mail server: what is printed
    on a terminal may stay in a log. One that no server takes goes when its date has passed.
    """
    opened = _open_vote_message(engine, config, mail) if config.smtp_url else None
    if opened is not None and not _deliver(opened, config):
        return False
    with write(engine) as session:
        drop_mail(session, mail_id=mail.id)
    return opened is not None


def _open_vote_message(engine: Engine, config: Config, mail: Mail) -> Mail | None:
    with read(engine) as session:
        return open_vote_message(session, KeyStore(config.key_dir), mail, now=Clock(config.clock).now())


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
