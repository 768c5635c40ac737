"""`pb key restore`: a round's lost key comes back from a sealed copy, with its holder beside the machine."""

from __future__ import annotations

from typing import TextIO

import click

from pb_app.cli.workplace import open_workplace
from pb_app.db import read
from pb_app.services.key_copies import restore_keys
from pb_app.services.sealed_copies import CopyError


@click.group()
def key() -> None:
    """The key of a round."""


@key.command()
@click.argument("round_id", metavar="ROUND")
@click.argument("copy", type=click.File())
def restore(round_id: str, copy: TextIO) -> None:
    """Put the lost key of ROUND back from a holder's COPY ("-": paste it, then Ctrl-D). Asks for their passphrase."""
    workplace = open_workplace()
    text = copy.read()
    passphrase = click.prompt("Passphrase of its holder", hide_input=True, err=True)
    try:
        with read(workplace.engine) as session:
            restore_keys(session, workplace.keys, round_id=round_id, text=text, passphrase=passphrase)
    except CopyError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"The key of {round_id} is in the key directory again.")
