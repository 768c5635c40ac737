"""Who may vote in a round: the rule that officers compose, its words for residents, and what it says of one person.

A rule never asks for more than it needs: what ties somebody to the place, how old they are, which area is theirs. It
answers "yes", "no" with the exact reason, or "a person must look". Nobody is refused because of what they do not know.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tallying.frozen_voters import Evidence, Identify, RecordEligibility, Route

__all__ = [
    "Answer", "Doubt", "Eligibility", "Evidence", "Facts", "Identify", "Route", "Verdict",
    "age_on", "evaluate", "problems_of", "read_rule", "sentence", "ways",
]  # fmt: skip

YOUNGEST, OLDEST = 8, 120
"""The bounds of an age limit, in years."""


class Doubt(StrEnum):
    """Why nobody but a person can say which area somebody belongs to."""

    STRADDLES = "straddles"
    NOT_LISTED = "not_listed"
    UNSURE = "unsure"
    NO_ADDRESS = "no_address"


class Verdict(StrEnum):
    """What the rule says of somebody."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    ASK_A_PERSON = "ask_a_person"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A rule. Ages are in whole years on the last day of voting; 0 means no limit.

    Below `consent_under` a parent or guardian must have agreed; 0: never asked.
    """

    routes: tuple[Route, ...] = tuple(Route)
    min_age: int = 0
    max_age: int = 0
    evidence: tuple[Evidence, ...] = (Evidence.DOCUMENT,)
    consent_under: int = 0
    identify: Identify = Identify.FIRST
    chooses_area: bool = False
    """Whether each voter chooses one area of the round with the first vote, whichever tie they have."""

    @property
    def asks_age(self) -> bool:
        """Whether anybody's age matters."""
        return bool(self.min_age or self.max_age or self.consent_under)

    def recorded(self, text: str) -> RecordEligibility:
        """The rule as it is frozen, with the words that residents read; `read_rule` reads it back."""
        return RecordEligibility(
            routes=self.routes,
            min_age=self.min_age,
            max_age=self.max_age,
            evidence=self.evidence,
            consent_under=self.consent_under,
            identify=self.identify,
            text=text,
            chooses_area=self.chooses_area,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody declared. `age` in years on the last day of voting, None where it was not asked.

    `area_id` is "" with a `doubt`: then nobody knows yet.
    """

    route: Route
    age: int | None = None
    area_id: str = ""
    doubt: Doubt | None = None
    has_consent: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rule says, and the one sentence that the person reads ("" for a yes)."""

    verdict: Verdict
    reason: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands in the way but the evidence."""
        return self.verdict is Verdict.ALLOWED


def read_rule(record: RecordEligibility) -> Eligibility:
    """The rule in what was recorded."""
    return Eligibility(
        record.routes,
        record.min_age,
        record.max_age,
        record.evidence,
        record.consent_under,
        record.identify,
        record.chooses_area,
    )


def evaluate(rule: Eligibility, facts: Facts, areas: Collection[str]) -> Answer:
    """What the rule says of these facts. `areas`: the ids of the areas that the round is for; none means all.

    A "no" comes first, so that nobody waits for a person who could only repeat it.
    """
    reason = _refusal(rule, facts, areas)
    if reason:
        return Answer(Verdict.REFUSED, reason)
    if facts.doubt is not None:
        return Answer(Verdict.ASK_A_PERSON, _DOUBTS[facts.doubt])
    if facts.age is None and rule.asks_age:
        return Answer(Verdict.ASK_A_PERSON, "We do not know how old you are on the last day of voting.")
    if facts.age is not None and facts.age < rule.consent_under and not facts.has_consent:
        return Answer(Verdict.ASK_A_PERSON, f"{_consent_words(rule)} We have not recorded that yet.")
    return Answer(Verdict.ALLOWED)


def age_on(born: date, day: date) -> int:
    """Whole years of age on `day`; somebody born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def sentence(rule: Eligibility, area_names: Sequence[str]) -> str:
    """The whole rule as one plain sentence: "You may vote if you live or work in Brindle and are 11 or older …"."""
    where = _either(area_names) if area_names else "the council’s area"
    tied = f"you {ties(rule)} in {where}"
    age = _age_words(rule)
    one = " You vote in one area, which you choose with your first vote." if rule.chooses_area else ""
    return f"You may vote if {tied}{f' and are {age} on the last day of voting' if age else ''}.{one}"


def ties(rule: Eligibility) -> str:
    """What may tie somebody to the place: "live, work or study"."""
    return _either([_TIES[route] for route in Route if route in rule.routes])


def ways(rule: Eligibility) -> list[str]:
    """How somebody shows it, a sentence each; and what is asked of the young."""
    told = ["A code from a letter that we sent you is enough."]
    told += [_WAYS[evidence] for evidence in Evidence if evidence in rule.evidence]
    return told + ([_consent_words(rule)] if rule.consent_under else [])


def problems_of(rule: Eligibility) -> list[tuple[str, str]]:
    """(field, what to mend) for a rule that nobody could fulfil or that asks for what cannot be."""
    found: list[tuple[str, str]] = []
    if not rule.routes:
        found.append(("routes", "Tick at least one, or nobody could vote"))
    for name in ("min_age", "max_age", "consent_under"):
        age = getattr(rule, name)
        if age and not YOUNGEST <= age <= OLDEST:
            found.append((name, f"Write an age from {YOUNGEST} to {OLDEST}, or leave it empty"))
    if rule.max_age and rule.max_age < rule.min_age:
        found.append(("max_age", f"Write {rule.min_age} or more: nobody is older than that and younger than this"))
    if rule.consent_under and rule.min_age and rule.consent_under <= rule.min_age:
        found.append(("consent_under", f"Write more than {rule.min_age}, or leave it empty: nobody younger may vote"))
    return found


def _refusal(rule: Eligibility, facts: Facts, areas: Collection[str]) -> str:
    if facts.route not in rule.routes:
        return f"This round is for people who {ties(rule)} here, and you told us that you {_TIES[facts.route]} here."
    if facts.age is not None and rule.min_age and facts.age < rule.min_age:
        return f"You must be {rule.min_age} or older on the last day of voting. You will be {facts.age} then."
    if facts.age is not None and rule.max_age and facts.age > rule.max_age:
        return f"This round is for people up to {rule.max_age} on the last day of voting. You will be {facts.age} then."
    if facts.doubt is None and areas and facts.area_id not in areas:
        return "Your area has no ballot paper in this round."
    return ""


def _age_words(rule: Eligibility) -> str:
    if rule.min_age and rule.max_age:
        return f"{rule.min_age} to {rule.max_age} years old"
    if rule.min_age:
        return f"{rule.min_age} or older"
    return f"{rule.max_age} or younger" if rule.max_age else ""


def _consent_words(rule: Eligibility) -> str:
    return f"If you are under {rule.consent_under}, a parent or guardian must agree first."


def _either(words: Sequence[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


_TIES = {Route.LIVE: "live", Route.WORK: "work", Route.STUDY: "study", Route.VOLUNTEER: "volunteer"}
_WAYS = {
    Evidence.WORD: "With an account, your word is enough: tell us your postcode and how you belong here.",
    Evidence.DOCUMENT: "Or show something with your name to an officer or a partner. They note what they saw, "
    "and keep no copy.",
    Evidence.LIST: "Or use your number, if your school or club gave us its list.",
    Evidence.INTRODUCTION: "Or use a code from an organisation that knows you, like a school or a shelter. "
    "You need no address.",
}
_DOUBTS = {
    Doubt.STRADDLES: "Your postcode lies in more than one area, so a person must look which is yours.",
    Doubt.NOT_LISTED: "Your postcode is not on our list, so a person must look where it is.",
    Doubt.UNSURE: "You are not sure about your postcode or area, so a person helps you to find it.",
    Doubt.NO_ADDRESS: "You have no fixed address. You can vote all the same: a person helps you.",
}
