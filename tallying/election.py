"""The election: money, projects and ballots, as frozen values that every count starts from.

Amounts are whole minor units (``500_00`` is £500.00 where ``exponent`` is 2). Identical ballots are
grouped, because a city's ballots repeat and equal ballots are counted alike. Choices that change a
result (rule, threshold, ties) are not here: they are the ``Rulebook``.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from operator import itemgetter
from typing import TypeAlias

from tallying import canonical
from tallying.values import derived, frozen_value, replace


class ElectionError(ValueError):
    """The parts do not make an election; the message says which and how to mend it."""


@frozen_value
class Project:
    """One project of a paper: ``cost`` and ``minimum`` in minor units.

    ``minimum`` is the least amount its proposer accepts; None: only the whole cost will do.
    ``withdrawn`` follows from a logged decision: the project leaves before the count. ``exclusions``
    are the ids of projects that cannot be funded beside it; whether they count, the rulebook says.
    """

    id: str
    name: str
    cost: int
    area: str = ""
    category: str = ""
    minimum: int | None = None
    pots: tuple[str, ...] = ()
    withdrawn: bool = False
    exclusions: tuple[str, ...] = ()


@frozen_value
class Approval:
    """The projects a voter picked, in paper order; none picked is a ballot too."""

    ids: tuple[str, ...]


@frozen_value
class Points:
    """Points above zero for projects, in paper order."""

    points: tuple[tuple[str, int], ...]


@frozen_value
class Ranking:
    """Projects from best to last."""

    ids: tuple[str, ...]


Ballot: TypeAlias = Approval | Points | Ranking
Group: TypeAlias = tuple[Ballot, int]
"""A ballot and how many voters cast exactly this one."""


@frozen_value
class Election:
    """What is counted. Make it with ``Election.of``, which checks, normalises and groups."""

    budget: int
    exponent: int
    currency: str
    projects: tuple[Project, ...]
    groups: tuple[Group, ...]
    voters: int = derived()
    """How many ballots are counted, empty ones too."""
    _sha256: str = derived()

    def __post_init__(self) -> None:
        object.__setattr__(self, "voters", sum(map(itemgetter(1), self.groups)))
        object.__setattr__(self, "_sha256", "")

    @classmethod
    def of(
        cls,
        *,
        budget: int,
        exponent: int,
        currency: str,
        projects: Iterable[Project],
        ballots: Iterable[Ballot],
    ) -> "Election":
        """The election of these ballots; ballots are put in paper order, named twice counts once.

        Raises ElectionError for amounts below zero or too large, an id used twice, a ballot that
        names an unknown project, and ballots of different kinds.
        """
        paper = tuple(projects)
        _check_amounts(budget, paper)
        order = _paper_order(paper)
        counted = ((normalised(ballot, order), voters) for ballot, voters in Counter(ballots).items())
        return cls.of_counted(budget=budget, exponent=exponent, currency=currency, projects=paper, counted=counted)

    @classmethod
    def of_counted(
        cls, *, budget: int, exponent: int, currency: str, projects: tuple[Project, ...], counted: Iterable[Group]
    ) -> "Election":
        """The election of ballots in their one spelling, each with how many voters cast it.

        A ballot may come several times: parts of an election add up. Otherwise like ``of``.
        """
        _check_amounts(budget, projects)
        _check_exclusions(projects, _paper_order(projects))
        quoted = _quoted(projects)
        ballots: dict[str, Ballot] = {}
        numbers: dict[str, int] = {}
        for ballot, voters in counted:
            text = ballot_text(ballot, quoted)
            if text in numbers:
                numbers[text] += voters
            else:
                ballots[text], numbers[text] = ballot, voters
        if len(set(map(type, ballots.values()))) > 1:
            raise ElectionError("ballots of different kinds cannot be counted together; make two papers")
        texts = sorted(numbers)
        election = cls(budget, exponent, currency, projects, tuple([(ballots[text], numbers[text]) for text in texts]))
        hashed = election._hash_of(f"[{text},{numbers[text]}]" for text in texts)  # while the texts are at hand
        object.__setattr__(election, "_sha256", hashed)
        return election

    def with_exponent(self, exponent: int) -> "Election":
        """The same election in finer minor units; ValueError where the exponent is smaller."""
        if exponent < self.exponent:
            raise ValueError(f"amounts with {self.exponent} decimals cannot be written with {exponent}")
        finer: int = 10 ** (exponent - self.exponent)
        projects = tuple(
            replace(item, cost=item.cost * finer, minimum=None if item.minimum is None else item.minimum * finer)
            for item in self.projects
        )
        _check_amounts(self.budget * finer, projects)
        return replace(self, budget=self.budget * finer, exponent=exponent, projects=projects)

    def project(self, project_id: str) -> Project:
        """The project of this id; KeyError where there is none."""
        for project in self.projects:
            if project.id == project_id:
                return project
        raise KeyError(project_id)

    def sha256(self) -> str:
        """The hash of budget, exponent, projects in paper order and groups sorted by bytes.

        It covers the canonical bytes of an object with these four members. They are put together
        group by group: a city has too many ballots to write them as one value.
        """
        quoted = _quoted(self.projects)
        return self._sha256 or self._hash_of(f"[{ballot_text(ballot, quoted)},{n}]" for ballot, n in self.groups)

    def _hash_of(self, groups: Iterable[str]) -> str:
        """The hash with these texts of the groups."""
        head = canonical.dumps({"budget": self.budget, "exponent": self.exponent})
        tail = canonical.dumps([_project_value(project) for project in self.projects])
        digest = hashlib.sha256(head[:-1] + b',"groups":[')
        texts, between = iter(groups), ""
        while batch := ",".join(islice(texts, _BATCH)):
            digest.update((between + batch).encode())
            between = ","
        digest.update(b'],"projects":' + tail + b"}")
        return digest.hexdigest()


_BATCH = 10_000


def normalised(ballot: Ballot, order: Mapping[str, int]) -> Ballot:
    """The ballot in its one spelling: paper order, each project once, no zero points.

    ``order`` maps project ids to their place on the paper. Of a project named twice the last points
    and the best rank stand. Raises ElectionError for an unknown project and for points below zero.
    """
    match ballot:
        case Approval(ids):
            _check_known(ids, order)
            return Approval(tuple(sorted(dict.fromkeys(ids), key=order.__getitem__)))
        case Ranking(ids):
            _check_known(ids, order)
            return Ranking(tuple(dict.fromkeys(ids)))
        case Points(points):
            return _normalised_points(points, order)


def ballot_value(ballot: Ballot) -> dict[str, canonical.Writable]:
    """The ballot as JSON: ``{"kind":…, "ids":…}``, or ``"points"`` as pairs."""
    match ballot:
        case Approval(ids):
            return {"kind": "approval", "ids": ids}
        case Ranking(ids):
            return {"kind": "ranking", "ids": ids}
        case Points(points):
            return {"kind": "points", "points": points}


def ballot_text(ballot: Ballot, quoted: Mapping[str, str]) -> str:
    """The canonical text of ``ballot_value``, and what groups are sorted by: text sorts as its bytes do.

    ``quoted`` has every project id as it is written in JSON.
    """
    if isinstance(ballot, Points):
        return _points_text(ballot.points, quoted)
    kind = "approval" if isinstance(ballot, Approval) else "ranking"
    return f'{{"ids":[{",".join(map(quoted.__getitem__, ballot.ids))}],"kind":"{kind}"}}'


def _points_text(points: tuple[tuple[str, int], ...], quoted: Mapping[str, str]) -> str:
    pairs = [f"[{quoted[project_id]},{number}]" for project_id, number in points]
    if any(number >= canonical.LIMIT for _, number in points):
        raise ElectionError("a ballot gives 2**53 points or more; give fewer")
    return f'{{"kind":"points","points":[{",".join(pairs)}]}}'


def _quoted(projects: Iterable[Project]) -> dict[str, str]:
    return {project.id: canonical.dumps(project.id).decode() for project in projects}


def _project_value(project: Project) -> dict[str, canonical.Writable]:
    """Without a declared minimum the least that will do is the cost: canonical JSON has no null.

    Exclusions are written only where there are any: elections without them keep their hashes.
    """
    exclusions: dict[str, canonical.Writable] = {"exclusions": project.exclusions} if project.exclusions else {}
    return exclusions | {
        "id": project.id,
        "cost": project.cost,
        "minimum": project.cost if project.minimum is None else project.minimum,
        "area": project.area,
        "category": project.category,
        "pots": project.pots,
        "withdrawn": project.withdrawn,
    }


def _normalised_points(points: tuple[tuple[str, int], ...], order: Mapping[str, int]) -> Points:
    _check_known((project_id for project_id, _ in points), order)
    last = dict(points)
    if any(number < 0 for number in last.values()):
        raise ElectionError("a ballot gives points below zero; give 0 or more")
    given = sorted((item for item in last.items() if item[1]), key=lambda item: order[item[0]])
    return Points(tuple(given))


def _check_known(ids: Iterable[str], order: Mapping[str, int]) -> None:
    for project_id in ids:
        if project_id not in order:
            raise ElectionError(f"a ballot names {project_id!r}, which is no project of this paper")


def _paper_order(projects: tuple[Project, ...]) -> dict[str, int]:
    order: dict[str, int] = {}
    for place, project in enumerate(projects):
        if project.id in order:
            raise ElectionError(f"two projects have the id {project.id!r}; give each its own")
        order[project.id] = place
    return order


def _check_exclusions(projects: tuple[Project, ...], order: Mapping[str, int]) -> None:
    for project in projects:
        for other in project.exclusions:
            if other not in order or other == project.id:
                what = "itself" if other == project.id else f"{other!r}, which is no project of this paper"
                raise ElectionError(f"the project {project.id!r} excludes {what}; take that out")


def _check_amounts(budget: int, projects: tuple[Project, ...]) -> None:
    _check_amount(budget, "the budget")
    for project in projects:
        _check_amount(project.cost, f"the cost of {project.id!r}")
        if project.minimum is not None:
            _check_amount(project.minimum, f"the minimum of {project.id!r}")
            if project.minimum > project.cost:
                raise ElectionError(f"the minimum of {project.id!r} is above its cost; lower it")


def _check_amount(amount: int, what: str) -> None:
    if not isinstance(amount, int):
        raise ElectionError(f"{what} is {amount!r}; write a whole number of minor units, such as 1250 for 12.50")
    if not 0 <= amount < canonical.LIMIT:
        raise ElectionError(f"{what} is {amount}; it must be 0 or more and below 2**53 minor units")
