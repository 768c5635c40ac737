"""Elections as JSON and as CSV, for officers: one row a ballot.

The CSV is one table for a spreadsheet: rows ``budget``, ``currency``, ``vote_type``, then the
projects as columns (rows ``project_id``, ``name``, ``cost``, ``category``), then the row ``voter_id``
and one row a ballot: 1 for a pick, the points, or the rank (1: best). Both are turned into a ``.pb``
file and read as one, so that all three have the same checks.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from tallying import canonical, fields, pabulib
from tallying.election import Approval, Ballot, Points, Ranking
from tallying.money import amount_text
from tallying.pabulib import PabulibError, PabulibFile

FORMAT = "pb-election-v1"
_TABLE = ("project_id", "name", "cost", "category")
_KEYS = ("format", "meta", "projects", "ballots")


def to_json(file: PabulibFile) -> bytes:
    """The file as canonical JSON: META, projects, and ballots in file order."""
    exponent = file.election.exponent
    return canonical.dump_file(
        {
            "format": FORMAT,
            "meta": [[key, value] for key, value in _meta(file).items()],
            "projects": [
                {"id": item.id, "name": item.name, "cost": amount_text(item.cost, exponent), "category": item.category}
                for item in file.projects
            ],
            "ballots": [[voter, [list(mark) for mark in _marks(ballot)]] for voter, ballot in file.rows],
        }
    )


def from_json(data: bytes, source: str) -> PabulibFile:
    """The file of ``to_json``, however it is spaced; raises PabulibError."""
    try:
        return _of_value(json.loads(data), source)
    except UnicodeDecodeError as error:
        raise PabulibError(source, 0, "the text is not UTF-8.", "Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise PabulibError(source, error.lineno, f"this is not JSON: {error.msg}.", "Mend it there.") from error
    except (fields.FieldError, RecursionError) as error:
        raise PabulibError(source, 0, f"{error}.", "pb-tally convert writes such a file.") from error


def _of_value(value: canonical.Json, source: str) -> PabulibFile:
    election = fields.members(value, "election", _KEYS)
    if election["format"] != FORMAT:
        raise fields.FieldError("format", f"this release reads {FORMAT!r}, not {str(election['format'])[:40]!r}")
    meta = dict(_pair(item, "meta") for item in fields.items(election["meta"], "meta"))
    projects = [_project(item) for item in fields.items(election["projects"], "projects")]
    rows = [_ballot(item) for item in fields.items(election["ballots"], "ballots")]
    return _read(meta, projects, rows, source)


def to_csv(file: PabulibFile) -> bytes:
    """The file as a table; see the module."""
    target = io.StringIO()
    table = csv.writer(target, lineterminator="\n")
    table.writerows(_meta(file).items())
    projects = file.projects
    cost = [amount_text(project.cost, file.election.exponent) for project in projects]
    table.writerow(["project_id", *(project.id for project in projects)])
    table.writerow(["name", *(project.name for project in projects)])
    table.writerow(["cost", *cost])
    table.writerow(["category", *(project.category for project in projects)])
    table.writerow(["voter_id", *(project.id for project in projects)])
    for voter, ballot in file.rows:
        marks = dict(_marks(ballot))
        table.writerow([voter, *(marks.get(project.id, "") for project in projects)])
    return target.getvalue().encode()


def from_csv(data: bytes, source: str) -> PabulibFile:
    """The file of ``to_csv``; raises PabulibError."""
    try:
        rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if any(row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise PabulibError(source, 0, f"this is not a CSV table in UTF-8: {error}.", "Save it as CSV UTF-8.") from error
    starts = [number for number, row in enumerate(rows) if row[0] == "voter_id"]
    table = {row[0]: row[1:] for row in rows[: starts[0]]} if starts else {}
    if not table.get("project_id") or not table.get("cost"):
        mend = "Write rows budget, vote_type, project_id, cost and voter_id, then one row a ballot."
        raise PabulibError(source, 0, "rows of the table are missing.", mend)
    meta = {key: cells[0] if cells else "" for key, cells in table.items() if key not in _TABLE}
    ids = table["project_id"]
    projects = [
        (project_id, *(_cell(table.get(key, []), number) for key in ("name", "cost", "category")))
        for number, project_id in enumerate(ids)
    ]
    ballots = [(row[0], list(zip(ids, row[1:], strict=False))) for row in rows[starts[0] + 1 :]]
    marked = [(voter, [mark for mark in marks if mark[1].strip()]) for voter, marks in ballots]
    return _read(meta, projects, marked, source)


def _read(
    meta: Mapping[str, str],
    projects: Iterable[Sequence[str]],
    rows: Iterable[tuple[str, Sequence[tuple[str, str]]]],
    source: str,
) -> PabulibFile:
    """Through ``.pb`` text; its line numbers would mean nothing here, so a refusal names none."""
    kind = meta.get("vote_type", "").lower()
    has_points = kind in ("cumulative", "scoring")
    lines = [("META",), ("key", "value"), *meta.items(), ("PROJECTS",), ("project_id", "name", "cost", "category")]
    lines += [tuple(project) for project in projects]
    lines += [("VOTES",), ("voter_id", "vote", *(["points"] if has_points else []))]
    for voter, marks in rows:
        ordered = sorted(marks, key=_rank) if kind == "ordinal" else marks
        vote = ",".join(project_id for project_id, _ in ordered)
        lines.append((voter, vote, *([",".join(mark for _, mark in ordered)] if has_points else [])))
    try:
        return pabulib.read("\n".join(";".join(map(_quoted, line)) for line in lines), source)
    except PabulibError as error:
        raise PabulibError(source, 0, error.what, error.mend) from error


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if ";" in cell or '"' in cell or "\n" in cell else cell


def _rank(mark: tuple[str, str]) -> tuple[int, str]:
    return (int(mark[1]) if mark[1].isascii() and mark[1].isdigit() else 10**9, mark[1])


def _meta(file: PabulibFile) -> dict[str, str]:
    counted = {"num_projects": str(len(file.projects)), "num_votes": str(len(file.rows))}
    return {**dict(file.meta), **counted, "budget": amount_text(file.election.budget, file.election.exponent)}


def _marks(ballot: Ballot) -> tuple[tuple[str, int], ...]:
    match ballot:
        case Approval(ids):
            return tuple((project_id, 1) for project_id in ids)
        case Ranking(ids):
            return tuple((project_id, rank) for rank, project_id in enumerate(ids, start=1))
        case Points(points):
            return points


def _pair(value: canonical.Json, where: str) -> tuple[str, str]:
    pair = fields.items(value, where)
    if len(pair) != 2:
        raise fields.FieldError(where, "write pairs of two texts")
    return fields.text(pair[0], where), fields.text(pair[1], where)


def _project(value: canonical.Json) -> tuple[str, str, str, str]:
    item = fields.members(value, "projects", ("id", "name", "cost", "category"))
    project_id, name, cost, category = (fields.text(item[key], key) for key in ("id", "name", "cost", "category"))
    return project_id, name, cost, category


def _ballot(value: canonical.Json) -> tuple[str, list[tuple[str, str]]]:
    pair = fields.items(value, "ballots")
    if len(pair) != 2:
        raise fields.FieldError("ballots", "write pairs of a voter and marks")
    marks = [fields.items(mark, "ballots") for mark in fields.items(pair[1], "ballots")]
    if any(len(mark) != 2 for mark in marks):
        raise fields.FieldError("ballots", "write each mark as a pair of a project and a number")
    return fields.text(pair[0], "ballots"), [(fields.text(m[0], "ballots"), str(m[1])) for m in marks]


def _cell(cells: Sequence[str], number: int) -> str:
    return cells[number] if number < len(cells) else ""
