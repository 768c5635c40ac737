"""Where the server comes in. Apart from `__main__`, so that a command does not load every page first."""

from __future__ import annotations

import os
from zoneinfo import ZoneInfo

from flask import Flask

from pb_app import config
from pb_app.db import read
from pb_app.factory import create_app
from pb_app.jobs import keep_printing, keep_registers, keep_sending
from pb_app.services.checkpoints import find_rollback
from pb_app.services.letter_run import make_printer
from pb_app.web.context import NAME, Workplace


def application() -> Flask:
    """The application that gunicorn serves, with the sender of its mail and the keeper of its registers.

    Where the database is an older copy than what was signed, the pages can only be read. Raises ConfigError.
    """
    settings = config.from_environment(os.environ)
    app = create_app(settings)
    workplace: Workplace = app.extensions[NAME]
    with read(workplace.engine) as session:
        workplace.halt.reason = find_rollback(session, workplace.keys)
    if workplace.halt.reason:
        app.logger.critical("Nothing is signed or changed. %s", workplace.halt.reason)
        return app
    keep_sending(workplace.engine, settings)
    printer = make_printer(workplace.engine, workplace.keys, settings.instance_dir)
    keep_printing(printer, workplace.clock, workplace.halt)
    zone = ZoneInfo(settings.timezone)
    keep_registers(workplace.engine, workplace.keys, workplace.clock, zone, workplace.halt)
    return app
