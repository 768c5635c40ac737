"""How pages write money, dates and codes. Pounds and local time exist here and in form fields only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup, escape

from pb_app.web import context

_GROUP = 4
_NARROW = "\N{NO-BREAK SPACE}"


def init_app(app: Flask) -> None:
    """Gives every template the filters of this module by their own names."""
    for function in (
        money,
        number,
        plural,
        sentences,
        code4,
        day,
        moment,
        clock_time,
        day_and_month,
        days_left,
        plain_date,
    ):
        app.add_template_filter(function, function.__name__)


def money(pence: int) -> str:
    """`£1,250` from 125000 pence; pence are shown only when there are any."""
    sign, amount = ("−", -pence) if pence < 0 else ("", pence)
    pounds, rest = divmod(amount, 100)
    return f"{sign}£{pounds:,}.{rest:02d}" if rest else f"{sign}£{pounds:,}"


def number(value: int) -> str:
    """`4,212`."""
    return f"{value:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 project`, `24 projects`; `many` where an s is not enough."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sentences(texts: Iterable[str]) -> str:
    """Several messages as one: each but the last ends in a full stop, once."""
    *others, last = (str(text) for text in texts)
    return " ".join([*(text if text.endswith((".", "?", "!")) else f"{text}." for text in others), last])


def code4(code: str) -> Markup:
    """A code in groups of four, each a span, so that it can be read aloud and still copied whole."""
    text = code.replace(" ", "").replace("-", "")
    groups = [text[i : i + _GROUP] for i in range(0, len(text), _GROUP)]
    return Markup("").join(Markup("<span>{}</span>").format(escape(group)) for group in groups)


def day(when: datetime | date) -> str:
    """`Friday 13 March 2026`, on the local calendar."""
    local = _local(when) if isinstance(when, datetime) else when
    return f"{local:%A} {local.day}{_NARROW}{local:%B} {local.year}"


def day_and_month(when: datetime | date) -> str:
    """`13 March 2026`, where the weekday stands beside it already."""
    local = _local(when) if isinstance(when, datetime) else when
    return f"{local.day}{_NARROW}{local:%B} {local.year}"


def plain_date(when: datetime | date) -> str:
    """`2026-03-13`, for files and `datetime` attributes."""
    return (_local(when) if isinstance(when, datetime) else when).isoformat()[:10]


def clock_time(when: datetime) -> str:
    """`5pm`, `2:31pm`, `midday`, `midnight`, in local time."""
    local = _local(when)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def moment(when: datetime) -> str:
    """`5pm on Friday 13 March 2026`. Midnight belongs to the day that ends, as people say it."""
    if clock_time(when) == "midnight":
        return f"midnight at the end of {day(_local(when).date().fromordinal(_local(when).toordinal() - 1))}"
    return f"{clock_time(when)} on {day(when)}"


def days_left(until: datetime, now: datetime) -> str:
    """`7 days left`, `1 day left`, `last day`: counted in local calendar days."""
    days = (_local(until).date() - _local(now).date()).days
    return "last day" if days < 1 else f"{plural(days, 'day')} left"


def _local(when: datetime) -> datetime:
    zone: ZoneInfo = context.timezone()
    return when.astimezone(zone)
