"""The one clock of casting and phases: real time, or time kept in a file for a demo that is walked through.

The file holds one line: an ISO time with its offset ("2026-03-13T17:00:00+00:00": time stands still there), or a shift
from real time ("+3d4h"). It is read at every call, so every process sees a move at once.
"""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SHIFT = re.compile(r"\+(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?")


class ClockError(ValueError):
    """The clock's setting or file cannot be read; the message says how to write it."""


class Clock:
    """Aware UTC time that never goes backwards within one process."""

    def __init__(self, spec: str = "") -> None:
        """`spec` is "" for real time or "file:PATH". Raises ClockError for anything else."""
        if spec and not spec.startswith("file:"):
            raise ClockError(f"PB_CLOCK is {spec!r}. Leave it empty, or set it to file:PATH.")
        self._path = Path(spec.removeprefix("file:")) if spec else None
        self._last = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    @property
    def is_real(self) -> bool:
        """Whether this is real time, not a file's."""
        return self._path is None

    def now(self) -> datetime:
        """The time, never earlier than at the last call. Raises ClockError if the file says no time."""
        time = read_file(self._path) if self._path else datetime.now(UTC)
        with self._lock:
            self._last = max(self._last, time)
            return self._last


def read_file(path: Path) -> datetime:
    """The time that the file says; real time where there is no file."""
    text = _text(path)
    if text.startswith("+") or not text:
        return datetime.now(UTC) + read_shift(text or "+")
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ClockError(f"{path} says {text!r}. Write a time like 2026-03-13T17:00:00+00:00, or +3d4h.") from error
    if time.tzinfo is None:
        raise ClockError(f"{path} says {text!r} without an offset. Add +00:00 at its end.")
    return time.astimezone(UTC)


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return ""


def read_shift(text: str) -> timedelta:
    """The length of time in "+3d", "+4h30m", "+1d2h3m4s". Raises ClockError for anything else."""
    match = _SHIFT.fullmatch(text)
    if match is None:
        raise ClockError(f"{text!r} is no length of time. Write one like +3d, +4h30m or +10m.")
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def move(path: Path, by: str) -> datetime:
    """Moves the file's clock forward by a length like "+3d" and gives the new time. Raises ClockError."""
    shift = read_shift(by)
    text = _text(path)
    if text and not text.startswith("+"):
        path.write_text((read_file(path) + shift).isoformat() + "\n")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_shift_text(read_shift(text or "+") + shift) + "\n")
    return read_file(path)


def set_time(path: Path, time: datetime) -> None:
    """Makes the file's clock stand still at an aware time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(time.astimezone(UTC).isoformat() + "\n")


def _shift_text(shift: timedelta) -> str:
    hours, rest = divmod(shift.seconds, 3600)
    return f"+{shift.days}d{hours}h{rest // 60}m{rest % 60}s"
