"""Writing ``.pb`` files: one spelling for one election."""

from collections.abc import Iterable, Mapping, Sequence

from tallying.election import Approval, Ballot, Election, Points, Project, Ranking
from tallying.money import amount_text
from tallying.pabulib_text import MARKS
from tallying.rules.support import support_of

_COUNTED = ("num_projects", "num_votes", "budget", "vote_type")


def write_file(
    meta: Iterable[tuple[str, str]],
    election: Election,
    rows: Iterable[tuple[str, Ballot]],
    selected: Iterable[tuple[str, int]] | None,
) -> bytes:
    """A whole file with totals. Of META the numbers of projects and votes and the budget are ours."""
    given = dict(meta)
    vote_type = given.get("vote_type", "").lower() or _vote_type(election)
    rows = [(voter, _most_points_first(ballot)) for voter, ballot in rows]
    counted = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(len(rows)),
        "budget": amount_text(election.budget, election.exponent),
        "vote_type": vote_type,
    }
    keys = {**{key: "" for key in ("description",) if key in given}, **given, **counted}
    lines = _meta_lines(keys)
    lines += _project_lines(election, vote_type, selected)
    return _joined(lines + _vote_lines(rows, vote_type))


def write_ballots(
    *,
    meta: Mapping[str, str],
    budget: int,
    exponent: int,
    projects: Sequence[Project],
    rows: Iterable[tuple[str, Ballot]],
    vote_type: str = "approval",
    keeps_order: bool = False,
) -> bytes:
    """The count's input as the public record holds it: ``ballots.pb``.

    ``rows`` are trackers and ballots; they are written sorted by tracker, without totals and without
    ``selected``. ``meta`` adds keys such as description and currency, written in its order.
    ``keeps_order``: rows stay in the order given, as in the record of an imported file.
    """
    in_order = list(rows) if keeps_order else sorted(rows, key=_tracker)
    keys = {
        **meta,
        "num_projects": str(len(projects)),
        "num_votes": str(len(in_order)),
        "budget": amount_text(budget, exponent),
        "vote_type": vote_type,
    }
    lines = _meta_lines(keys)
    lines += ["PROJECTS", "project_id;cost;name;category"]
    lines += [
        row_text(project.id, amount_text(project.cost, exponent), project.name, project.category)
        for project in projects
    ]
    return _joined(lines + _vote_lines(in_order, vote_type))


def _tracker(row: tuple[str, Ballot]) -> str:
    return row[0]


def _meta_lines(keys: Mapping[str, str]) -> list[str]:
    return ["META", "key;value", *(row_text(key, value) for key, value in keys.items())]


def _project_lines(election: Election, vote_type: str, selected: Iterable[tuple[str, int]] | None) -> list[str]:
    support = support_of(election)
    codes = None if selected is None else dict(selected)
    has_score = vote_type in ("ordinal", "cumulative", "scoring")
    score = support.borda if vote_type == "ordinal" else support.points
    header = ["project_id", "cost", "votes", *(["score"] if has_score else []), "name", "category"]
    lines = ["PROJECTS", ";".join(header + ([] if codes is None else ["selected"]))]
    for place, project in enumerate(election.projects):
        cells = [project.id, amount_text(project.cost, election.exponent), str(support.votes[place])]
        cells += [str(score[place])] if has_score else []
        cells += [project.name, project.category]
        cells += [] if codes is None else [str(codes.get(project.id, 0))]
        lines.append(row_text(*cells))
    return lines


def _vote_lines(rows: Iterable[tuple[str, Ballot]], vote_type: str) -> list[str]:
    has_points = vote_type in ("cumulative", "scoring")
    lines = ["VOTES", "voter_id;vote;points" if has_points else "voter_id;vote"]
    for voter, ballot in rows:
        match ballot:
            case Approval(ids) | Ranking(ids):
                lines.append(row_text(voter, ",".join(ids)))
            case Points(points):
                named = ",".join(project_id for project_id, _ in points)
                lines.append(row_text(voter, named, ",".join(str(number) for _, number in points)))
    return lines


def _most_points_first(ballot: Ballot) -> Ballot:
    """Points as Pabulib lists them: most points first, else in paper order."""
    if not isinstance(ballot, Points):
        return ballot
    return Points(tuple(sorted(ballot.points, key=lambda item: -item[1])))


def _vote_type(election: Election) -> str:
    kinds = {Ranking: "ordinal", Points: "cumulative", Approval: "approval"}
    return kinds[type(election.groups[0][0])] if election.groups else "approval"


def row_text(*cells: str) -> str:
    """One row. Quotes keep one with nothing in it from being read as a blank line, or as a section mark."""
    line = ";".join(_quoted(cell) for cell in cells)
    return line if line.strip(";").upper() not in ("", *MARKS) else ";".join(f'"{cell}"' for cell in cells)


def _quoted(cell: str) -> str:
    """Quotes only where the cell would not be read back as it is."""
    if ";" in cell or "\n" in cell or "\r" in cell or cell.startswith('"'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _joined(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("utf-8")
