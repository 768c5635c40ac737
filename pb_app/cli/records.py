"""`pb import` and `pb record`: elections in, records out."""

from __future__ import annotations

from pathlib import Path

import click

from pb_app.cli.workplace import open_workplace
from pb_app.db import read, write
from pb_app.models.round import Round
from pb_app.services.checkpoints import publish_checkpoint
from pb_app.services.importing import import_pabulib
from pb_app.services.publishing import record_bytes
from voting.errors import NotFoundError


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Make a closed round of a Pabulib FILE.pb, count it under its own rule and publish its record."""
    workplace = open_workplace(writes=True)
    data = file.read_bytes()
    with write(workplace.engine) as session:
        slug = import_pabulib(session, workplace.keys, data=data, name=file.name, by=None, now=workplace.clock.now())
    publish_checkpoint(workplace.engine, workplace.keys, round_id=slug, now=workplace.clock.now())
    click.echo(slug)


@click.command()
@click.argument("slug")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the zip.")
def record(slug: str, output: Path | None) -> None:
    """Write the published record of round SLUG to a zip file."""
    workplace = open_workplace()
    target = output or Path(f"{slug}.zip")
    with read(workplace.engine) as session:
        if session.get(Round, slug) is None:
            raise NotFoundError(f"There is no round {slug!r}. See: pb rounds")
        data = record_bytes(session, slug)
    target.write_bytes(data)
    click.echo(f"{target}: {len(data):,} bytes. Check it with: pb-tally verify {target}")
