"""Who might vote, as ``frozen.json`` says it: the member ``eligibility``, there only where a rule was declared.

Nothing in the record can show that each voter fulfilled it; the auditor draws names from the marked register. What the
record holds is the promise itself: its parts, and the words in which residents read it.
"""

from enum import StrEnum

from tallying import fields
from tallying.canonical import Json, Writable
from tallying.values import frozen_value

KEYS = ("consent_under", "evidence", "identify", "max_age", "min_age", "routes", "text")

_CHOSEN = "chosen"


class Route(StrEnum):
    """What can tie somebody to the place."""

    LIVE = "live"
    WORK = "work"
    STUDY = "study"
    VOLUNTEER = "volunteer"


class Evidence(StrEnum):
    """How a round lets people show it. A letter code is always good: it was sent to their door."""

    WORD = "word"
    DOCUMENT = "document"
    LIST = "list"
    INTRODUCTION = "introduction"


class Identify(StrEnum):
    """When the round asks who somebody is: before the ballot paper, or after it was marked."""

    FIRST = "first"
    LAST = "last"


@frozen_value
class RecordEligibility:
    """Who might vote. Ages are whole years on the last day of voting, 0 where there is no limit.

    Each route and each evidence stands once. Below ``consent_under`` a parent or guardian must have agreed.
    ``chooses_area``: each voter voted in one area of their choice; otherwise in the one where they were known.
    """

    routes: tuple[Route, ...]
    min_age: int
    max_age: int
    evidence: tuple[Evidence, ...]
    consent_under: int
    identify: Identify
    text: str
    chooses_area: bool = False


def eligibility_value(rule: RecordEligibility) -> Writable:
    """The member as it is written."""
    return {
        **({"area": _CHOSEN} if rule.chooses_area else {}),
        "consent_under": rule.consent_under,
        "evidence": rule.evidence,
        "identify": rule.identify,
        "max_age": rule.max_age,
        "min_age": rule.min_age,
        "routes": rule.routes,
        "text": rule.text,
    }


def read_eligibility(value: Json) -> RecordEligibility:
    """The member as it was read. Raises FieldError."""
    where = "eligibility"
    chooses_area = isinstance(value, dict) and "area" in value
    members = fields.members(value, where, ("area", *KEYS) if chooses_area else KEYS)
    if chooses_area and members["area"] != _CHOSEN:
        raise fields.FieldError(f"{where} area", f"write {_CHOSEN!r}, or take the member out")
    return RecordEligibility(
        routes=_words(members["routes"], f"{where} routes", Route),
        min_age=fields.whole(members["min_age"], where),
        max_age=fields.whole(members["max_age"], where),
        evidence=_words(members["evidence"], f"{where} evidence", Evidence),
        consent_under=fields.whole(members["consent_under"], where),
        identify=fields.choice(members["identify"], where, Identify),
        text=fields.text(members["text"], where),
        chooses_area=chooses_area,
    )


def _words(value: Json, where: str, kind: type[fields.Choice]) -> tuple[fields.Choice, ...]:
    words = tuple(fields.choice(one, where, kind) for one in fields.items(value, where))
    if len(set(words)) != len(words):
        raise fields.FieldError(where, "name each word once")
    return words
