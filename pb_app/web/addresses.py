"""Numbers in addresses: as large as every database holds; a larger one is a page that is not there, not our fault."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST = 2**31 - 1


class Number(IntegerConverter):
    """`<int:n>`, from 0 to `LARGEST`."""

    def to_python(self, value: str) -> int:
        """The number. Raises ValidationError, which is answered with 404."""
        number = int(super().to_python(value))
        if number > LARGEST:
            raise ValidationError
        return number


def read_number(text: str | None) -> int | None:
    """The number in a field that no person types, 0 to `LARGEST`; None for anything else."""
    if not text or not text.isdecimal() or len(text) > len(str(LARGEST)):
        return None
    return min(int(text), LARGEST)


def init_app(app: Flask) -> None:
    """Makes every `<int:n>` such a number; before any address is added."""
    app.url_map.converters["int"] = Number
