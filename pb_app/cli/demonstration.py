"""`pb demo` and `pb demo-code`: an invented council to try everything on."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click
import pyotp
from sqlalchemy import select

from pb_app.cli.demo.build import IN_TWO_AREAS, POSTCODES, build, is_empty
from pb_app.cli.demo.people import PASSWORD, STAFF, residents
from pb_app.cli.workplace import Workplace, open_workplace
from pb_app.config import ConfigError
from pb_app.db import read
from pb_app.models.area import Council
from pb_app.models.person import Person

_SHOWN_RESIDENTS = 3


@click.command()
def demo() -> None:
    """Make the demo council Westmere (once) and print a sign-in for each kind of person."""
    workplace = open_workplace()
    if workplace.config.is_production:
        raise ConfigError("`pb demo` is not for production: its passwords are printed.")
    if is_empty(workplace.engine):
        click.echo("Making the demo council Westmere …", err=True)
        started = time.monotonic()
        build(
            workplace.engine, workplace.keys, now=workplace.clock.now(), say=lambda words: click.echo(words, err=True)
        )
        click.echo(f"Made in {time.monotonic() - started:.0f} s.", err=True)
    _print_sign_ins(workplace)


@click.command("demo-code")
@click.argument("name")
def demo_code(name: str) -> None:
    """Print the present second-factor code of a demo person: `pb demo-code dana`."""
    click.echo(_codes(open_workplace(), (name,))[name])


def _print_sign_ins(workplace: Workplace) -> None:
    codes, pb = _codes(workplace, tuple(person.sign_in for person in STAFF)), _as_typed(sys.argv[0])
    click.echo(f"\nSign in with these (password for all: {PASSWORD})\n")
    for person in residents()[:_SHOWN_RESIDENTS]:
        click.echo(f"  {person.role:<14} {person.email:<26}")
    for person in STAFF:
        code = f"code now {codes[person.sign_in]}, later: {pb} demo-code {person.sign_in}"
        click.echo(f"  {person.role:<14} {person.email:<26} {code}")
    tried = ", ".join(f"{postcode} ({name})" for postcode, name in POSTCODES)
    click.echo(f"\nPostcodes to vote by: {tried}; {IN_TWO_AREAS} lies in two areas.")
    click.echo(f"Move the demo's clock with `{pb} clock +3d`; `make reset` clears everything.\n")


def _as_typed(program: str) -> str:
    """How to type this command again: as `make run` found it in this folder, else by its name."""
    path = Path(program)
    return program if path.name == "pb" and not path.is_absolute() and (Path.cwd() / path).exists() else "pb"


def _codes(workplace: Workplace, names: tuple[str, ...]) -> dict[str, str]:
    """The codes of demo people by sign-in name. Raises ConfigError for an unknown name or a council that is no demo."""
    emails = {f"{name}@westmere.example": name for name in names}
    with read(workplace.engine) as session:
        council = session.get(Council, 1)
        if council is None or not council.is_demo:
            raise ConfigError("This is no demo council, so there are no codes to print.")
        rows = session.execute(select(Person.email, Person.totp_secret).where(Person.email.in_(emails)))
        codes = {emails[email]: pyotp.TOTP(secret).at(datetime.now(UTC)) for email, secret in rows if secret}
    if missing := [name for name in names if name not in codes]:
        raise ConfigError(f"Nobody called {missing[0]!r} has a second factor here. Try {_known_names()}.")
    return codes


def _known_names() -> str:
    *others, last = (person.sign_in for person in STAFF)
    return f"{', '.join(others)} or {last}"
