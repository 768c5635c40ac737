"""Where the `pb` command and the server come in: the one place that sees both the commands and the application."""

from __future__ import annotations

import os

from flask import Flask

from pb_app import config
from pb_app.cli.main import run
from pb_app.factory import create_app


def application() -> Flask:
    """The application that gunicorn serves, from environment variables. Raises ConfigError."""
    return create_app(config.from_environment(os.environ))


def main() -> None:
    """The `pb` command."""
    run()


if __name__ == "__main__":
    main()
