"""One of several, and whole numbers: anything else is answered with what to choose or how to write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form, RadioField
from wtforms.validators import ValidationError

from pb_app.web.fields import Validator


def choice_field(
    label: str, choices: Mapping[str, str], missing: str, hint: str = "", default: str | None = None
) -> RadioField:
    """Nothing ticked, or a value that is not offered, gets the sentence `missing`.

    A view that offers what it read from the database sets `field.choices` (value: words) before it validates.
    """

    def check(form: Form, field: Any) -> None:
        field.errors = []
        if field.data not in field.choices:
            raise ValidationError(missing)

    return RadioField(
        label,
        choices=dict(choices),
        description=hint,
        default=default,
        validators=[check],
        validate_choice=False,
    )


def whole_number(what: str, example: str, least: int, most: int) -> Validator:
    """A whole number from `least` to `most`; what is typed otherwise is answered with how to write it."""

    def check(form: Form, field: Any) -> None:
        field.errors = []
        if field.data is None:
            raise ValidationError(f"Write {what} as a number, like {example}")
        if not least <= field.data <= most:
            raise ValidationError(f"Write {what} as a number from {least:,} to {most:,}")

    return check
