"""The form every page builds on: its own words for an old token, and a place for a service's problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from wtforms import Field, FieldList, FormField
from wtforms.validators import ValidationError

from pb_app.web.keep import KEPT_MARK
from voting.errors import Problem

TOO_OLD = "This page was open too long. Nothing is lost: look it over and press the button again"
CAME_BACK = "You are signed in again. Nothing is lost: look it over and press the button again"
FILE_AGAIN = ". Choose your file again too: a browser does not send it twice"


class Token(_FlaskFormCSRF):  # type: ignore[misc]  # flask-wtf ships no types
    """Flask-WTF's token in plain words. A failed check is a problem of the form, so the text typed is shown again."""

    def validate_csrf_token(self, form: FlaskForm, field: Field) -> None:
        """Raises ValidationError with the sentence the page shows."""
        try:
            super().validate_csrf_token(form, field)
        except ValidationError as error:
            raise ValidationError(_too_old()) from error
        g.is_token_checked = True


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the error summary: where it leads ("" for the whole form) and what it says."""

    target: str
    message: str


class BaseForm(FlaskForm):  # type: ignore[misc]  # flask-wtf ships no types
    """A form with a token. An empty subclass serves a page that only has a button."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # flask-wtf ships no types
        """Our token in place of Flask-WTF's."""

        csrf_class = Token

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """Puts what a service answered beside the field of that name, or above the form."""
        for problem in problems:
            field = next((one for one in _leaves(self) if problem.field in (one.short_name, one.name)), None)
            if field is None:
                self.form_errors.append(problem.message)
            else:
                field.errors = [*field.errors, problem.message]

    @property
    def faults(self) -> list[Fault]:
        """What to mend, in the order of the fields, for the error summary."""
        whole = [Fault("", str(message)) for message in self.form_errors]
        return whole + [Fault(_target(field), str(message)) for field in _leaves(self) for message in field.errors]


class ButtonForm(BaseForm):
    """Only a button: the page says what it does."""


def _leaves(fields: Any) -> Iterator[Any]:
    """Every single field, those inside lists and sub-forms too, in order."""
    for field in fields:
        if isinstance(field, FieldList | FormField):
            yield from _leaves(field)
        else:
            yield field


def _target(field: Any) -> str:
    """The id of the first box of a field."""
    if field.type == "CSRFTokenField":
        return ""
    parts: tuple[str, ...] = getattr(field, "parts", ())
    return f"{field.id}-{parts[0]}" if parts else str(field.id)


def _too_old() -> str:
    words = CAME_BACK if KEPT_MARK in request.form else TOO_OLD
    return words + (FILE_AGAIN if any(upload.filename for upload in request.files.values()) else "")
