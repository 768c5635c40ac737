"""Where the server comes in. Apart from `__main__`, so that a command does not load every page first."""

from __future__ import annotations

import os

from flask import Flask

from pb_app import config
from pb_app.factory import create_app
from pb_app.jobs import keep_sending
from pb_app.web.context import NAME, Workplace


def application() -> Flask:
    """The application that gunicorn serves, and the sender of its mail. Raises ConfigError."""
    settings = config.from_environment(os.environ)
    app = create_app(settings)
    workplace: Workplace = app.extensions[NAME]
    keep_sending(workplace.engine, settings)
    return app
