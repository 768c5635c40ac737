"""One sentence for each project, with its numbers: the same on the page, in the PDF and on the command line.

Sentences are functions of election and outcome; they stand outside the outcome's bytes.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tallying import explain_limits, explain_rules
from tallying.choices import BallotKind
from tallying.election import Election, Points, Ranking
from tallying.explain_turns import places_of
from tallying.explain_words import exact, listed, ordinal, people, percent
from tallying.money import shown, shown_missing, shown_share
from tallying.outcome import (
    Advance,
    DecidedBy,
    Load,
    Outcome,
    Purchase,
    Reason,
    Turn,
    Unfunded,
)
from tallying.rules.support import support_of
from tallying.values import frozen_value
from tallying.vote_word import VOTE, VoteWord, unit_of

FUNDED = "funded"
"""The code of a sentence about a funded project; all others are those of ``Reason``."""


@frozen_value
class Sentence:
    """Why one project is funded or not; ``code`` is "funded" or a reason, ``text`` plain English."""

    id: str
    name: str
    is_funded: bool
    code: str
    text: str


@frozen_value
class _Facts:
    """What a sentence says of a project; voters and points are None where they are not known."""

    name: str
    cost: int
    voters: int | None
    points: int | None


def explain(election: Election, outcome: Outcome, word: VoteWord | None = None) -> tuple[Sentence, ...]:
    """A sentence for every project: funded ones in funding order, then the others in paper order.

    ``word`` is the paper's own word for what its voters give. Raises ValueError where the outcome is not one of this
    election.
    """
    if outcome.election_sha256 != election.sha256():
        raise ValueError("this outcome was counted from another election; count this one")
    kind = BallotKind.POINTS if election.groups and isinstance(election.groups[0][0], Points) else BallotKind.APPROVAL
    return _sentences(outcome, _facts_of_election(election), word, kind)


def explain_alone(outcome: Outcome) -> tuple[Sentence, ...]:
    """The same where only the outcome is at hand: ids instead of names, and votes as its trace has them."""
    return _sentences(outcome, _facts_of_outcome(outcome))


def _sentences(
    outcome: Outcome,
    facts: Mapping[str, _Facts],
    word: VoteWord | None = None,
    kind: BallotKind = BallotKind.APPROVAL,
) -> tuple[Sentence, ...]:
    teller = _Teller(outcome, facts, word, kind)
    return (*map(teller.funded, outcome.funded_ids), *map(teller.unfunded, outcome.unfunded))


def _facts_of_election(election: Election) -> dict[str, _Facts]:
    support = support_of(election)
    is_ranked = bool(election.groups) and isinstance(election.groups[0][0], Ranking)
    points = support.borda if is_ranked else support.points
    return {
        project.id: _Facts(project.name, project.cost, support.votes[place], points[place])
        for place, project in enumerate(election.projects)
    }


def _facts_of_outcome(outcome: Outcome) -> dict[str, _Facts]:
    """Costs of all; voters of those that were not funded, and of those that equal shares bought."""
    facts = {item.id: _Facts("", item.amount, None, None) for item in outcome.funded}
    facts |= {item.id: _Facts("", item.cost, item.supporters, None) for item in outcome.unfunded}
    for step in outcome.steps:
        if isinstance(step, Purchase | Advance):
            facts[step.id] = _Facts("", step.cost, step.paid_full + step.paid_all, None)
        if isinstance(step, Load):
            facts[step.id] = _Facts("", step.cost, step.voters, None)
    return facts


class _Teller:
    """What the sentences draw on: facts and steps by project, and the words for money, votes and points."""

    def __init__(self, outcome: Outcome, facts: Mapping[str, _Facts], word: VoteWord | None, kind: BallotKind) -> None:
        self._outcome = outcome
        self._facts = facts
        self._votes = unit_of(word, kind, is_points=False)
        self._points = unit_of(word, kind, is_points=True)
        self._steps = {step.id: step for step in outcome.steps if isinstance(step, Purchase | Turn | Load | Advance)}
        self._places = places_of(outcome.steps)
        self._amounts = {item.id: item.amount for item in outcome.funded}
        self._has_loads = any(isinstance(step, Load) for step in outcome.steps)
        self._has_shares = any(isinstance(step, Purchase) for step in outcome.steps)

    def funded(self, project_id: str) -> Sentence:
        """The sentence of a funded project."""
        step = self._steps.get(project_id)
        if self._outcome.by is DecidedBy.ALL_FIT:
            total, budget = self._money(self._outcome.cost), self._money(self._outcome.budget)
            text = f"There was money for everything: all projects together cost {total} of {budget}."
        elif step is None:
            text = self._picked(project_id) + explain_rules.BEST
        elif not isinstance(step, Turn):
            text = self._paid(step)
        else:
            part = explain_limits.in_part(step, self._amounts[project_id], self._outcome)
            text = self._at_turn(project_id) + part
        return Sentence(project_id, self._facts[project_id].name, True, FUNDED, text + self._level(project_id))

    def unfunded(self, item: Unfunded) -> Sentence:
        """The sentence of any other project."""
        text = self._why(item) + self._level(item.id)
        return Sentence(item.id, self._facts[item.id].name, False, item.reason.value, text)

    def _why(self, item: Unfunded) -> str:
        match item.reason:
            case Reason.WITHDRAWN:
                return "It was withdrawn, so it was not counted."
            case Reason.NO_SUPPORT:
                return "Nobody picked it."
            case Reason.OVER_BUDGET:
                budget = self._money(self._outcome.budget)
                return f"It cost {self._money(item.cost)}, more than all the money: {budget}."
            case Reason.BELOW_THRESHOLD:
                return self._below(item)
            case Reason.UNDECIDED:
                return self._undecided(item.id)
            case _:
                return self._lost(item)

    def _lost(self, item: Unfunded) -> str:
        """Why a project that was counted did not win."""
        if item.reason is Reason.SUPPORTERS_SHORT:
            return self._short(item)
        if item.reason is Reason.NOT_BEST:
            return self._picked(item.id) + explain_rules.not_best(item)
        if item.reason in explain_limits.LEFT_OUT:
            return explain_limits.left_out(item, self._outcome, lambda other: self._names([other]))
        step = self._steps.get(item.id)
        if isinstance(step, Load):
            return explain_rules.load_misfit(step, self._outcome)
        if not isinstance(step, Turn) or (item.reason is Reason.STOPPED and not step.score):
            return self._without_turn(item)
        if item.reason is Reason.STOPPED:
            cost = self._money(item.cost)
            return f"It came {self._place(item.id)} and cost {cost}; the money had ended at a project before it."
        return self._at_turn(item.id) + self._votes_short(item)

    def _without_turn(self, item: Unfunded) -> str:
        if item.reason is Reason.STOPPED:
            return self._picked(item.id) + "The money had ended at a project before it."
        return f"{people(item.supporters)} picked it; {explain_rules.too_dear(item, self._outcome)}"

    def _paid(self, step: Purchase | Load | Advance) -> str:
        if isinstance(step, Load):
            return explain_rules.loaded(step, self._outcome)
        return explain_rules.advanced(step, self._outcome) if isinstance(step, Advance) else self._bought(step)

    def _bought(self, step: Purchase) -> str:
        if not step.cost:
            return f"{people(step.paid_full)} picked it, and it costs nothing."
        text = f"Its {people(step.paid_full + step.paid_all)} could pay its {self._money(step.cost)} together"
        if not step.paid_all:
            return f"{text}, each in full."
        return f"{text}: {step.paid_full:,} in full, {step.paid_all:,} with all they had left."

    def _at_turn(self, project_id: str) -> str:
        """It came 4th with 1,399 voters; £13,500 was left by then, and it cost £14,900."""
        place = self._places[project_id]
        turn = place.turn
        if self._has_loads:
            left = f"{self._money(turn.left)} was left by then, and it cost {self._money(turn.cost)}."
            return f"{explain_rules.UNPICKED}{left}"
        before = "Its voters’ shares did not pay for it, but money was left over. " if self._has_shares else ""
        left = f"{self._money(turn.left)} was left by then, and it cost {self._money(turn.cost)}."
        if place.reserve:
            before = f"{explain_limits.group_of(place.reserve)} had money kept for them. "
        return f"{before}It came {self._place(project_id)}; {left}"

    def _place(self, project_id: str) -> str:
        """4th with 1,399 voters."""
        place, facts = self._places[project_id], self._facts[project_id]
        number, score = place.number, place.turn.score
        if facts.voters is None:
            return f"{ordinal(number)} with a score of {exact(score)}"
        support = people(facts.voters)
        if facts.points and score == facts.points:
            support = f"{self._points.of(facts.points)} from {support}"
        elif self._votes is not VOTE and score == facts.voters:
            support = self._votes.of(facts.voters)
        return f"{ordinal(number)} with {support}"

    def _votes_short(self, item: Unfunded) -> str:
        """How many more votes or points would have been enough: to come before the last turn at which it fitted."""
        place, facts = self._places[item.id], self._facts[item.id]
        score = place.turn.score
        fitted = [turn for turn in place.earlier if turn.left >= item.cost]
        if not fitted or score not in (item.supporters, facts.points):
            return ""
        more, unit = int(fitted[-1].score - score) + 1, self._points if score == facts.points else self._votes
        return f" With {more:,} more {unit.one if more == 1 else unit.many} it would have won."

    def _below(self, item: Unfunded) -> str:
        score, needed = item.figure("score"), item.figure("needed")
        least = "more than " if score == needed else ""
        if score == item.supporters:
            return f"{people(item.supporters)} picked it; it needed {least}{exact(needed)}."
        if self._outcome.voters and score == Fraction(item.supporters, self._outcome.voters):
            share = f"{item.supporters:,} of {people(self._outcome.voters)}"
            return f"{share} picked it; it needed {least}{percent(needed)} of all voters."
        return f"It got {exact(score)} {self._points.many}; it needed {least}{exact(needed)}."

    def _picked(self, project_id: str) -> str:
        """412 voters picked it, and it cost £1,400. Empty where the voters are not known."""
        facts = self._facts[project_id]
        if facts.voters is None:
            return ""
        who = people(facts.voters) if facts.voters else "Nobody"
        return f"{who} picked it, and it cost {self._money(facts.cost)}. "

    def _short(self, item: Unfunded) -> str:
        """Its 725 voters had £9,021 left, and it cost £12,900: £3,879 too little."""
        had, exponent = item.figure("supporters_left"), self._outcome.exponent
        missing = shown_missing(item.cost, had, exponent, self._outcome.currency)
        left = shown_share(had, exponent, self._outcome.currency)
        cost = self._money(item.cost)
        return f"Its {people(item.supporters)} had {left} left, and it cost {cost}: {missing} too little."

    def _undecided(self, project_id: str) -> str:
        names = self._names(self._outcome.pending)
        if project_id in self._outcome.pending:
            return f"Not decided yet: {names} are level, and a lot must be drawn between them."
        return f"Not decided yet: a lot must be drawn first, between {names}."

    def _level(self, project_id: str) -> str:
        """What is added where a tie decided about this project."""
        for tie in self._outcome.ties:
            if project_id in (*tie.gains, *tie.loses) and project_id in tie.ids:
                others = self._names([other for other in tie.ids if other != project_id])
                return f" It was level with {others}; {_LINKS.get(tie.by, tie.by)} decided."
        return ""

    def _names(self, ids: Sequence[str]) -> str:
        return listed([self._facts[project_id].name or project_id for project_id in ids])

    def _money(self, minor: int) -> str:
        return shown(minor, self._outcome.exponent, self._outcome.currency)


_LINKS = {
    "more_supporters": "the number of voters",
    "lower_cost": "the lower cost",
    "lot": "the public draw",
    "listed": "the order of the list",
}
