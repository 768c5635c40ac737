"""A paper of a record as an election file: its ballots with all that ``frozen.json`` says of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tallying import pabulib
from tallying.bundle import paper_file
from tallying.pabulib import PabulibFile
from tallying.record import Record
from tallying.rule import BallotRule


def election_file(record: Record, paper_id: str, source: str) -> PabulibFile:
    """The paper as a file; RecordError where its count is not public."""
    counted = record.counted(paper_id)
    rows = record.rows(paper_id)
    meta = dict(pabulib.read(record.files[paper_file(paper_id, "ballots.pb")], source).meta)
    round_ = record.frozen
    times = round_.timetable
    more = {
        "country": "United Kingdom" if times.opens_at else "",
        "date_begin": _day(times.opens_at, round_.timezone, timedelta()),
        "date_end": _day(times.closes_at, round_.timezone, timedelta(seconds=1)),
        "comment": f"#1: counted by the rulebook with sha256 {counted.rulebook.sha256()}",
        **_bounds(counted.rulebook.ballot),
    }
    return PabulibFile(
        source=source,
        meta=tuple({**meta, **more}.items()),
        projects=counted.projects,
        election=counted.election(ballot for _, ballot in rows),
        rows=rows,
        selected=None,
        issues=(),
    )


def _bounds(ballot: BallotRule) -> dict[str, str]:
    bounds = {
        "min_length": ballot.min,
        "max_length": ballot.max,
        "max_points": ballot.point_max,
        "max_sum_points": ballot.points_total,
    }
    return {key: "" if bound is None else str(bound) for key, bound in bounds.items()}


def _day(moment: str, timezone: str, before: timedelta) -> str:
    """The day of a moment as it was in the round's own time zone; in UTC where the machine does not know it."""
    if not moment:
        return ""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    local = (datetime.fromisoformat(moment) - before).astimezone(zone or UTC)
    return local.strftime("%d.%m.%Y")
