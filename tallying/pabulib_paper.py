"""META and PROJECTS of a ``.pb`` file: the amounts, the kind of ballot, the projects."""

import re
from collections.abc import Mapping, Sequence

from tallying import canonical
from tallying.election import Project
from tallying.money import decimals_needed, read_amount
from tallying.pabulib_issues import Reading
from tallying.pabulib_text import LongSection, Row, Section, whole_number
from tallying.values import frozen_value

VOTE_TYPES = ("approval", "choose-1", "ordinal", "cumulative", "scoring")
WITHDRAWN_COST = 999_999_999
"""Some cities give this cost to a project that was withdrawn after the vote."""

_COMMA = re.compile(r"([0-9]+),([0-9]{1,2})")
_MOST_DECIMALS = 6


@frozen_value
class Paper:
    """Budget in minor units, exponent (the fewest decimals that make all amounts whole), projects."""

    budget: int
    exponent: int
    projects: tuple[Project, ...]
    selected: tuple[tuple[str, int], ...] | None
    published: Mapping[str, Mapping[str, str]]


def read_meta(section: Section, reading: Reading) -> dict[str, str]:
    """The keys and values of META, in file order; it must have budget and vote_type."""
    meta: dict[str, str] = {}
    if section.header[:2] != ("key", "value"):
        reading.refuse(section.line + 1, "META must start with the header key;value.", "Add it under META.")
    for row in section.rows:
        key, value = row.fields[0].strip(), ";".join(row.fields[1:]).strip()
        if len(row.fields) > 2:
            reading.report(row.line, "meta_columns", f"the value of {key} holds ; without quotes; all of it was read")
        if meta.get(key, value) != value:
            reading.refuse(row.line, f"the key {key} stands twice with two values.", "Take one of them out.")
        meta[key] = value
    for key in ("budget", "vote_type"):
        if not meta.get(key):
            reading.refuse(section.line, f"META has no {key}.", f"Add a row {key};… under META.")
    kind = meta["vote_type"].lower()
    if kind not in VOTE_TYPES:
        line = _line_of(section, "vote_type")
        reading.refuse(line, f"the vote type {kind!r} is unknown.", f"Known: {', '.join(VOTE_TYPES)}.")
    return meta


def read_paper(meta: Mapping[str, str], meta_section: Section, section: Section, reading: Reading) -> Paper:
    """The budget and the projects; raises PabulibError."""
    for column in ("project_id", "cost"):
        if column not in section.header:
            reading.refuse(section.line + 1, f"PROJECTS has no column {column}.", f"Add {column} to its header.")
    last = section.rows[-1].line if section.rows else section.line + 1
    check_rows(meta.get("num_projects", ""), "num_projects", section, len(section.rows), last, reading)
    line = _line_of(meta_section, "budget")
    budget = _amount(meta["budget"], line, "budget", reading)
    costs = [_amount(_cell(section, row, "cost"), row.line, "cost", reading) for row in section.rows]
    exponent = max(map(decimals_needed, [budget, *costs]))
    projects = tuple(
        _project(section, row, _minor(cost, exponent, row.line, reading), reading)
        for row, cost in zip(section.rows, costs, strict=True)
    )
    paper = Paper(
        _minor(budget, exponent, line, reading), exponent, projects, _selected(section, reading), _published(section)
    )
    _check_projects(paper, section, reading)
    return paper


def check_width(header: Sequence[str], row: Row, reading: Reading) -> None:
    """A row has as many fields as its header; empty ones too many are passed over, others refused."""
    extra = len(row.fields) - len(header)
    if extra > 0 and any(cell.strip() for cell in row.fields[len(header) :]):
        what = f"this row has {len(row.fields)} fields, the header {len(header)}."
        reading.refuse(row.line, what, 'Put quotes around a field that holds a semicolon: "a;b".')
    if extra:
        reading.report(
            row.line, "row_width", f"{abs(extra)} fields too {'many' if extra > 0 else 'few'}, read as empty"
        )


def check_rows(
    declared: str, key: str, section: Section | LongSection, found: int, last: int, reading: Reading
) -> None:
    """Compare the number of rows with the one that META declares: fewer, and the file was cut off.

    ``last`` is the line of the last row.
    """
    number = whole_number(declared)
    if number is None:
        return
    if found < number:
        what = f"META says {key};{declared}, but {section.name} has {found} rows: the file may be cut off."
        reading.refuse(last, what, f"Fetch the whole file, or correct {key}.")
    if found > number:
        reading.report(section.line, key, f"META says {key};{declared}, {section.name} has {found} rows; all are read")


def _project(section: Section, row: Row, cost: int, reading: Reading) -> Project:
    check_width(section.header, row, reading)
    project_id = _cell(section, row, "project_id")
    if not project_id:
        reading.refuse(row.line, "this project has no id.", "Write one in the column project_id.")
    return Project(project_id, _cell(section, row, "name"), cost, category=_cell(section, row, "category"))


def _cell(section: Section, row: Row, column: str) -> str:
    at = section.column(column)
    return row.fields[at].strip() if at is not None and at < len(row.fields) else ""


def _amount(text: str, line: int, what: str, reading: Reading) -> str:
    """An amount as plain decimal text: a decimal comma becomes a point, and is reported."""
    match = _COMMA.fullmatch(text)
    if match:
        reading.report(line, "decimal_comma", f"the {what} {text} was read as {match[1]}.{match[2]}")
        text = f"{match[1]}.{match[2]}"
    try:
        needed = decimals_needed(text)
    except ValueError:
        reading.refuse(line, f"the {what} {text[:40]!r} is not a number.", "Write digits only, like 1250 or 1250.50.")
    if needed > _MOST_DECIMALS:
        reading.refuse(line, f"the {what} {text} has more than {_MOST_DECIMALS} decimals.", "Round it.")
    return text


def _minor(text: str, exponent: int, line: int, reading: Reading) -> int:
    minor = read_amount(text, exponent)
    if minor >= canonical.LIMIT:
        reading.refuse(line, f"the amount {text} is too large.", "It must stay below 2**53 minor units.")
    return minor


def _selected(section: Section, reading: Reading) -> tuple[tuple[str, int], ...] | None:
    """The official code of each project (0 not funded, 1 funded, 2 and 3 funded from elsewhere)."""
    if section.column("selected") is None:
        return None
    codes = []
    for row in section.rows:
        text = _cell(section, row, "selected") or "0"
        code = whole_number(text)
        if code is None:
            reading.report(row.line, "selected", f"selected is {text[:40]!r}, read as 0")
        codes.append((_cell(section, row, "project_id"), code or 0))
    return tuple(codes)


def _published(section: Section) -> dict[str, dict[str, str]]:
    """The totals that the file itself gives, by column and project."""
    return {
        column: {_cell(section, row, "project_id"): _cell(section, row, column) for row in section.rows}
        for column in ("votes", "score")
        if column in section.header
    }


def _check_projects(paper: Paper, section: Section, reading: Reading) -> None:
    lines: dict[str, int] = {}
    for project, row in zip(paper.projects, section.rows, strict=True):
        if project.id in lines:
            what = f"the project {project.id} stands twice (first on line {lines[project.id]})."
            reading.refuse(row.line, what, "Take one out, or give it another id.")
        lines[project.id] = row.line
        if project.cost == WITHDRAWN_COST * 10**paper.exponent:
            text = f"{project.id} costs 999999999: some cities mark a withdrawn project so"
            reading.report(row.line, "withdrawn_cost", text)
        elif project.cost > paper.budget:
            reading.report(row.line, "over_budget", f"{project.id} costs more than the whole budget")
        elif not project.cost:
            reading.report(row.line, "zero_cost", f"{project.id} costs nothing")


def _line_of(section: Section, key: str) -> int:
    return next((row.line for row in section.rows if row.fields[0].strip() == key), section.line)
