"""What a command counts: a file, or the papers of a record, as elections with their rulebooks."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import fstat
from typing import BinaryIO

from tallying import pabulib
from tallying.election import Election
from tallying.file_rules import FileRule, rulebook_of
from tallying.on_demand import on_demand
from tallying.outcome import Outcome
from tallying.pabulib import PabulibFile
from tallying.rulebook import Rulebook
from tallying.values import frozen_value, replace
from tallying.vote_word import VoteWord

LARGEST = 2**30
"""Bytes that are read at most."""


class InputError(ValueError):
    """The input cannot be used: one line that says file, line, what, and how to mend it. Exit code 2."""


@frozen_value
class Countable:
    """One election to count: with the rulebook that comes with it and what must be said about that.

    ``published`` is the outcome that a record holds, ``seed`` the lot that was drawn for it, ``word`` what its voters
    gave by a word of its own.
    """

    id: str
    title: str
    election: Election
    rulebook: Rulebook
    rule_note: str = ""
    published: Outcome | None = None
    seed: bytes | None = None
    file: PabulibFile | None = None
    word: VoteWord | None = None


@frozen_value
class Source:
    """What stands at a path: papers to count, and papers whose count is not public."""

    path: str
    papers: tuple[Countable, ...]
    withheld: tuple[str, ...] = ()
    is_record: bool = False


def open_source(path: str) -> Source:
    """The file or record at this path; raises InputError, PabulibError or RecordError."""
    if is_record(path):
        source: Source = on_demand("tallying.commands.record_source").open_record(path)
        return source
    return Source(path, (_countable(_read_to_count(path)),))


def is_record(path: str) -> bool:
    """Whether it is a folder, or a file that starts like a zip, or is named like one: so is a spoilt record."""
    try:
        with open(path, "rb") as file:
            return file.read(4) == b"PK\x03\x04" or path.lower().endswith(".zip")
    except IsADirectoryError:
        return True
    except PermissionError:  # what Windows says of a folder
        return bool(on_demand("pathlib").Path(path).is_dir())
    except OSError:
        return False


def read_file(path: str) -> PabulibFile:
    """The election file at this path: ``.pb``, or our ``.json`` or ``.csv``."""
    return read_form(read_bytes(path), path)


def read_form(data: bytes, path: str) -> PabulibFile:
    """The file of these bytes, by the ending of its name; raises PabulibError."""
    match form_of(path):
        case ".json":
            file: PabulibFile = on_demand("tallying.election_json").from_json(data, path)
        case ".csv":
            file = on_demand("tallying.election_csv").from_csv(data, path)
        case _:
            file = pabulib.read(data, path)
    return file


def form_of(path: str) -> str:
    """``.json`` or ``.csv`` for names that end so; ``.pb`` for all others."""
    return next((form for form in (".json", ".csv") if path.lower().endswith(form)), ".pb")


def _read_to_count(path: str) -> PabulibFile:
    """The same without its rows: a count needs the ballots only, and a large ``.pb`` file comes in parts."""
    if form_of(path) != ".pb":
        return replace(read_file(path), rows=())
    with opened(path) as file:
        return pabulib.read_grouped(file, path)


def read_bytes(path: str) -> bytes:
    """The bytes of a file; raises InputError where there is none, or it is too large."""
    with opened(path) as file:
        return file.read()


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """The file, open; raises InputError with what the system says against that, in our words."""
    try:
        with open(path, "rb") as file:
            if fstat(file.fileno()).st_size > LARGEST:
                raise InputError(f"{path}: it is larger than 1 GiB. Choose an election file.")
            yield file
    except IsADirectoryError as error:
        raise InputError(f"{path}: this is a directory, but no record. Choose a file or a record.") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}. Check the name and the folder.") from error


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
    title = file.value("description") or on_demand("pathlib").Path(file.source).stem
    return Countable("", title, file.election, rule.rulebook, _rule_note(file, rule), file=file)


def _rule_note(file: PabulibFile, rule: FileRule) -> str:
    """The rule that the file names, and what must be said about it; once where the note names it too."""
    name = file.value("rule").strip()
    if rule.note and (not name or repr(name.lower()) in rule.note):
        return f"the file: {rule.note}"
    return f"the file’s rule is {name}" + (f"; {rule.note}" if rule.note else "")
