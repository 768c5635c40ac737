"""The page of the new round's form that composes who may vote."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, RadioField, SelectMultipleField
from wtforms.validators import ValidationError

from pb_app.web.choosing import choice_field
from pb_app.web.forms import BaseForm
from voting.eligibility import Eligibility, Evidence, Identify, Route, problems_of
from voting.errors import Problem

ROUTES = {
    Route.LIVE.value: "They live here",
    Route.WORK.value: "They work here",
    Route.STUDY.value: "They study here",
    Route.VOLUNTEER.value: "They volunteer here",
}
EVIDENCE = {
    Evidence.WORD.value: "Their word, with an account",
    Evidence.DOCUMENT.value: "Something they show to an officer or a partner",
    Evidence.LIST.value: "A number from a list, like those of a school",
    Evidence.INTRODUCTION.value: "A code from an organisation that knows them, like a shelter",
}
EVIDENCE_HINTS = {
    Evidence.WORD.value: "Quick, and rests on honesty. One vote for one confirmed e-mail address.",
    Evidence.DOCUMENT.value: "What was seen is written down. No copy is kept.",
    Evidence.LIST.value: "You get hashes, never the numbers.",
    Evidence.INTRODUCTION.value: "So that nobody is shut out for want of an address or a paper.",
}
IDENTIFY = {
    Identify.FIRST.value: "Before they see the ballot paper",
    Identify.LAST.value: "After they have marked and checked it",
}

AREAS = {
    "given": "The one where we know them: a letter, an officer’s check, a postcode or an event’s desk says which",
    "chosen": "One area of their choice, with their first vote, like that of their work in place of that of their home",
}


def _age(field: Any) -> None:
    """Empty is fine; anything else is a whole number."""
    typed = (field.raw_data or [""])[0].strip()
    field.errors = []
    if typed and field.data is None:
        raise ValidationError("Write the age as a number, like 11, or leave it empty")


class EligibleForm(BaseForm):
    """What ties people to the place, how old they are, and how they show it."""

    routes = SelectMultipleField("What can tie somebody to the place?", default=list(ROUTES), validate_choice=False)
    min_age = IntegerField("From which age?", description="Like 8, 11 or 16. Leave it empty if there is no limit.")
    max_age = IntegerField("Up to which age?", description="Like 25, for a youth vote. Leave it empty otherwise.")
    evidence = SelectMultipleField(
        "How can they show it?",
        description="Tick all that are good enough. A code from your letter always is.",
        default=[Evidence.DOCUMENT.value, Evidence.INTRODUCTION.value],
        validate_choice=False,
    )
    consent_under = IntegerField(
        "A parent or guardian must agree for those under",
        description="An age, like 13. Leave it empty if you don’t ask for it.",
    )
    identify = choice_field(
        "When do people say who they are?",
        IDENTIFY,
        "Choose when people say who they are",
        default=Identify.FIRST.value,
    )
    area = RadioField(
        "In which area do people vote?",
        choices=AREAS,
        default="given",
        description="It matters where ballot papers are for some areas only.",
        validate_choice=False,
    )

    hints = EVIDENCE_HINTS

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.routes.choices, self.evidence.choices = ROUTES, EVIDENCE

    def validate_min_age(self, field: IntegerField) -> None:
        """A number or nothing."""
        _age(field)

    def validate_max_age(self, field: IntegerField) -> None:
        """A number or nothing."""
        _age(field)

    def validate_consent_under(self, field: IntegerField) -> None:
        """A number or nothing."""
        _age(field)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each box, then whether anybody could vote by the rule."""
        if not super().validate(extra_validators):
            return False
        self.add_problems([Problem(name, words) for name, words in problems_of(self.rule())])
        return not self.errors

    def rule(self) -> Eligibility:
        """The rule as it was composed. Only after every box is in order."""
        return Eligibility(
            routes=tuple(Route(one) for one in ROUTES if one in (self.routes.data or ())),
            min_age=self.min_age.data or 0,
            max_age=self.max_age.data or 0,
            evidence=tuple(Evidence(one) for one in EVIDENCE if one in (self.evidence.data or ())),
            consent_under=self.consent_under.data or 0,
            identify=Identify(self.identify.data),
            chooses_area=self.area.data == "chosen",
        )


def rule_pairs(rule: Eligibility) -> list[tuple[str, str]]:
    """What the page posts for this rule: for copying a round."""
    ages = {"min_age": rule.min_age, "max_age": rule.max_age, "consent_under": rule.consent_under}
    return [
        *(("routes", route.value) for route in rule.routes),
        *(("evidence", evidence.value) for evidence in rule.evidence),
        *((name, str(age)) for name, age in ages.items() if age),
        ("identify", rule.identify.value),
        ("area", "chosen" if rule.chooses_area else "given"),
    ]
