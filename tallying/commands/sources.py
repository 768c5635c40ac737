"""What a command counts: a file, or the papers of a record, as elections with their rulebooks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tallying import pabulib
from tallying.election import Election
from tallying.file_rules import FileRule, rulebook_of
from tallying.on_demand import on_demand
from tallying.outcome import Outcome
from tallying.pabulib import PabulibFile
from tallying.rulebook import Rulebook
from tallying.values import frozen_value, replace

LARGEST = 2**30
"""Bytes that are read at most."""


class InputError(ValueError):
    """The input cannot be used: one line that says file, line, what, and how to mend it. Exit code 2."""


@frozen_value
class Countable:
    """One election to count: with the rulebook that comes with it and what must be said about that.

    ``published`` is the outcome that a record holds, ``seed`` the lot that was drawn for it.
    """

    id: str
    title: str
    election: Election
    rulebook: Rulebook
    rule_note: str = ""
    published: Outcome | None = None
    seed: bytes | None = None
    file: PabulibFile | None = None


@frozen_value
class Source:
    """What stands at a path: papers to count, and papers whose count is not public."""

    path: str
    papers: tuple[Countable, ...]
    withheld: tuple[str, ...] = ()
    is_record: bool = False


def open_source(path: str) -> Source:
    """The file or record at this path; raises InputError, PabulibError or RecordError."""
    place = Path(path)
    _refuse_folder_of_files(place)
    if place.is_dir() or (place.is_file() and is_zip(place)):
        source: Source = on_demand("tallying.commands.record_source").open_record(path)
        return source
    return Source(path, (_countable(_read_to_count(path)),))


def _refuse_folder_of_files(place: Path) -> None:
    """A record has no election file at its top: a folder that has one was meant to be searched."""
    names = sorted(item.name for item in place.glob("*.pb") if item.is_file()) if place.is_dir() else []
    if names:
        raise InputError(f"{place}: this is a folder. Name one file in it, such as {place / names[0]}.")


def read_file(path: str) -> PabulibFile:
    """The election file at this path: ``.pb``, or our ``.json`` or ``.csv``."""
    return read_form(read_bytes(path), path)


def read_form(data: bytes, path: str) -> PabulibFile:
    """The file of these bytes, by the ending of its name; raises PabulibError."""
    match Path(path).suffix.lower():
        case ".json":
            file: PabulibFile = on_demand("tallying.election_json").from_json(data, path)
        case ".csv":
            file = on_demand("tallying.election_csv").from_csv(data, path)
        case _:
            file = pabulib.read(data, path)
    return file


def _read_to_count(path: str) -> PabulibFile:
    """The same without its rows: a count needs the ballots only, and a large ``.pb`` file comes in parts."""
    if Path(path).suffix.lower() in (".json", ".csv"):
        return replace(read_file(path), rows=())
    with _readable(path), open(path, "rb") as file:
        return pabulib.read_grouped(file, path)


def read_bytes(path: str) -> bytes:
    """The bytes of a file; raises InputError where there is none, or it is too large."""
    with _readable(path):
        return Path(path).read_bytes()


@contextmanager
def _readable(path: str) -> Iterator[None]:
    """What the system says against reading this file, in our words."""
    try:
        if Path(path).stat().st_size > LARGEST:
            raise InputError(f"{path}: it is larger than 1 GiB. Choose an election file.")
        yield
    except IsADirectoryError as error:
        raise InputError(f"{path}: this is a directory, but no record. Choose a file or a record.") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}. Check the name and the folder.") from error


def refuse_overwriting(source: str, target: str) -> None:
    """Raise InputError where a result would be written over what it is made from."""
    try:
        is_same = Path(target).samefile(source)
    except (OSError, ValueError):
        return
    if is_same:
        raise InputError(f"{target}: this would overwrite what is read. Choose another name.")


def is_zip(place: Path) -> bool:
    """Whether the file starts like a zip, or is named like one: a spoilt record is not a spoilt election file."""
    try:
        with place.open("rb") as file:
            return file.read(4) == b"PK\x03\x04" or place.suffix.lower() == ".zip"
    except OSError:
        return False


def pick_papers(source: Source, wanted: str | None) -> Source:
    """The source with the wanted paper only; all of them where none is named."""
    if wanted is None:
        return source
    if not source.is_record:
        raise InputError(f"{source.path}: a file has one election, so --paper says nothing here. Leave it out.")
    papers = tuple(paper for paper in source.papers if paper.id == wanted)
    withheld = tuple(paper_id for paper_id in source.withheld if paper_id == wanted)
    if not papers and not withheld:
        known = ", ".join([paper.id for paper in source.papers] + list(source.withheld))
        raise InputError(f"{source.path}: it has no paper {wanted!r}. It has: {known or 'none'}.")
    return Source(source.path, papers, withheld, source.is_record)


def _countable(file: PabulibFile) -> Countable:
    rule = rulebook_of(file)
    title = file.value("description") or Path(file.source).stem
    return Countable("", title, file.election, rule.rulebook, _rule_note(file, rule), file=file)


def _rule_note(file: PabulibFile, rule: FileRule) -> str:
    """The rule that the file names, and what must be said about it; once where the note names it too."""
    name = file.value("rule").strip()
    if rule.note and (not name or repr(name.lower()) in rule.note):
        return f"the file: {rule.note}"
    return f"the file’s rule is {name}" + (f"; {rule.note}" if rule.note else "")
