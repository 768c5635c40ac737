"""Importing a real election: a Pabulib file becomes a closed round with a record, marked "imported: count only".

Ids, order of rows and currency stay as in the file; repairs and what was left out of its rule stand in the record.
Only the record holds the ballots; the rows made here are what pages and lists show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.paper import Paper, Pot, Project
from pb_app.models.round import Round
from pb_app.services.activity import Event, log
from pb_app.services.checkpoints import store_checkpoint
from pb_app.services.keys import KeyStore
from pb_app.services.publishing import store_record
from pb_app.services.registers import append_leaves
from tallying.ballots_file import CountedPaper, row_faults
from tallying.building import opening_line
from tallying.canonical import sha256_hex
from tallying.contents import ImportSource, Kind, Repair
from tallying.count import count
from tallying.file_rules import rulebook_of
from tallying.frozen import FrozenRound, RecordPaper, RecordPot, RecordProject, Timetable, dump_frozen
from tallying.pabulib import PabulibFile, read
from tallying.record import PaperResult, build, finish, to_zip
from tallying.register import read_register
from tallying.rule import BallotRule
from tallying.rulebook import Rulebook
from voting.permissions import Actor
from voting.slugs import make_slug

PAPER = "paper"
"""The id of an imported round's one paper."""

_DATE_FORMATS = ("%d.%m.%Y", "%Y-%m-%d", "%Y")
_LOOSENED = "Some ballots hold fewer or more projects than the file allows; they are counted as they are."


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundImported(Event):
    """A file became a round."""

    kind: ClassVar[str] = "round:file:imported"
    sha256: str

    def objects(self) -> list[tuple[str, str]]:
        """The file, by its hash."""
        return [("file", self.sha256)]


@dataclass(frozen=True, slots=True)
class _Import:
    """A file on its way into a record."""

    round_id: str
    title: str
    file: PabulibFile
    rulebook: Rulebook
    source: ImportSource

    @property
    def frozen(self) -> FrozenRound:
        """The round as the record tells it."""
        projects = (
            RecordProject(one.id, one.name or one.id, one.cost, category=one.category, minimum=one.minimum)
            for one in self.file.projects
        )
        paper = RecordPaper(
            id=PAPER,
            title=self.title,
            rulebook_sha256=self.rulebook.sha256(),
            pots=(RecordPot("budget", "Budget", self.file.election.budget),),
            projects=tuple(projects),
            exponent=self.file.election.exponent,
        )
        return FrozenRound(self.round_id, self.title, self.file.value("unit"), "UTC", Timetable("", ""), (), (paper,))

    @property
    def withdrawn(self) -> tuple[str, ...]:
        """Projects that the file says were withdrawn after the vote."""
        return tuple(project.id for project in self.file.projects if project.withdrawn)


def import_pabulib(session: Session, keys: KeyStore, *, data: bytes, name: str, by: Actor | None, now: datetime) -> str:
    """Makes a closed, published round of a .pb file, counted under the rule that it names; the round's id.

    `name` is the file's. Raises PabulibError, saying line and cure, for what cannot be read. `by` is None for `pb`.
    """
    if by is not None:
        by.check("round:create")
    coming = _read(session, data, name)
    _add_rows(session, coming, now)
    log(session, RoundImported(round_id=coming.round_id, sha256=coming.source.sha256), by=by, now=now)
    zipped = to_zip(_register(session, keys, coming, now))
    store_record(session, round_id=coming.round_id, revision=1, data=zipped, by=by, now=now)
    return coming.round_id


def _read(session: Session, data: bytes, name: str) -> _Import:
    file = read(data, name)
    found = rulebook_of(file)
    title = _title(file, name)
    taken = set(session.scalars(select(Round.id)))
    loosened = _fitting(file, found.rulebook)
    repairs = [Repair(issue.line, issue.code, issue.text) for issue in file.issues]
    if found.note:
        repairs.append(Repair(0, "rule", found.note))
    if loosened != found.rulebook:
        repairs.append(Repair(0, "ballot_length", _LOOSENED))
    source = ImportSource(name, sha256_hex(data), _origin(file), tuple(repairs))
    return _Import(make_slug(title, taken, "imported"), title, file, loosened, source)


def _fitting(file: PabulibFile, rulebook: Rulebook) -> Rulebook:
    """The rulebook, without bounds on ballots where real ballots of the file do not keep to them."""
    probe = _Import("probe", "probe", file, rulebook, ImportSource("", "0" * 64, ""))
    counted = CountedPaper(probe.frozen, probe.frozen.papers[0], rulebook, Kind.IMPORTED)
    return replace(rulebook, ballot=BallotRule(rulebook.ballot.kind)) if row_faults(file.rows, counted) else rulebook


def _record_files(coming: _Import, keys: KeyStore) -> dict[str, bytes]:
    frozen = coming.frozen
    counted = CountedPaper(frozen, frozen.papers[0], coming.rulebook, Kind.IMPORTED, coming.withdrawn)
    outcome = count(counted.election(ballot for _, ballot in coming.file.rows), coming.rulebook)
    result = PaperResult(PAPER, coming.rulebook, coming.file.rows, outcome, withdrawn=coming.withdrawn)
    return build(frozen=frozen, results=[result], key=keys.public_key(), source=coming.source)


def _register(session: Session, keys: KeyStore, coming: _Import, now: datetime) -> dict[str, bytes]:
    """The files with a register of their own: the opening and the count. Publish its checkpoint afterwards."""
    key, round_id = keys.public_key(), coming.round_id
    lines = [opening_line(coming.frozen, key)]
    files = finish(_record_files(coming, keys), lines, round_id=round_id, revision=1, key=key, sign=keys.sign)
    leaves = read_register(files["register.jsonl"])
    append_leaves(session, round_id, leaves)
    store_checkpoint(session, round_id=round_id, size=len(leaves), note=files["checkpoint"], now=now)
    return files


def _add_rows(session: Session, coming: _Import, now: datetime) -> None:
    frozen = coming.frozen
    frozen_bytes = dump_frozen(frozen)
    begins, ends = _dates(coming.file, now)
    session.add(
        Round(
            id=coming.round_id,
            kind="imported",
            title=coming.title,
            summary=coming.file.value("description"),
            source=f"{coming.source.text}\n{coming.source.file}".strip(),
            created_at=now,
            proposing_opens_at=begins,
            proposing_closes_at=begins,
            reviewing_closes_at=begins,
            voting_opens_at=begins,
            voting_closes_at=ends,
            announced_at=begins,
            opening_confirmed_at=begins,
            published_at=now,
            decided_at=now,
            delivering_at=now,
            closed_at=now,
            frozen=frozen_bytes,
            frozen_sha256=sha256_hex(frozen_bytes),
        )
    )
    session.flush()
    _add_paper(session, coming, frozen.papers[0], now)


def _add_paper(session: Session, coming: _Import, paper: RecordPaper, now: datetime) -> None:
    session.add(
        Paper(
            round_id=coming.round_id,
            id=PAPER,
            title=coming.title,
            position=1,
            rulebook=coming.rulebook.to_json().decode(),
            rulebook_sha256=paper.rulebook_sha256,
        )
    )
    session.flush()
    session.add(Pot(round_id=coming.round_id, id="budget", paper_id=PAPER, name="Budget", amount=paper.budget))
    session.add_all(
        Project(
            round_id=coming.round_id,
            paper_id=PAPER,
            id=project.id[:64],
            position=position,
            title=project.title[:200],
            cost=project.cost,
            added_at=now,
        )
        for position, project in enumerate(paper.projects, start=1)
    )
    session.flush()


def _title(file: PabulibFile, name: str) -> str:
    parts = [file.value(key) for key in ("unit", "subunit", "instance")]
    return " ".join(dict.fromkeys(part for part in parts if part))[:120].strip() or name.removesuffix(".pb")[:120]


def _origin(file: PabulibFile) -> str:
    """Where the election took place, as the file says."""
    parts = [file.value(key) for key in ("description", "unit", "country")]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _dates(file: PabulibFile, now: datetime) -> tuple[datetime, datetime]:
    """First day and the end of the last day of voting, in UTC; the day before `now` where the file does not say."""
    begins = _date(file.value("date_begin"))
    ends = _date(file.value("date_end")) or begins
    if begins is None or ends is None or ends < begins or ends + timedelta(days=1) > now:
        return now - timedelta(days=1), now
    return begins, ends + timedelta(days=1)


def _date(text: str) -> datetime | None:
    for date_format in _DATE_FORMATS:
        try:
            return datetime.strptime(text, date_format).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
