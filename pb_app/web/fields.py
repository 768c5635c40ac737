"""Form fields that know money and local time, and validators that say how to mend what is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from wtforms import Field, Form, HiddenField, PasswordField, StringField
from wtforms.validators import StopValidation, ValidationError

from pb_app.web import context

_MONEY = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?", re.ASCII)
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.ASCII)
_MOST_PENCE = 100_000_000_000_00
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

Validator = Callable[[Form, Any], None]


def required(message: str) -> Validator:
    """Stops at an empty field with `message`, which says what to write: "Write the title"."""

    def check(form: Form, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if field.data is None or (isinstance(field.data, str | list) and not _stripped(field.data)):
            field.errors = []
            raise StopValidation(message)

    return check


def at_most(letters: int, what: str) -> Validator:
    """Refuses more than `letters` letters: "Make the title 60 letters or shorter. It is 74 now"."""

    def check(form: Form, field: Any) -> None:
        length = len(field.data or "")
        if length > letters:
            raise ValidationError(f"Make {what} {letters:,} letters or shorter. It is {length:,} now")

    return check


def tidy(text: str | None) -> str:
    """What was typed without outer spaces, and with line ends as one character (browsers send two)."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


class _Text:
    """`text` is what was typed, "" when nothing was."""

    data: Any

    @property
    def text(self) -> str:
        """Never None, unlike `data`."""
        return self.data or ""


class TextField(_Text, StringField):
    """One line or more of text."""


class SecretField(_Text, PasswordField):
    """A password: taken as it is, spaces too, and never shown back."""


class HiddenText(_Text, HiddenField):
    """A value that travels with the form."""


def text_field(label: str, *, hint: str = "", validators: Sequence[Validator] = (), **options: Any) -> TextField:
    """A TextField whose value is tidied."""
    return TextField(label, description=hint, filters=[tidy], validators=list(validators), **options)


class MoneyField(Field):
    """Pounds as people type them; `data` is whole pence, or None when empty or not understood."""

    def __init__(self, label: str, *, example: str = "1,600", hint: str = "", **options: Any) -> None:
        super().__init__(label, description=hint, **options)
        self.example = example
        self.typed: str | None = None

    def _value(self) -> str:
        """What the box shows: the person's own spelling, until it is understood."""
        if self.typed is not None:
            return self.typed
        return _pounds(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with the sentence the page shows."""
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if self.typed:
            self.data = _pence(self.typed, str(self.label.text), self.example)


class LocalDateField(Field):
    """Day, month and year in three boxes; `data` is a date, or None when empty or not understood."""

    parts: tuple[str, ...] = ("day", "month", "year")

    def __init__(self, label: str, *, hint: str = "", **options: Any) -> None:
        super().__init__(label, description=hint, **options)
        self.typed: dict[str, str] = {}

    def shown(self, part: str) -> str:
        """What the box of `part` shows."""
        if self.typed:
            return self.typed.get(part, "")
        return self._from_data(part) if self.data is not None else ""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None, **options: Any) -> None:
        """Reads `name-day`, `name-month` and so on; a missing box counts as empty, never as an error 500."""
        super().process(None, *([] if data is None else [data]))
        if formdata is None or not any(f"{self.name}-{part}" in formdata for part in self.parts):
            return
        self.typed = {part: formdata.get(f"{self.name}-{part}", "").strip() for part in (*self.parts, "fold")}
        self.data = None
        try:
            if any(self.typed[part] for part in self.parts):
                self.data = self._understand()
        except ValueError as error:
            self.process_errors = [error.args[0]]

    def _from_data(self, part: str) -> str:
        return str(getattr(self.data, part))

    def _understand(self) -> Any:
        return _date(self.typed, str(self.label.text))


@dataclass(frozen=True, slots=True)
class TwofoldChoice:
    """One of the two times that bear the same name on the night the clocks go back."""

    value: str
    words: str


TWOFOLD = (
    TwofoldChoice("0", "The first one, before the clocks go back"),
    TwofoldChoice("1", "The second one, after that"),
)


class LocalDateTimeField(LocalDateField):
    """A date and a time of day in the place's own time; `data` is aware UTC, or None.

    A time that does not exist (the clocks go forward) is refused; about one that exists twice the page asks.
    """

    parts = ("day", "month", "year", "time")

    @property
    def twofold(self) -> tuple[TwofoldChoice, ...]:
        """What the page must ask when two times bear the same name; nothing otherwise."""
        is_asked = bool(self.typed.get("fold")) or any("happens twice" in str(error) for error in self.errors)
        return TWOFOLD if is_asked else ()

    def _from_data(self, part: str) -> str:
        local = self.data.astimezone(context.timezone())
        return (
            f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
            if part == "time"
            else str(getattr(local, part))
        )

    def _understand(self) -> datetime:
        label = str(self.label.text)
        naive = datetime.combine(_date(self.typed, label), _time(self.typed["time"], label))
        return _in_utc(naive, self.typed["fold"])


def _in_utc(naive: datetime, fold: str) -> datetime:
    first = naive.replace(tzinfo=context.timezone(), fold=0)
    second = naive.replace(tzinfo=context.timezone(), fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(context.timezone()).replace(tzinfo=None) != naive:
        raise ValueError(f"There is no {naive:%H:%M} that day: the clocks go forward. Write a time an hour later")
    if fold not in ("0", "1"):
        raise ValueError(f"{naive:%H:%M} happens twice that day: the clocks go back. Say which one")
    return (second if fold == "1" else first).astimezone(UTC)


def read_pounds(typed: str) -> int | None:
    """Whole pence of a sum as people type it; None when it can't be read or is too large."""
    try:
        return _pence(typed.strip(), "", "")
    except ValueError:
        return None


def write_pounds(pence: int) -> str:
    """A sum as a box shows it: `1,600` or `12.50`."""
    return _pounds(pence)


def _pence(typed: str, label: str, example: str) -> int:
    found = _MONEY.fullmatch(typed)
    if not found:
        raise ValueError(f"Write “{label}” in pounds, like {example}")
    pence = int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))
    if pence > _MOST_PENCE:
        raise ValueError(f"Write a smaller sum for “{label}”")
    return pence


def _pounds(pence: int) -> str:
    return f"{pence // 100:,}.{pence % 100:02d}" if pence % 100 else f"{pence // 100:,}"


def _date(typed: dict[str, str], label: str) -> date:
    missing = [part for part in ("day", "month", "year") if not typed[part]]
    if missing:
        raise ValueError(f"Write the {' and the '.join(missing)} of “{label}”")
    try:
        year, month, on = int(typed["year"]), _month(typed["month"]), int(typed["day"])
        found = date(year + 2000 if year < 100 else year, month, on)
    except ValueError as error:
        raise ValueError(f"Write a real date for “{label}”, like 27 3 2026") from error
    if not 1900 <= found.year <= 2200:
        raise ValueError(f"Write the year of “{label}” with four digits, like 2026")
    return found


def _month(typed: str) -> int:
    word = typed.lower()[:3]
    return _MONTHS.index(word) + 1 if word in _MONTHS else int(typed)


def _time(typed: str, label: str) -> time:
    word = {"midday": "12pm", "noon": "12pm", "midnight": "12am"}.get(typed.lower(), typed.lower())
    found = _TIME.fullmatch(word)
    try:
        if not found:
            raise ValueError(word)
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            if not 1 <= hour <= 12:
                raise ValueError(word)
            hour = hour % 12 + (12 if found[3] == "pm" else 0)
        return time(hour, minute)
    except ValueError as error:
        raise ValueError(f"Write the time of “{label}” like 5pm, 9:30am or 17:00") from error


def _stripped(data: str | list[Any]) -> str | list[Any]:
    return data.strip() if isinstance(data, str) else data
