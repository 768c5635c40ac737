"""The `pb` command: its sub-commands, and the one place where a refusal becomes a line and an exit code.

Exit codes: 0 done, 1 a check failed, 2 the input is wrong (one line says what and how to mend it).
"""

from __future__ import annotations

import importlib
import sys

import click
from sqlalchemy.exc import OperationalError

from pb_app.config import ConfigError
from pb_app.services.checkpoints import RolledBackError
from pb_app.services.clock import ClockError
from pb_app.services.keys import KeyMissingError
from tallying.pabulib import PabulibError
from voting.errors import VotingError

_MODULES = {
    "administrator": "founding",
    "clock": "running",
    "council": "founding",
    "demo": "demonstration",
    "demo-code": "demonstration",
    "import": "records",
    "key": "keeping",
    "keys": "running",
    "letters": "letters",
    "nights": "running",
    "record": "records",
    "rounds": "rounds",
    "send-mail": "running",
    "serve": "running",
}
"""Which module of this package holds a command. Only the one that is asked for is loaded: starting is quick."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        module = importlib.import_module(f"pb_app.cli.{_MODULES[cmd_name]}")
        name = {"import": "import_file"}.get(cmd_name, cmd_name.replace("-", "_"))
        command: click.Command = getattr(module, name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def pb() -> None:
    """Commonpot: participatory budgeting that anyone can recount.

    \b
    First steps:
      pb demo                 make the demo council and print its sign-ins
      pb serve                start the pages on http://127.0.0.1:8000/
      pb rounds               list the rounds
      pb import FILE.pb       bring in a real election and count it
      pb record ROUND -o F    write a round's published record to a file

    \b
    A council's own installation (docs/guides/running.md):
      pb keys new             make the signing key; its fingerprint goes into the minutes
      pb council --name …     set up the council and its areas
      pb administrator …      make the first two administrators
    """


def run() -> None:
    """Runs `pb`; every refusal is one line on standard error."""
    try:
        sys.exit(pb.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except OperationalError as error:
        _stop(f"The database cannot be used: {error.orig}. Check DATABASE_URL.")
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except (ClockError, ConfigError, KeyMissingError, PabulibError, RolledBackError, VotingError) as error:
        _stop(str(error))


def _stop(words: str) -> None:
    click.echo(f"pb: {words}", err=True)
    sys.exit(2)
