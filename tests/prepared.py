"""What many tests begin with, made once and then copied: a builder keeps the files that it left behind.

@made_once
def voting_round(app: Flask, people: People) -> str: …

Called again where the folder (SQLite's database, keys, clock) is the same to the byte and so are the arguments, it
puts those files there and gives the same value. A test that did something of its own before has it really built, and
so has every test on PostgreSQL. What it begins with may be an application or a booth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from copy import deepcopy
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar, runtime_checkable

from flask import Flask
from sqlalchemy import Engine

from pb_app.web.context import NAME, Workplace


@runtime_checkable
class Place(Protocol):
    """A booth: it has all its files in one folder."""

    @property
    def engine(self) -> Engine: ...
    @property
    def folder(self) -> Path: ...


S = TypeVar("S", bound=Flask | Place)
P = ParamSpec("P")
T = TypeVar("T")

Files: TypeAlias = dict[Path, tuple[int, bytes | None]]
"""Mode and bytes of each file below a folder; None for a folder."""


def made_once(build: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """A builder that works once for each state it finds and afterwards copies what it made."""
    kept: dict[Hashable, tuple[Files, T]] = {}

    @wraps(build)
    def prepare(start: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        folder = _close(start)
        if folder is None:
            return build(start, *args, **kwargs)
        key = (_digest(read_files(folder)), args, tuple(sorted(kwargs.items())))
        if key in kept:
            files, value = kept[key]
            write_files(folder, files)
            return deepcopy(value)
        value = build(start, *args, **kwargs)
        if _close(start) is not None:
            kept[key] = read_files(folder), deepcopy(value)
        return value

    return prepare


def _close(start: Flask | Place) -> Path | None:
    """The folder, with the database closed; None where that is PostgreSQL's or a server's thread has it open still."""
    engine, folder = _of(start) if isinstance(start, Flask) else (start.engine, start.folder)
    if engine.dialect.name != "sqlite" or Path(engine.url.database or "").parent != folder:
        return None
    engine.dispose()
    return None if any(folder.glob("*.db-wal")) else folder


def _of(app: Flask) -> tuple[Engine, Path]:
    place: Workplace = app.extensions[NAME]
    return place.engine, place.config.instance_dir


def read_files(folder: Path) -> Files:
    """Everything below a folder."""
    found = sorted(folder.rglob("*"))
    return {path.relative_to(folder): (path.stat().st_mode, _bytes(path)) for path in found}


def write_files(folder: Path, files: Files) -> None:
    """Makes everything below the folder as it was when it was read."""
    for path, (mode, data) in files.items():
        target = folder / path
        if data is None:
            target.mkdir(exist_ok=True)
        elif _bytes(target) != data:
            target.unlink(missing_ok=True)
            target.write_bytes(data)
        target.chmod(mode)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.relative_to(folder) not in files:
            path.rmdir() if path.is_dir() else path.unlink()


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _digest(files: Files) -> str:
    digest = hashlib.sha256()
    for path, (mode, data) in files.items():
        digest.update(f"{path} {mode} {data and len(data)}\n".encode() + (data or b""))
    return digest.hexdigest()
