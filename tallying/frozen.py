"""What the opening of a vote freezes: ``frozen.json`` of the record.

Its SHA-256 stands on the round's public page from the opening on. Each paper names the hash of its
rulebook, so that this one hash covers every text, cost and rule that a voter saw. Amounts are whole
minor units (pence when ``exponent`` is 2), times are ISO 8601 in UTC ("2026-03-13T17:00:00Z").
Maps by id are arrays in their own order; the order of projects is the order on the paper.
"""

from dataclasses import dataclass

from tallying.canonical import Json, Writable, dump_file, load_file, sha256_hex
from tallying.shapes import Fields

FORMAT = 0
"""The format of the record that this file belongs to."""


@dataclass(frozen=True, slots=True)
class RecordArea:
    """A part of the council's ground; says who may use which paper."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class RecordPot:
    """Money for one paper: ``amount`` in minor units, where it comes from, what it may pay for."""

    id: str
    name: str
    amount: int
    source: str = ""
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class RecordProject:
    """One line of the ballot paper with everything that a voter could read about it.

    ``cost`` and ``minimum`` (the least that the proposer accepts; 0 if there is none) are minor
    units; ``pictures`` are the SHA-256 of the published image files; ``exclusions`` the ids of
    projects that cannot be funded beside it; ``proposer_kind`` says person or group, never who.
    """

    id: str
    title: str
    cost: int
    summary: str = ""
    text: str = ""
    area: str = ""
    category: str = ""
    minimum: int = 0
    exclusions: tuple[str, ...] = ()
    pots: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    place: str = ""
    proposer_kind: str = ""


@dataclass(frozen=True, slots=True)
class RecordPaper:
    """One list of projects, one rulebook (by its hash), one sum of money (its pots together)."""

    id: str
    title: str
    rulebook_sha256: str
    pots: tuple[RecordPot, ...]
    projects: tuple[RecordProject, ...]
    areas: tuple[str, ...] = ()
    exponent: int = 2

    @property
    def budget(self) -> int:
        """The sum of the pots, in minor units."""
        return sum(pot.amount for pot in self.pots)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Voting is open while ``opens_at <= now < closes_at``; both are empty in imported records."""

    opens_at: str
    closes_at: str


@dataclass(frozen=True, slots=True)
class FrozenRound:
    """A round as it stood when voting opened."""

    id: str
    title: str
    council: str
    timezone: str
    timetable: Timetable
    areas: tuple[RecordArea, ...]
    papers: tuple[RecordPaper, ...]

    def paper(self, paper_id: str) -> RecordPaper:
        """The paper with this id; raises KeyError if there is none."""
        for paper in self.papers:
            if paper.id == paper_id:
                return paper
        raise KeyError(paper_id)


def dump_frozen(frozen: FrozenRound) -> bytes:
    """The bytes of ``frozen.json``."""
    return dump_file(
        {
            "areas": [{"id": area.id, "name": area.name} for area in frozen.areas],
            "council": frozen.council,
            "format": FORMAT,
            "id": frozen.id,
            "papers": [_paper_value(paper) for paper in frozen.papers],
            "timetable": {
                "closes_at": frozen.timetable.closes_at,
                "opens_at": frozen.timetable.opens_at,
            },
            "timezone": frozen.timezone,
            "title": frozen.title,
        }
    )


def frozen_sha256(frozen: FrozenRound) -> str:
    """The hash that the round's page shows from the opening on: SHA-256 of ``frozen.json``."""
    return sha256_hex(dump_frozen(frozen))


def load_frozen(data: bytes) -> FrozenRound:
    """The round in the bytes of ``frozen.json``.

    Raises CanonicalError or ShapeError (both ValueError) for anything ``dump_frozen`` never writes.
    """
    fields = Fields(load_file(data), "frozen.json")
    if fields.whole("format") != FORMAT:
        raise ValueError("frozen.json is of another format than 0")
    timetable = fields.fields("timetable")
    frozen = FrozenRound(
        id=fields.text("id"),
        title=fields.text("title"),
        council=fields.text("council"),
        timezone=fields.text("timezone"),
        timetable=Timetable(timetable.text("opens_at"), timetable.text("closes_at")),
        areas=fields.items("areas", _read_area),
        papers=fields.items("papers", _read_paper),
    )
    timetable.done()
    fields.done()
    return frozen


def _paper_value(paper: RecordPaper) -> Writable:
    return {
        "areas": paper.areas,
        "exponent": paper.exponent,
        "id": paper.id,
        "pots": [_pot_value(pot) for pot in paper.pots],
        "projects": [_project_value(project) for project in paper.projects],
        "rulebook_sha256": paper.rulebook_sha256,
        "title": paper.title,
    }


def _pot_value(pot: RecordPot) -> Writable:
    return {
        "amount": pot.amount,
        "conditions": pot.conditions,
        "id": pot.id,
        "name": pot.name,
        "source": pot.source,
    }


def _project_value(project: RecordProject) -> Writable:
    return {
        "area": project.area,
        "category": project.category,
        "cost": project.cost,
        "exclusions": project.exclusions,
        "id": project.id,
        "minimum": project.minimum,
        "pictures": project.pictures,
        "place": project.place,
        "pots": project.pots,
        "proposer_kind": project.proposer_kind,
        "summary": project.summary,
        "text": project.text,
        "title": project.title,
    }


def _read_area(value: Json, where: str) -> RecordArea:
    fields = Fields(value, where)
    area = RecordArea(fields.text("id"), fields.text("name"))
    fields.done()
    return area


def _read_paper(value: Json, where: str) -> RecordPaper:
    fields = Fields(value, where)
    paper = RecordPaper(
        id=fields.text("id"),
        title=fields.text("title"),
        rulebook_sha256=fields.sha256("rulebook_sha256"),
        pots=fields.items("pots", _read_pot),
        projects=fields.items("projects", _read_project),
        areas=fields.texts("areas"),
        exponent=fields.whole("exponent"),
    )
    fields.done()
    return paper


def _read_pot(value: Json, where: str) -> RecordPot:
    fields = Fields(value, where)
    pot = RecordPot(
        id=fields.text("id"),
        name=fields.text("name"),
        amount=fields.whole("amount"),
        source=fields.text("source"),
        conditions=fields.text("conditions"),
    )
    fields.done()
    return pot


def _read_project(value: Json, where: str) -> RecordProject:
    fields = Fields(value, where)
    project = RecordProject(
        id=fields.text("id"),
        title=fields.text("title"),
        cost=fields.whole("cost"),
        summary=fields.text("summary"),
        text=fields.text("text"),
        area=fields.text("area"),
        category=fields.text("category"),
        minimum=fields.whole("minimum"),
        exclusions=fields.texts("exclusions"),
        pots=fields.texts("pots"),
        pictures=fields.texts("pictures"),
        place=fields.text("place"),
        proposer_kind=fields.text("proposer_kind"),
    )
    fields.done()
    return project
