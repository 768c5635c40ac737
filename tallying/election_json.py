"""An election file as JSON, for other programs: see ``docs/formats/election.md``."""

import json

from tallying import canonical, fields, outcome
from tallying.money import amount_text
from tallying.pabulib import PabulibError, PabulibFile
from tallying.pabulib_rows import PabulibRows, marks_of, meta_of

FORMAT = "pb-election-v1"
_KEYS = ("format", "meta", "projects", "ballots")
_PROJECT_KEYS = ("id", "cost", "name", "category")


def to_json(file: PabulibFile) -> bytes:
    """The file as canonical JSON: META, projects, and ballots in file order."""
    exponent = file.election.exponent
    return canonical.dump_file(
        {
            "format": FORMAT,
            "meta": [[key, value] for key, value in meta_of(file).items()],
            "projects": [
                {"id": item.id, "name": item.name, "cost": amount_text(item.cost, exponent), "category": item.category}
                for item in file.projects
            ],
            "ballots": [[voter, [list(mark) for mark in marks_of(ballot)]] for voter, ballot in file.rows],
        }
    )


def from_json(data: bytes, source: str) -> PabulibFile:
    """The file of ``to_json``, however it is spaced; raises PabulibError."""
    try:
        return _of_value(json.loads(data), source)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PabulibError(source, line, "the text is not UTF-8.", "Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise PabulibError(source, error.lineno, f"this is not JSON: {error.msg}.", "Mend it there.") from error
    except RecursionError as error:
        raise PabulibError(source, 0, "it is nested far too deep.", "pb-tally convert writes such a file.") from error
    except ValueError as error:
        if isinstance(error, PabulibError):
            raise
        raise PabulibError(source, 0, f"{error}.", "pb-tally convert writes such a file.") from error


def _of_value(value: canonical.Json, source: str) -> PabulibFile:
    if isinstance(value, dict) and value.get("format") == outcome.FORMAT:
        what = "this is an outcome, without the ballots"
        raise PabulibError(source, 0, f"{what}.", "Give the election file, or use pb-tally explain.")
    election = fields.members(value, "election", _KEYS)
    if election["format"] != FORMAT:
        raise fields.FieldError("format", f"this release reads {FORMAT!r}, not {str(election['format'])[:40]!r}")
    meta = [_pair(item) for item in fields.items(election["meta"], "meta")]
    rows = PabulibRows(source)
    rows.add_meta((0, key, value) for key, value in meta)
    rows.add_projects((0, _project(item)) for item in fields.items(election["projects"], "projects"))
    ballots = [_ballot(item) for item in fields.items(election["ballots"], "ballots")]
    rows.add_votes(dict(meta).get("vote_type", ""), ((0, voter, marks) for voter, marks in ballots))
    return rows.read()


def _pair(value: canonical.Json) -> tuple[str, str]:
    pair = fields.items(value, "meta")
    if len(pair) != 2:
        raise fields.FieldError("meta", "write pairs of two texts")
    return fields.text(pair[0], "meta"), fields.text(pair[1], "meta")


def _project(value: canonical.Json) -> tuple[str, ...]:
    item = fields.members(value, "projects", _PROJECT_KEYS)
    return tuple(fields.text(item[key], f"projects.{key}") for key in _PROJECT_KEYS)


def _ballot(value: canonical.Json) -> tuple[str, list[tuple[str, str]]]:
    pair = fields.items(value, "ballots")
    if len(pair) != 2:
        raise fields.FieldError("ballots", "write pairs of a voter and marks")
    marks = [fields.items(mark, "ballots") for mark in fields.items(pair[1], "ballots")]
    if any(len(mark) != 2 for mark in marks):
        raise fields.FieldError("ballots", "write each mark as a pair of a project and a number")
    return fields.text(pair[0], "ballots"), [(_id(mark[0]), str(fields.whole(mark[1], "ballots"))) for mark in marks]


def _id(value: canonical.Json) -> str:
    """A project's id on a ballot; a comma in it would make it two."""
    text = fields.text(value, "ballots")
    if "," in text:
        raise fields.FieldError("ballots", f"the id {text[:40]!r} holds a comma")
    return text
