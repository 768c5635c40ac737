"""Brings one message to a person: by SMTP where it is set, else onto the terminal."""

from __future__ import annotations

import smtplib
import ssl
import sys
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from pb_app.config import Config, ConfigError
from pb_app.services.outbox import Mail

_TIMEOUT_SECONDS = 20


class NotDeliveredError(Exception):
    """The mail server did not take a message; it stays in the outbox."""


def deliver(mail: Mail, config: Config) -> None:
    """Sends one message. Raises NotDeliveredError, and ConfigError for an SMTP_URL that cannot be read."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = config.mail_from, mail.to, mail.subject
    message["Message-ID"] = f"<{mail.id}@{config.mail_from.rpartition('@')[2]}>"
    message.set_content(mail.body)
    if config.smtp_url:
        _by_smtp(message, config.smtp_url)
    else:
        print(f"--- mail to {mail.to}: {mail.subject}\n{mail.body.rstrip()}\n---", file=sys.stderr, flush=True)


def _by_smtp(message: EmailMessage, url: str) -> None:
    """`smtps://` is TLS from the start; `smtp://` asks for STARTTLS as soon as a name and password are given."""
    address = urlsplit(url)
    if address.scheme not in ("smtp", "smtps") or not address.hostname:
        raise ConfigError("SMTP_URL cannot be read. Write it like smtps://name:password@mail.example:465")
    try:
        with _connection(address.scheme, address.hostname, address.port) as server:
            if address.username and address.password:
                if address.scheme == "smtp":
                    server.starttls(context=ssl.create_default_context())
                server.login(unquote(address.username), unquote(address.password))
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise NotDeliveredError(type(error).__name__) from error


def _connection(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT_SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(host, port or 25, timeout=_TIMEOUT_SECONDS)
