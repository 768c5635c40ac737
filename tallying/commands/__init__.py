"""The sub-commands of ``pb-tally``: each has ``add(parsers)`` and ``run(args) -> exit code``."""
