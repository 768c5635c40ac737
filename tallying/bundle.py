"""A record as a directory or a zip: only files whose names are those of a record are ever opened.

A zip is transport only: what counts are the bytes inside. Ours is made with fixed dates and sorted
names, so that the same files give the same zip.
"""

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tallying.record_error import RecordError
from tallying.values import frozen_value

FIXED_NAMES = (
    "checkpoint", "draw.json", "format.json", "frozen.json", "issues.json", "ledger.json", "manifest.json",
    "register.jsonl",
)  # fmt: skip
PAPER_NAMES = ("ballots.pb", "openings.jsonl", "outcome.json", "rulebook.json")
"""``manifest.json`` belongs to format 0; the register, its checkpoint and the openings to format 1."""


LARGEST = 2**30
"""Bytes of all files together that are read at most: a record of ten million ballots has fewer."""

MOST_FILES = 4096

_PAPER_FILE = re.compile(rf"papers/[a-z0-9][a-z0-9-]{{0,31}}/({'|'.join(map(re.escape, PAPER_NAMES))})")
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = (stat.S_IFREG | 0o644) << 16
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
_SHOWN = 80


@frozen_value
class Bundle:
    """The files by name; ``strangers`` are names that no record has, ``broken`` could not be read."""

    files: Mapping[str, bytes]
    strangers: tuple[str, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()


def paper_file(paper_id: str, name: str) -> str:
    """The name of a paper's file inside the record."""
    return f"papers/{paper_id}/{name}"


def is_record_name(name: str) -> bool:
    """Whether a record may hold a file of this name."""
    return name in FIXED_NAMES or _PAPER_FILE.fullmatch(name) is not None


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """The files as one zip: sorted, dated 1 January 1980, deflated. The same files, the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _MODE, 3
            archive.writestr(entry, files[name])
    return target.getvalue()


def open_bundle(source: Path | bytes) -> Bundle:
    """The files of a directory, or of a zip given by its path or bytes.

    Raises RecordError where there is nothing of a record to read: no such path, neither a directory
    nor a zip, or no file of a record in it; and where it is too large.
    """
    if isinstance(source, bytes):
        bundle = _from_zip(io.BytesIO(source), "the zip")
    elif source.is_dir():
        bundle = _from_directory(source)
    elif source.is_file():
        bundle = _from_zip(source, str(source))
    else:
        raise RecordError(str(source), "there is no such file or directory. Check the name.")
    if not bundle.files and not bundle.broken:
        where = "the zip" if isinstance(source, bytes) else str(source)
        raise RecordError(where, "holds no file of a record. Choose the zip that you downloaded, or its folder.")
    return bundle


def _from_zip(source: Path | io.BytesIO, where: str) -> Bundle:
    try:
        with zipfile.ZipFile(source) as archive:
            return _collected(_zip_entries(archive, where), where)
    except _BROKEN as error:
        raise RecordError(where, f"is no zip that can be read ({error}). Download it again.") from error


def _zip_entries(archive: zipfile.ZipFile, where: str) -> Iterator[tuple[str, zipfile.ZipFile, zipfile.ZipInfo]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
        raise RecordError(where, "is larger than any record. Check where it comes from.")
    folder = _one_folder(entry.filename for entry in entries)
    for entry in entries:
        yield entry.filename.removeprefix(folder), archive, entry


def _collected(entries: Iterable[tuple[str, zipfile.ZipFile, zipfile.ZipInfo]], where: str) -> Bundle:
    files: dict[str, bytes] = {}
    strangers: list[str] = []
    broken: list[tuple[str, str]] = []
    for name, archive, entry in entries:
        if not is_record_name(name):
            strangers.append(_shown(name))
        elif name in files:
            broken.append((name, f"stands twice in {where}"))
        else:
            _take(name, archive, entry, files, broken)
    return Bundle(files, tuple(sorted(strangers)), tuple(broken))


def _take(
    name: str,
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    files: dict[str, bytes],
    broken: list[tuple[str, str]],
) -> None:
    """Read one entry, never more than it declares: a zip that lies about its size stops there."""
    try:
        with archive.open(entry) as stream:
            data = stream.read(entry.file_size + 1)
    except _BROKEN as error:
        broken.append((name, f"cannot be read: {error}"))
        return
    if len(data) != entry.file_size:
        broken.append((name, "is longer or shorter than the zip says"))
    files[name] = data


def _one_folder(names: Iterable[str]) -> str:
    """The folder that all files are in, as when a person zips the directory again; else nothing."""
    tops = {name.partition("/")[0] for name in names if not name.startswith("papers/")}
    top = next(iter(tops)) if len(tops) == 1 else ""
    return f"{top}/" if top and top not in FIXED_NAMES else ""


def _from_directory(root: Path) -> Bundle:
    files: dict[str, bytes] = {}
    strangers: list[str] = []
    size = 0
    for name in _names_below(root):
        path = root / name
        if not is_record_name(name) or path.is_symlink() or not path.is_file():
            strangers.append(_shown(name))
            continue
        size += path.stat().st_size
        if size > LARGEST or len(files) > MOST_FILES:
            raise RecordError(str(root), "is larger than any record. Check where it comes from.")
        files[name] = path.read_bytes()
    return Bundle(files, tuple(sorted(strangers)))


def _names_below(root: Path) -> Iterator[str]:
    """All that is no folder, links not followed; a linked folder is one name."""
    for folder, folders, names in os.walk(root):
        linked = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted(names + linked):
            yield (Path(folder) / name).relative_to(root).as_posix()


def _shown(name: str) -> str:
    """A stranger's name, safe to print."""
    return ascii(name[:_SHOWN])[1:-1]
