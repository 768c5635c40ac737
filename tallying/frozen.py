"""What the opening of a vote freezes: ``frozen.json`` of the record.

Its SHA-256 stands on the round's public page from the opening on. Each paper names the hash of its
rulebook, so that this one hash covers every text, cost and rule that a voter saw. Amounts are whole
minor units (pence when ``exponent`` is 2), times are ISO 8601 in UTC ("2026-03-13T17:00:00Z").
Maps by id are arrays in their own order; the order of projects is the order on the paper.
"""

from tallying import fields
from tallying.canonical import Json, Writable, dump_file, load_file, sha256_hex
from tallying.election import Project
from tallying.frozen_voters import RecordEligibility, eligibility_value, read_eligibility
from tallying.values import frozen_value
from tallying.vote_word import VoteWord, read_word, word_member

FORMATS = (0, 1)
"""The formats of the record that this file may belong to; the last is the one that is written."""

MOST_DECIMALS = 6
"""The largest exponent: no currency has more decimals."""

_ROUND = ("areas", "council", "format", "id", "papers", "timetable", "timezone", "title")
_PAPER = ("areas", "exponent", "id", "pots", "projects", "rulebook_sha256", "title")
_POT = ("amount", "conditions", "id", "name", "source", "spend_by")
_PROJECT = (
    "area", "category", "cost", "exclusions", "id", "minimum", "pictures", "place", "pots",
    "proposer_kind", "summary", "text", "title",
)  # fmt: skip


@frozen_value
class RecordArea:
    """A part of the council's ground; says who may use which paper."""

    id: str
    name: str


@frozen_value
class RecordPot:
    """Money for one paper: ``amount`` in minor units, where it comes from, what it may pay for.

    ``spend_by`` is an ISO date ("2027-03-31"), empty where there is none.
    """

    id: str
    name: str
    amount: int
    source: str = ""
    conditions: str = ""
    spend_by: str = ""


@frozen_value
class RecordProject:
    """One line of the ballot paper with everything that a voter could read about it.

    ``cost`` and ``minimum`` (the least that the proposer accepts; None: only the whole cost, which
    is what the file then says) are minor units; ``pictures`` are the SHA-256 of the published image
    files; ``exclusions`` the ids of projects that cannot be funded beside it; ``proposer_kind`` says
    person or group, never who.
    """

    id: str
    title: str
    cost: int
    summary: str = ""
    text: str = ""
    area: str = ""
    category: str = ""
    minimum: int | None = None
    exclusions: tuple[str, ...] = ()
    pots: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    place: str = ""
    proposer_kind: str = ""

    def counted(self, *, withdrawn: bool = False) -> Project:
        """The part of it that the count sees."""
        return Project(
            id=self.id,
            name=self.title,
            cost=self.cost,
            area=self.area,
            category=self.category,
            minimum=self.minimum,
            pots=self.pots,
            withdrawn=withdrawn,
            exclusions=self.exclusions,
        )


@frozen_value
class RecordPaper:
    """One list of projects, one rulebook (by its hash), one sum of money (its pots together)."""

    id: str
    title: str
    rulebook_sha256: str
    pots: tuple[RecordPot, ...]
    projects: tuple[RecordProject, ...]
    areas: tuple[str, ...] = ()
    exponent: int = 2
    word: VoteWord | None = None

    @property
    def budget(self) -> int:
        """The sum of the pots, in minor units."""
        return sum(pot.amount for pot in self.pots)


@frozen_value
class Timetable:
    """Voting is open while ``opens_at <= now < closes_at``; both are empty in imported records."""

    opens_at: str
    closes_at: str


@frozen_value
class FrozenRound:
    """A round as it stood when voting opened."""

    id: str
    title: str
    council: str
    timezone: str
    timetable: Timetable
    areas: tuple[RecordArea, ...]
    papers: tuple[RecordPaper, ...]
    format: int = FORMATS[-1]
    eligibility: RecordEligibility | None = None

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
            **({} if frozen.eligibility is None else {"eligibility": eligibility_value(frozen.eligibility)}),
            "format": frozen.format,
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

    Raises CanonicalError or FieldError (both ValueError) for anything ``dump_frozen`` never writes.
    """
    value = load_file(data)
    has_rule = isinstance(value, dict) and "eligibility" in value
    members = fields.members(value, "the round", (*_ROUND, "eligibility") if has_rule else _ROUND)
    format_ = fields.whole(members["format"], "format")
    if format_ not in FORMATS:
        raise fields.FieldError("format", f"this release reads the formats {FORMATS[0]} and {FORMATS[-1]}")
    timetable = fields.members(members["timetable"], "timetable", ("closes_at", "opens_at"))
    return FrozenRound(
        id=fields.text(members["id"], "id"),
        title=fields.text(members["title"], "title"),
        council=fields.text(members["council"], "council"),
        timezone=fields.text(members["timezone"], "timezone"),
        timetable=Timetable(
            fields.text(timetable["opens_at"], "opens_at"), fields.text(timetable["closes_at"], "closes_at")
        ),
        areas=tuple(_read_area(area, "area") for area in fields.items(members["areas"], "areas")),
        papers=tuple(_read_paper(paper, "paper") for paper in fields.items(members["papers"], "papers")),
        format=format_,
        eligibility=read_eligibility(members["eligibility"]) if has_rule else None,
    )


def _paper_value(paper: RecordPaper) -> Writable:
    return {
        "areas": paper.areas,
        "exponent": paper.exponent,
        "id": paper.id,
        "pots": [_pot_value(pot) for pot in paper.pots],
        "projects": [_project_value(project) for project in paper.projects],
        "rulebook_sha256": paper.rulebook_sha256,
        "title": paper.title,
        **word_member(paper.word),
    }


def _pot_value(pot: RecordPot) -> Writable:
    return {
        "amount": pot.amount,
        "conditions": pot.conditions,
        "id": pot.id,
        "name": pot.name,
        "source": pot.source,
        "spend_by": pot.spend_by,
    }


def _project_value(project: RecordProject) -> Writable:
    return {
        "area": project.area,
        "category": project.category,
        "cost": project.cost,
        "exclusions": project.exclusions,
        "id": project.id,
        "minimum": project.cost if project.minimum is None else project.minimum,
        "pictures": project.pictures,
        "place": project.place,
        "pots": project.pots,
        "proposer_kind": project.proposer_kind,
        "summary": project.summary,
        "text": project.text,
        "title": project.title,
    }


def _read_area(value: Json, where: str) -> RecordArea:
    area = fields.members(value, where, ("id", "name"))
    return RecordArea(fields.text(area["id"], where), fields.text(area["name"], where))


def _read_paper(value: Json, where: str) -> RecordPaper:
    has_word = isinstance(value, dict) and "word" in value
    paper = fields.members(value, where, (*_PAPER, "word") if has_word else _PAPER)
    where = f"{where} {fields.text(paper['id'], where)}"
    return RecordPaper(
        id=fields.text(paper["id"], where),
        title=fields.text(paper["title"], where),
        rulebook_sha256=fields.text(paper["rulebook_sha256"], where),
        pots=tuple(_read_pot(pot, f"{where} pot") for pot in fields.items(paper["pots"], where)),
        projects=tuple(_read_project(one, f"{where} project") for one in fields.items(paper["projects"], where)),
        areas=fields.texts(paper["areas"], where),
        exponent=_read_exponent(paper["exponent"], where),
        word=read_word(paper, where),
    )


def _read_exponent(value: Json, where: str) -> int:
    exponent = fields.whole(value, where)
    if exponent > MOST_DECIMALS:
        raise fields.FieldError(where, f"an amount has at most {MOST_DECIMALS} decimals")
    return exponent


def _read_pot(value: Json, where: str) -> RecordPot:
    pot = fields.members(value, where, _POT)
    return RecordPot(
        id=fields.text(pot["id"], where),
        name=fields.text(pot["name"], where),
        amount=fields.whole(pot["amount"], where),
        source=fields.text(pot["source"], where),
        conditions=fields.text(pot["conditions"], where),
        spend_by=fields.text(pot["spend_by"], where),
    )


def _read_project(value: Json, where: str) -> RecordProject:
    project = fields.members(value, where, _PROJECT)
    where = f"{where} {fields.text(project['id'], where)}"
    cost, minimum = fields.whole(project["cost"], where), fields.whole(project["minimum"], where)
    return RecordProject(
        id=fields.text(project["id"], where),
        title=fields.text(project["title"], where),
        cost=cost,
        summary=fields.text(project["summary"], where),
        text=fields.text(project["text"], where),
        area=fields.text(project["area"], where),
        category=fields.text(project["category"], where),
        minimum=None if minimum == cost else minimum,
        exclusions=fields.texts(project["exclusions"], where),
        pots=fields.texts(project["pots"], where),
        pictures=fields.texts(project["pictures"], where),
        place=fields.text(project["place"], where),
        proposer_kind=fields.text(project["proposer_kind"], where),
    )
