"""Pages for everybody: what is open, what is proposed, what was decided and why."""

from pb_app.public import downloads, home, information, number_hashes, proposals, register, results, rounds, samples
from pb_app.public.blueprint import bp

__all__ = [
    "blueprints", "downloads", "home", "information", "number_hashes", "proposals", "register", "results", "rounds",
    "samples",
]  # fmt: skip

blueprints = (bp,)
