"""Pages for auditors: everything to read, nothing to change but the notes of what they recounted and opened."""

from pb_app.auditor import closed_lists, log, rounds
from pb_app.auditor.blueprint import bp

__all__ = ["blueprints", "closed_lists", "log", "rounds"]

blueprints = (bp,)
