"""An outcome as a table for people: ``pb-tally count``."""

from collections.abc import Iterable, Sequence

from tallying.choices import Implementation
from tallying.commands.rule_words import rule_line
from tallying.commands.sources import Countable
from tallying.commands.tables import hanging, paragraph, table
from tallying.commands.terminal import one_line
from tallying.election import Project
from tallying.explain_words import exact, listed, people
from tallying.money import amount_text, shown, shown_share
from tallying.outcome import Comparison, Funded, Optimum, Outcome, Reason
from tallying.rulebook import Rulebook
from tallying.rules.support import support_of

_SHORT = {
    Reason.WITHDRAWN: "withdrawn",
    Reason.OVER_BUDGET: "over the budget",
    Reason.BELOW_THRESHOLD: "below threshold",
    Reason.NO_SUPPORT: "nobody’s pick",
    Reason.DID_NOT_FIT: "did not fit",
    Reason.STOPPED: "after the stop",
    Reason.SUPPORTERS_SHORT: "voters short",
    Reason.OVER_CAP: "over the cap",
    Reason.EXCLUDED: "a rival won",
    Reason.OVER_CEILING: "over a ceiling",
    Reason.NOT_BEST: "not the best",
    Reason.UNDECIDED: "undecided",
}


def count_lines(
    paper: Countable, rulebook: Rulebook, note: str, outcome: Outcome, implementation: Implementation
) -> list[str]:
    """The whole table of one paper."""
    budget = _money(outcome, outcome.budget)
    lines = [
        one_line(f"{paper.title}{f' ({paper.id})' if paper.id else ''}"),
        f"{people(outcome.voters)}, {len(paper.election.projects)} projects, {budget}",
        *paragraph("Rule", one_line(rule_line(rulebook, note))),
        "",
        *_project_lines(paper, outcome),
        "",
        *_tie_lines(paper, outcome),
        *_add1_lines(outcome),
        *_step_lines(outcome),
    ]
    if paper.file is not None and paper.file.issues:
        number = len(paper.file.issues)
        lines += hanging(one_line(f"Noted in the file: {number}. List: pb-tally check {paper.file.source}"))
    lines += [
        f"Rulebook sha256 {outcome.rulebook_sha256}",
        f"Election sha256 {outcome.election_sha256}",
        f"Counted by the {implementation}",
    ]
    return lines if outcome.is_decided else [*lines, "", *undecided_lines(paper, outcome)]


def same_line(outcomes: Sequence[Outcome]) -> str:
    """``Same result: 19 projects, £248,300.00``: over all papers of a record."""
    number = sum(len(outcome.funded) for outcome in outcomes)
    first = outcomes[0]
    total = sum(outcome.cost for outcome in outcomes)
    if len({(outcome.currency, outcome.exponent) for outcome in outcomes}) > 1:
        return f"Same result: {number} projects in {len(outcomes)} papers"
    decimals = amount_text(total, first.exponent).partition(".")[2]
    whole = shown(total - int(decimals or 0), first.exponent, first.currency)
    amount = whole if not decimals else _with_decimals(whole, decimals)
    return f"Same result: {'1 project' if number == 1 else f'{number} projects'}, {amount}"


def _with_decimals(whole: str, decimals: str) -> str:
    """The decimals go after the last digit: before a currency that is written behind."""
    number, space, currency = whole.partition(" ")
    return f"{number}.{decimals}{space}{currency}"


def _project_lines(paper: Countable, outcome: Outcome) -> list[str]:
    support = support_of(paper.election)
    votes = {project.id: support.votes[place] for place, project in enumerate(paper.election.projects)}
    projects = {project.id: project for project in paper.election.projects}
    head = ("", "Project", "Voters", "Cost", "")
    funded = [_row(projects[item.id], votes, outcome, _part(item, projects[item.id])) for item in outcome.funded]
    others = [_row(projects[item.id], votes, outcome, _SHORT[item.reason]) for item in outcome.unfunded]
    lines = table([head, *funded, *others], right=(2, 3))
    total = f"{_money(outcome, outcome.cost)} spent, {_money(outcome, outcome.remaining)} left"
    top = [f"Funded: {len(funded)} of {len(projects)} projects, {total}", *lines[: len(funded) + 1]]
    return [*top, "", "Not funded", *lines[len(funded) + 1 :]] if others else top


def _part(item: Funded, project: Project) -> str:
    return f"gets {100 * item.amount // project.cost}%" if item.amount < project.cost else ""


def _row(project: Project, votes: dict[str, int], outcome: Outcome, reason: str) -> tuple[str, ...]:
    cost = _money(outcome, project.cost)
    return one_line(project.id), one_line(project.name), f"{votes[project.id]:,}", cost, reason


def _tie_lines(paper: Countable, outcome: Outcome) -> Iterable[str]:
    if not outcome.ties:
        return []
    deciding = [tie for tie in outcome.ties if tie.matters]
    lines = [f"Ties: {len(outcome.ties)}, of which {len(deciding)} changed who is funded"]
    for tie in deciding:
        link = tie.by.replace("_", " ")
        lines.append(f"  {', '.join(tie.ids)}: put in this order by {link!r}")
        lines.append(f"    the other way round: with {_ids(tie.gains)}, without {_ids(tie.loses)}")
    return map(one_line, lines)


def _step_lines(outcome: Outcome) -> Iterable[str]:
    """What decided about all projects together: the best choice, the comparison with greedy."""
    for step in outcome.steps:
        if isinstance(step, Optimum):
            only = "no other choice is" if step.is_unique else "other choices are too"
            yield f"Best choice: worth {exact(step.worth)} to all voters together; {only}"
        if isinstance(step, Comparison):
            shares, greedy = people(step.better_with_shares), people(step.better_with_greedy)
            stands = "Equal shares" if step.keeps_shares else "Greedy"
            yield from hanging(f"Better off with equal shares: {shares}; with greedy: {greedy}. {stands} stands.")


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "none"


def _add1_lines(outcome: Outcome) -> list[str]:
    if not outcome.add1:
        return []
    runs = [run for run in outcome.add1 if run.total <= outcome.budget]
    first, last = (shown_share(run.endowment, outcome.exponent, outcome.currency) for run in (runs[0], runs[-1]))
    return [f"Add1: {len(outcome.add1)} runs; the share of each voter went from {first} to {last}"]


def undecided_lines(paper: Countable, outcome: Outcome) -> list[str]:
    """What must be drawn before there is a result."""
    names = listed([paper.election.project(item).name or item for item in outcome.pending])
    return paragraph(
        "Undecided", one_line(f"{names} are level. Draw a lot between them in public, then count with --draw")
    )


def _money(outcome: Outcome, minor: int) -> str:
    return shown(minor, outcome.exponent, outcome.currency)
