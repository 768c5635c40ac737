"""`pb council` and `pb administrator`: what a new installation needs before anybody can sign in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from pb_app.cli.workplace import open_workplace
from pb_app.db import read, write
from pb_app.services.council import CouncilView, get_council, set_council
from pb_app.services.founding import add_administrator, add_areas
from pb_app.services.mailed_links import HOURS
from pb_app.services.proposal_reading import list_areas
from voting.errors import Problem

_COLOUR = re.compile(r"#[0-9a-f]{6}")


@click.command()
@click.option("--name", help="What every page is headed with, like “Westmere Council”.")
@click.option("--colour", help="The brand colour as #rrggbb, dark enough for white text.")
@click.option("--help-email", help="Where residents can write.")
@click.option("--help-phone", help="Where residents can call.")
@click.option("--area", "areas", multiple=True, metavar="NAME", help="A part of the council's land; once for each.")
def council(
    name: str | None, colour: str | None, help_email: str | None, help_phone: str | None, areas: tuple[str, ...]
) -> None:
    """Show the council of this installation, or set it up and change it.

    \b
    pb council --name "Westmere Council" --help-email help@westmere.example \\
               --area "Alder Quay" --area Brindle
    """
    place = open_workplace(writes=True)
    named = {"name": name, "colour": colour, "help_email": help_email, "help_phone": help_phone}
    given: dict[str, Any] = {key: value.strip() for key, value in named.items() if value is not None}
    with write(place.engine) as session:
        new = replace(get_council(session), **given)
        if given:
            _refuse(_problems(new) or set_council(session, council=new, by=None, now=datetime.now(UTC)))
        add_areas(session, names=areas, now=datetime.now(UTC))
    with read(place.engine) as session:
        shown, known = get_council(session), list_areas(session)
    for label, value in (("Name", shown.name), ("Colour", shown.colour), ("E-mail", shown.help_email)):
        click.echo(f"{label:<8}{value}")
    click.echo(f"Phone   {shown.help_phone}\nAreas   {', '.join(area for _, area in known) or 'none yet: --area NAME'}")


@click.command()
@click.argument("email")
@click.argument("name")
def administrator(email: str, name: str) -> None:
    """Make one of the first two administrators, and print the link where they choose their password.

    Administrators appoint officers and everybody else on their pages, always two of them together.
    """
    place = open_workplace(writes=True)
    with write(place.engine) as session:
        made = add_administrator(session, email=email, name=name, now=datetime.now(UTC))
        if not isinstance(made, str):
            _refuse(made)
    base = place.config.base_url or f"http://127.0.0.1:{place.config.port}"
    click.echo(f"{name} chooses a password here, once, within {HOURS['reset']} hours:", err=True)
    click.echo(f"{base}/account/reset-password/{made}")


def _problems(view: CouncilView) -> list[Problem]:
    if view.name in ("", CouncilView().name):
        return [Problem("name", "Write the council's name")]
    if not _COLOUR.fullmatch(view.colour):
        return [Problem("colour", f"Write the colour like #0b5563, not {view.colour!r}")]
    return []


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise click.ClickException(". ".join(problem.message for problem in problems))
