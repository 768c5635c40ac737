"""An election with its result as a ``.pb`` file for Pabulib's own collection, as its checker wants it.

Keys of META stand in the checker's order, ``selected`` is our outcome, and ``rule`` is a name of
Pabulib's only where that rule, as the checker reads it, funds the same projects; else ``unknown``.
Format: Stolicki, Szufa, Talmon: "Pabulib: A Participatory Budgeting Library" (arXiv 2012.06539).
"""

from collections.abc import Mapping, Sequence

from tallying.election import Approval, Ballot, Points, Project, Ranking
from tallying.outcome import Outcome
from tallying.pabulib import PabulibFile, whole_number
from tallying.pabulib_rule_names import RuleAsNamed, rule_name
from tallying.pabulib_write import write_file
from tallying.rulebook import Rulebook
from tallying.values import frozen_value, replace

WANTED = ("description", "country", "unit", "instance", "rule", "date_begin", "date_end")
"""The keys of META that Pabulib wants and no file of ballots gives by itself."""

_ORDER = (
    *("description", "country", "unit", "district", "subunit", "instance", "num_projects", "num_votes", "budget"),
    *("vote_type", "rule", "date_begin", "date_end", "min_length", "max_length", "min_sum_cost", "max_sum_cost"),
    *("min_points", "max_points", "min_sum_points", "max_sum_points", "default_score", "min_project_cost"),
    *("max_project_cost", "min_project_score_threshold", "neighborhoods", "subdistricts", "categories", "edition"),
    *("language", "currency", "fully_funded", "experimental", "comment", "acknowledgments", "leftover_budget"),
    *("budget_per_category", "budget_per_neighborhood", "min_length_per_category", "max_length_per_category"),
    *("min_sum_cost_per_category", "max_sum_cost_per_category"),
)
_OF_POINTS = ("min_points", "max_points", "min_sum_points", "max_sum_points", "default_score")


@frozen_value
class Export:
    """The bytes, and what a person should know about them."""

    data: bytes
    notes: tuple[str, ...]


def export(file: PabulibFile, rulebook: Rulebook, outcome: Outcome) -> Export:
    """The file with the outcome as ``selected``; ``outcome`` is of ``file.election`` under ``rulebook``."""
    projects = tuple(map(_tidied, file.projects))
    election = replace(file.election, projects=projects)
    amounts = {item.id: item.amount for item in outcome.funded}
    named = rule_name(file, rulebook, amounts.keys())
    meta = _meta(file, named)
    missing = [key for key in WANTED if not meta.get(key)]
    dropped = [key for key, value in file.meta if key not in _ORDER and value]
    notes = []
    if missing:
        notes.append(f"Pabulib also wants {', '.join(missing)}: give them with --meta KEY=VALUE")
    if dropped:
        notes.append(f"Left out, because Pabulib does not know these keys: {', '.join(dropped)}")
    selected = [(project.id, _code(project, amounts.get(project.id))) for project in projects]
    return Export(write_file(meta.items(), election, file.rows, selected), tuple(notes))


def _code(project: Project, amount: int | None) -> int:
    """Pabulib's code: 1 funded, 0 not; 2 funded in part by the money of the vote."""
    if amount is None:
        return 0
    return 1 if amount == project.cost else 2


def _tidied(project: Project) -> Project:
    """A name on one line, the id where there is none; categories parted by commas alone, each once."""
    categories = dict.fromkeys(part.strip() for part in project.category.split(",") if part.strip())
    name = " ".join(project.name.split()) or project.id
    return replace(project, name=name, category=",".join(categories))


def _meta(file: PabulibFile, named: RuleAsNamed) -> dict[str, str]:
    given = {key: " ".join(value.split()) for key, value in file.meta}
    sizes = [_size(ballot) for _, ballot in file.rows]
    given |= dict.fromkeys(("num_projects", "num_votes", "budget"), "")
    given |= _bounds(given, sizes, len(file.projects))
    given |= _kind(file, given, sizes)
    given["rule"] = named.name
    given["min_project_score_threshold"] = "" if named.threshold is None else str(named.threshold)
    given["fully_funded"] = "1" if _all_fit(file) else ""
    if given.get("comment") and not given["comment"].startswith("#1: "):
        given["comment"] = f"#1: {given['comment']}"
    kept = ("num_projects", "num_votes", "budget")
    return {key: given[key] for key in _ORDER if given.get(key) or key in kept}


def _bounds(given: Mapping[str, str], sizes: Sequence[int], projects: int) -> dict[str, str]:
    """The bounds of a ballot, but for those that its ballots do not keep; no ballot names more than there are."""
    least, most = (whole_number(given.get(key, "")) for key in ("min_length", "max_length"))
    bounds = {"min_length": "", "max_length": ""}
    if least and min(sizes, default=least) >= least:
        bounds["min_length"] = str(least)
    if most and max(sizes, default=0) <= most:
        bounds["max_length"] = str(min(most, projects))
    return bounds


def _kind(file: PabulibFile, given: Mapping[str, str], sizes: Sequence[int]) -> dict[str, str]:
    """The vote type: choose-1 where every ballot names one project and none may name more."""
    kind = file.vote_type
    if kind in ("approval", "choose-1"):
        is_single = set(sizes) <= {1} and (kind == "choose-1" or given["max_length"] == "1")
        unused = dict.fromkeys(_OF_POINTS, "")
        if is_single and len(file.projects) > 1:
            return {**unused, "vote_type": "choose-1", "min_length": "1", "max_length": "1"}
        return {**unused, "vote_type": kind if is_single else "approval"}
    totals = [sum(number for _, number in ballot.points) for _, ballot in file.rows if isinstance(ballot, Points)]
    if kind == "cumulative" and not whole_number(given.get("max_sum_points", "")):
        return {"vote_type": kind, "max_sum_points": str(max(totals, default=1))}
    return {"vote_type": kind}


def _size(ballot: Ballot) -> int:
    match ballot:
        case Approval(ids) | Ranking(ids):
            return len(ids)
        case Points(points):
            return len(points)


def _all_fit(file: PabulibFile) -> bool:
    """As the checker asks it: in whole units of the currency, rounded down."""
    unit: int = 10**file.election.exponent
    return file.election.budget // unit >= sum(project.cost // unit for project in file.projects)
