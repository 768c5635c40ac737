"""``python -m tallying`` is ``pb-tally``."""

from tallying.cli import command

command()
