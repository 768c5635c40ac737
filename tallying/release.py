"""Which release of the count this is."""

RELEASE = "0.1.0"
"""The release, as in ``pyproject.toml``."""
