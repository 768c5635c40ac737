"""One sentence for each project, with its numbers: the same on the page, in the PDF and on the command line.

Sentences are functions of election and outcome; they stand outside the outcome's bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tallying.election import Election, Project, Ranking
from tallying.explain_words import ordinal, people, percent
from tallying.money import amount_text, read_amount, shown, shown_share
from tallying.outcome import DecidedBy, Outcome, Purchase, Reason, Turn, Unfunded
from tallying.rules.support import Support, support_of

FUNDED = "funded"
"""The code of a sentence about a funded project; all others are those of ``Reason``."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Why one project is funded or not; ``code`` is "funded" or a reason, ``text`` plain English."""

    id: str
    name: str
    is_funded: bool
    code: str
    text: str


def explain(election: Election, outcome: Outcome) -> tuple[Sentence, ...]:
    """A sentence for every project: funded ones in funding order, then the others in paper order.

    Raises ValueError where the outcome is not one of this election.
    """
    if outcome.election_sha256 != election.sha256():
        raise ValueError("this outcome was counted from another election; count this one")
    teller = _Teller(election, outcome)
    funded = [teller.funded(item.id) for item in outcome.funded]
    return tuple(funded + [teller.unfunded(item) for item in outcome.unfunded])


class _Teller:
    """What the sentences draw on: steps by project, places, totals, and the words for money."""

    def __init__(self, election: Election, outcome: Outcome) -> None:
        self._outcome = outcome
        self._projects = {project.id: project for project in election.projects}
        self._places = {project.id: place for place, project in enumerate(election.projects)}
        self._support: Support = support_of(election)
        self._is_ranked = bool(election.groups) and isinstance(election.groups[0][0], Ranking)
        self._steps = {step.id: step for step in outcome.steps}
        self._turns = [step for step in outcome.steps if isinstance(step, Turn)]
        self._turn_of = {step.id: number for number, step in enumerate(self._turns, start=1)}
        self._has_shares = any(isinstance(step, Purchase) for step in outcome.steps)

    def funded(self, project_id: str) -> Sentence:
        project, step = self._projects[project_id], self._steps.get(project_id)
        if self._outcome.by is DecidedBy.ALL_FIT:
            total, budget = self._money(self._outcome.cost), self._money(self._outcome.budget)
            text = f"There was money for everything: all projects together cost {total} of {budget}."
        elif isinstance(step, Purchase):
            text = self._bought(project, step)
        else:
            text = self._at_turn(project)
        return Sentence(project.id, project.name, True, FUNDED, text + self._level(project.id))

    def unfunded(self, item: Unfunded) -> Sentence:
        project = self._projects[item.id]
        return Sentence(
            project.id, project.name, False, item.reason.value, self._why(project, item) + self._level(project.id)
        )

    def _why(self, project: Project, item: Unfunded) -> str:
        match item.reason:
            case Reason.WITHDRAWN:
                return "It was withdrawn before the count."
            case Reason.NO_SUPPORT:
                return "Nobody picked it."
            case Reason.OVER_BUDGET:
                budget = self._money(self._outcome.budget)
                return f"It cost {self._money(project.cost)}, more than all the money: {budget}."
            case Reason.BELOW_THRESHOLD:
                return self._below(item)
            case Reason.UNDECIDED:
                return self._undecided(item.id)
            case _:
                return self._lost(project, item)

    def _lost(self, project: Project, item: Unfunded) -> str:
        """Why a project that was counted did not win."""
        if item.reason is Reason.SUPPORTERS_SHORT:
            return self._short(project, item)
        if item.reason is Reason.STOPPED:
            return f"It came {self._place(project)}; the money had ended at a project before it."
        return self._at_turn(project) + self._votes_short(project)

    def _bought(self, project: Project, step: Purchase) -> str:
        if not step.cost:
            return f"{people(step.paid_full)} picked it, and it costs nothing."
        text = f"Its {people(step.paid_full + step.paid_all)} could pay its {self._money(project.cost)} together"
        if not step.paid_all:
            return f"{text}, each in full."
        return f"{text}: {step.paid_full:,} in full, {step.paid_all:,} with all they had left."

    def _at_turn(self, project: Project) -> str:
        """It came 4th with 1,399 voters; £13,500 was left by then, and it cost £14,900."""
        turn = self._turns[self._turn_of[project.id] - 1]
        before = "Its voters’ shares did not pay for it, but money was left over. " if self._has_shares else ""
        left = f"{self._money(turn.left)} was left by then, and it cost {self._money(project.cost)}."
        return f"{before}It came {self._place(project)}; {left}"

    def _place(self, project: Project) -> str:
        """4th with 1,399 voters."""
        number = self._turn_of[project.id]
        score, at = self._turns[number - 1].score, self._places[project.id]
        points = self._support.borda[at] if self._is_ranked else self._support.points[at]
        voters = people(self._support.votes[at])
        support = f"{points:,} points from {voters}" if points and score == points else voters
        return f"{ordinal(number)} with {support}"

    def _votes_short(self, project: Project) -> str:
        """How many more votes would have been enough: to come before the last turn at which it fitted."""
        number = self._turn_of[project.id]
        score = self._turns[number - 1].score
        if self._is_ranked or score != self._support.votes[self._places[project.id]]:
            return ""
        fitted = [turn for turn in self._turns[: number - 1] if turn.left >= project.cost]
        if not fitted:
            return ""
        more = int(fitted[-1].score - score) + 1
        return f" With {more:,} more {'vote' if more == 1 else 'votes'} it would have won."

    def _below(self, item: Unfunded) -> str:
        score, needed = item.figure("score"), item.figure("needed")
        least = "more than " if score == needed else ""
        if score == item.supporters:
            return f"{people(item.supporters)} picked it; it needed {least}{_number(needed)}."
        if self._outcome.voters and score == Fraction(item.supporters, self._outcome.voters):
            share = f"{item.supporters:,} of {people(self._outcome.voters)}"
            return f"{share} picked it; it needed {least}{percent(needed)} of all voters."
        return f"It got {_number(score)} points; it needed {least}{_number(needed)}."

    def _short(self, project: Project, item: Unfunded) -> str:
        """Its 725 voters had £9,021 left, and it cost £12,900: £3,879 too little."""
        had = self._share(item.figure("supporters_left"))
        digits = max(self._outcome.exponent, 2)
        cents = item.figure("supporters_left") * 10 ** (digits - self._outcome.exponent)
        cost = read_amount(amount_text(project.cost, self._outcome.exponent), digits)
        missing = shown(cost - int(cents), digits, self._outcome.currency)
        voters = people(item.supporters)
        return f"Its {voters} had {had} left, and it cost {self._money(project.cost)}: {missing} too little."

    def _undecided(self, project_id: str) -> str:
        pending = self._outcome.pending
        names = _listed([self._projects[other].name or other for other in pending])
        if project_id in pending:
            return f"Not decided yet: {names} are level, and a lot must be drawn between them."
        return f"Not decided yet: a lot must be drawn first, between {names}."

    def _level(self, project_id: str) -> str:
        """What is added where a tie decided about this project."""
        for tie in self._outcome.ties:
            if project_id in (*tie.gains, *tie.loses) and project_id in tie.ids:
                others = _listed([self._projects[other].name or other for other in tie.ids if other != project_id])
                return f" It was level with {others}; {_LINKS.get(tie.by, tie.by)} decided."
        return ""

    def _money(self, minor: int) -> str:
        return shown(minor, self._outcome.exponent, self._outcome.currency)

    def _share(self, minor: Fraction) -> str:
        return shown_share(minor, self._outcome.exponent, self._outcome.currency)


_LINKS = {
    "more_supporters": "the number of voters",
    "lower_cost": "the lower cost",
    "lot": "the public draw",
    "listed": "the order of the list",
}


def _listed(names: Sequence[str]) -> str:
    """A and B; A, B and C."""
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _number(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.6g}"
