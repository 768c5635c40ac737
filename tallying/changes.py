"""What two people decided after the first count, each of which led to a further revision of the record.

::

    {"kind":"withdraw","n":5,"reason":TEXT,"values":{"paper":P,"project":ID}}           left after the count
    {"kind":"correct","n":5,"reason":TEXT,"values":{"paper":P}}                         something said was wrong
    {"kind":"depart","n":5,"reason":TEXT,"values":{"awards":[[ID,amount],…],"paper":P}}  decided otherwise than counted

They stand in ``format.json`` under ``changes``, in the order of the register, whose ``decision`` leaf ``n`` hashes
each. The outcome is always that of the count: ``awards`` are what the steering group decided in its place, for the
whole paper, and stand beside it.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum, unique
from typing import TypeAlias

from tallying import fields
from tallying.canonical import Json, Writable, sha256_hex
from tallying.frozen import RecordPaper
from tallying.ids import is_round_or_paper_id
from tallying.register import DecisionLeaf, decision_text
from tallying.values import frozen_value

Awards: TypeAlias = tuple[tuple[str, int], ...]
"""Project ids and whole minor units, in paper order."""

_KEYS = ("kind", "n", "reason", "values")


@unique
class ChangeKind(StrEnum):
    """What was decided; also the word of its decision in the register."""

    WITHDRAW = "withdraw"
    CORRECT = "correct"
    DEPART = "depart"


@frozen_value
class Change:
    """One decision after the first count. ``project`` is of a withdrawal, ``awards`` of a departure."""

    n: int
    kind: ChangeKind
    reason: str
    paper_id: str
    project: str = ""
    awards: Awards = ()

    @property
    def values(self) -> dict[str, Writable]:
        """What exactly was decided, as the decision's text has it."""
        paper: dict[str, Writable] = {"paper": self.paper_id}
        match self.kind:
            case ChangeKind.WITHDRAW:
                return paper | {"project": self.project}
            case ChangeKind.DEPART:
                return paper | {"awards": self.awards}
        return paper

    @property
    def written(self) -> Writable:
        """The entry in ``format.json``."""
        return {"kind": self.kind.value, "n": self.n, "reason": self.reason, "values": self.values}

    def leaf(self, round_id: str) -> DecisionLeaf:
        """The register's leaf for it."""
        text = decision_text(round_id, self.kind.value, self.reason, self.values)
        return DecisionLeaf(self.n, self.kind.value, sha256_hex(text))


def read_change(value: Json) -> Change:
    """The change in an entry of ``changes``; raises FieldError for any other shape."""
    change = fields.members(value, "changes", _KEYS)
    kind = fields.choice(change["kind"], "changes.kind", ChangeKind)
    extra = {ChangeKind.WITHDRAW: ("project",), ChangeKind.DEPART: ("awards",)}.get(kind, ())
    values = fields.members(change["values"], "changes.values", (*extra, "paper"))
    paper_id = fields.text(values["paper"], "changes.values.paper")
    if not is_round_or_paper_id(paper_id):
        raise fields.FieldError("changes.values.paper", "this is no paper's id")
    return Change(
        n=fields.whole(change["n"], "changes.n"),
        kind=kind,
        reason=fields.text(change["reason"], "changes.reason"),
        paper_id=paper_id,
        project=fields.text(values.get("project", ""), "changes.values.project"),
        awards=tuple(_read_award(one) for one in fields.items(values.get("awards", []), "changes.values.awards")),
    )


def withdrawn_of(changes: Iterable[Change], paper_id: str) -> tuple[str, ...]:
    """The projects of a paper that were withdrawn, in the order of the decisions."""
    return tuple(one.project for one in changes if one.kind is ChangeKind.WITHDRAW and one.paper_id == paper_id)


def departure_of(changes: Sequence[Change], paper_id: str) -> Change | None:
    """The departure that stands for a paper: the last one; None where the count is the decision."""
    made = [one for one in changes if one.kind is ChangeKind.DEPART and one.paper_id == paper_id]
    return made[-1] if made else None


def award_faults(awards: Awards, paper: RecordPaper, withdrawn: Iterable[str]) -> list[str]:
    """Why these awards may not stand for a paper, as sentences; empty if they may."""
    costs, order = {one.id: one.cost for one in paper.projects}, [one.id for one in paper.projects]
    ids = [project_id for project_id, _ in awards]
    known = [project_id for project_id in ids if project_id in costs]
    texts = {
        "awards money to a project that is not on it": known != ids,
        "names a project twice, or not in the order of the paper": known != [one for one in order if one in ids],
        "awards money to a project that was withdrawn": not set(ids).isdisjoint(withdrawn),
        "awards nothing, or more than the cost": any(
            not 0 < amount <= costs.get(project_id, amount) for project_id, amount in awards
        ),
        "awards more than there is": sum(amount for _, amount in awards) > paper.budget,
    }
    return [text for text, is_true in texts.items() if is_true]


def _read_award(value: Json) -> tuple[str, int]:
    match value:
        case [str(project_id), int(amount)] if not isinstance(amount, bool):
            return project_id, amount
    raise fields.FieldError("changes.values.awards", "each must be a project and an amount")
