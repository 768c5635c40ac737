"""`pb letters`: making the letters that wait, with their progress in the terminal."""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from pb_app.cli.workplace import open_workplace
from pb_app.db import read
from pb_app.jobs import print_letters
from pb_app.services.letter_batches import find_unfinished
from pb_app.services.letter_run import make_printer


@click.command()
def letters() -> None:
    """Make the letters that officers asked for and that wait. The server does so by itself.

    They are downloaded from the officers' page. What nobody downloaded within a day is voided.
    """
    workplace = open_workplace(writes=True)
    printer = make_printer(workplace.engine, workplace.keys, workplace.config.instance_dir)
    columns = "Letters", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("letters", total=None)
        made = print_letters(printer, workplace.clock, lambda done, size: bar.update(task, completed=done, total=size))
    with read(workplace.engine) as session:
        left = len(find_unfinished(session))
    click.echo(f"{made} made" + (f", {left} being made by the server or kept on another machine" if left else ""))
