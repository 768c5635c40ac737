"""`pb serve`, `pb clock`, `pb keys`, `pb send-mail`, `pb nights`: keeping an installation running."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from gunicorn.app.wsgiapp import run as run_gunicorn

from pb_app import config as settings
from pb_app.cli.workplace import open_workplace
from pb_app.jobs import log_nights, send_waiting_mail, tell_voters
from pb_app.services.clock import move

_PROCESSES, _THREADS = 2, 4


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: $PORT, or 8000.")
@click.option("--host", default="127.0.0.1", show_default=True)
def serve(port: int | None, host: str) -> None:
    """Serve the pages until Ctrl-C."""
    workplace = open_workplace()
    port = port or workplace.config.port
    workplace.engine.dispose()
    click.echo(f"Commonpot is at http://{host}:{port}/ (Ctrl-C stops it)", err=True)
    sys.stderr.flush()
    # gunicorn takes over this process: Ctrl-C reaches it, and nothing is imported twice. Its warnings hold addresses.
    sys.argv = [
        "gunicorn", "--bind", f"{host}:{port}", "--worker-class", "gthread", "--workers", str(_PROCESSES),
        "--threads", str(_THREADS), "--no-control-socket", "--log-level", "error", "pb_app.wsgi:application()",
    ]  # fmt: skip
    run_gunicorn()


@click.command()
@click.argument("change", required=False)
def clock(change: str | None) -> None:
    """Show the demo's clock, or move it: `pb clock +3d`, `pb clock +5h30m`."""
    workplace = open_workplace()
    if change is not None:
        spec = workplace.config.clock
        if not spec.startswith("file:"):
            raise settings.ConfigError("This installation runs on real time. Only a demo has a clock that moves.")
        move(Path(spec.removeprefix("file:")), change)
    click.echo(workplace.clock.now().isoformat(timespec="seconds"))


@click.group()
def keys() -> None:
    """The council's signing key."""


@keys.command()
def new() -> None:
    """Make the council's key in KEY_DIR (once) and print its fingerprint."""
    workplace = open_workplace()
    workplace.keys.make_council_key()
    click.echo(workplace.keys.fingerprint())


@keys.command("fingerprint")
def show_fingerprint() -> None:
    """Print the fingerprint that belongs on letters and in the minutes."""
    click.echo(open_workplace().keys.fingerprint())


@click.command("send-mail")
def send_mail() -> None:
    """Send what waits in the outbox (to SMTP_URL, or to this terminal)."""
    workplace = open_workplace(writes=True)
    click.echo(f"{send_waiting_mail(workplace.engine, workplace.config)} sent")


@click.command()
def nights() -> None:
    """Log the night that has ended in every register, sign its checkpoint, and write messages about votes.

    The server does so by itself.
    """
    workplace = open_workplace(writes=True)
    logged = log_nights(workplace.engine, workplace.keys, workplace.clock, ZoneInfo(workplace.config.timezone))
    tell_voters(workplace.engine, workplace.keys, workplace.clock)
    click.echo(f"{logged} logged")
