"""Papers that are ticked: pick up to k, choose one, and spend the pot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tallying.ballot_fit import has_bonus
from tallying.choices import BallotKind
from tallying.election import Approval, Ballot
from tallying.fields import NONE
from tallying.money import shown
from voting.errors import Problem
from voting.paper import WHOLE, BallotPaper, Mark


@dataclass(frozen=True, slots=True)
class TickPaper(BallotPaper):
    """Ticks: at least so many and at most so many, one more with the bonus, and within the money for a basket."""

    @property
    def chooses_one(self) -> bool:
        """Whether exactly one project is chosen."""
        return self.most == 1 and self.kind is BallotKind.APPROVAL

    @property
    def bonus(self) -> str:
        """The category that one more pick is for; "" without a bonus."""
        return "" if self.rule.bonus == NONE else self.rule.bonus

    def marks_of(self, ballot: Ballot) -> tuple[Mark, ...]:
        """A tick on each project."""
        return tuple((project_id, "") for project_id in ballot.ids) if isinstance(ballot, Approval) else ()

    def cost_of(self, ids: Mapping[str, str]) -> int:
        """What these projects cost together, in minor units."""
        return sum(project.cost for project in self.projects if project.id in ids)

    def _mark(self, written: Mapping[str, str]) -> Ballot | list[Problem]:
        ids = tuple(project.id for project in self.projects if project.id in written)
        words = self._few_words(len(ids)) or self._many_words(ids) or self._money_words(written)
        return [Problem(WHOLE, words)] if words else Approval(ids)

    def _few_words(self, count: int) -> str:
        if count >= self.least:
            return ""
        if self.chooses_one:
            return "Choose a project, or leave this paper out."
        if self.least == 1:
            return "Tick at least one project, or leave this paper out."
        return f"You ticked {count}. Pick at least {self.least}, or leave this paper out."

    def _many_words(self, ids: tuple[str, ...]) -> str:
        most = self.most + has_bonus(ids, self.rule, self.by_id)
        if len(ids) <= most:
            return ""
        more = f", and one more that is marked “{self.bonus}”" if self.bonus else ""
        can = f"pick {self.most}" if self.word is None else f"give {self.word.of(self.most)}"
        return f"You ticked {len(ids)}. You can {can}{more}: untick {len(ids) - most}."

    def _money_words(self, written: Mapping[str, str]) -> str:
        over = self.cost_of(written) - self.budget
        if self.kind is not BallotKind.BUDGET or over <= 0:
            return ""
        costs, limit, too_much = (self._money(amount) for amount in (over + self.budget, self.budget, over))
        return f"Your basket costs {costs}. You can spend {limit}: take out projects for {too_much} or more."

    def _money(self, minor: int) -> str:
        return shown(minor, self.exponent, self.currency)
