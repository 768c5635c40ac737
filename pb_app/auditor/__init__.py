"""Pages for auditors: everything to read, nothing to change but the note of their own recounts."""

from pb_app.auditor import log, rounds
from pb_app.auditor.blueprint import bp

__all__ = ["blueprints", "log", "rounds"]

blueprints = (bp,)
