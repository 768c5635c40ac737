"""`pb rounds`: what there is."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from pb_app.cli.workplace import open_workplace
from pb_app.db import read
from pb_app.services.rounds import list_all_rounds


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list of {slug, title, phase}.")
def rounds(as_json: bool) -> None:
    """List the rounds with their phase."""
    workplace = open_workplace()
    with read(workplace.engine) as session:
        now = workplace.clock.now()
        found = [(each.id, each.title, str(each.phase_at(now))) for each in list_all_rounds(session)]
    if as_json:
        click.echo(
            json.dumps([{"slug": slug, "title": title, "phase": phase} for slug, title, phase in found], indent=1)
        )
    elif found:
        Console(soft_wrap=True).print(_table(found))
    else:
        click.echo("There is no round yet. `pb demo` makes some; officers make real ones on the pages.")


def _table(found: list[tuple[str, str, str]]) -> Table:
    table = Table("Round", "Title", "Phase", box=None, pad_edge=False)
    for each in found:
        table.add_row(*each)
    return table
