"""The pages of the form that makes a round: one form a page, each with its own words for what is to be mended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import FieldList, Form, FormField, IntegerField, RadioField, SelectMultipleField
from wtforms.validators import ValidationError

from pb_app.officer.kind_choices import (
    ALL_WORTHS,
    PICK,
    POINTS,
    RANKING,
    THRESHOLDS,
    WORTH_HINTS,
    WORTH_REASONS,
    WORTHS,
)
from pb_app.services.new_rounds import MOST_MONEY, timetable_problems
from pb_app.services.paper_channel import LONGEST_PLACES, Stands
from pb_app.services.round_changes import LONGEST_REASON
from pb_app.web.choosing import choice_field, whole_number
from pb_app.web.fields import (
    LocalDateField,
    LocalDateTimeField,
    MoneyField,
    TextField,
    Validator,
    at_most,
    required,
    text_field,
)
from pb_app.web.forms import BaseForm
from voting.phases import Timetable

MOST_PAPERS = 6
MOST_POTS = 8
_MOST_VOTES = 1_000_000

EMPTY = "-"
"""No round to copy."""

NO_PAPER = "no"
"""Online only."""

RULES = {"greedy": "Most votes first", "equal_shares": "Equal shares"}
OVERSPEND = {
    "skip": "Pass over it and look at the next one",
    "stop": "Stop there, and leave the rest of the money",
}
COMPLETIONS = {
    "add1_then_greedy": "Raise the shares step by step, then spend what is left on the most votes",
    "add1": "Raise the shares step by step, and leave the rest",
    "greedy": "Spend what is left on the most votes",
    "none": "Leave it",
}
PAPER_WAYS = {
    NO_PAPER: "No, online only",
    Stands.ONLINE.value: "Yes. If a sheet arrives after an online vote, the online vote stands, the sheet stays shut",
    Stands.PAPER.value: "Yes. If a sheet arrives after an online vote, the sheet counts in its place",
}
TIES = {
    "supporters": "First the one with more voters, then the one that costs less, then a public draw with dice",
    "cost": "First the one that costs less, then a public draw with dice",
    "lot": "A public draw with dice at once",
}


def _number_field(label: str, *validators: Validator, hint: str = "") -> IntegerField:
    return IntegerField(label, description=hint, validators=list(validators))


class StartForm(BaseForm):
    """An empty round, or a copy of an earlier one."""

    copy = choice_field("What do you want to start with?", {}, "Choose an empty round or one to copy")

    def offer(self, rounds: Sequence[tuple[str, str]]) -> None:
        """The empty round, and these as (id, title)."""
        self.copy.choices = {EMPTY: "An empty round"} | {key: f"A copy of “{title}”" for key, title in rounds}


class AboutForm(BaseForm):
    """Name and summary."""

    title = text_field(
        "Name of the round",
        hint="Like “Neighbourhood Fund 2027”. Its web address is made from it.",
        validators=[required("Write the name of the round"), at_most(120, "the name")],
    )
    summary = text_field(
        "What is it for?",
        hint="Two or three sentences that everybody reads first.",
        validators=[required("Write what the round is for"), at_most(2000, "the text")],
    )


class PapersForm(BaseForm):
    """The ballot papers by name."""

    papers = FieldList(
        text_field(
            "Name of the ballot paper", validators=[required("Write the name, or remove it"), at_most(120, "the name")]
        ),
        min_entries=1,
        max_entries=MOST_PAPERS,
    )


class PotForm(Form):
    """One pot of money."""

    name = text_field(
        "Name of the pot",
        hint="Like “Parks and streets”.",
        validators=[required("Write the name of the pot"), at_most(120, "the name")],
    )
    amount = MoneyField("Amount", example="20,000", validators=[required("Write the amount in pounds, like 20,000")])
    source = text_field(
        "Where the money comes from",
        hint="Like “Section 106, Mill Lane”. Leave it empty if it is the council’s own.",
        validators=[at_most(120, "the text")],
    )
    conditions = text_field(
        "What it may be spent on",
        hint="Every project on this paper must meet it. Leave it empty if anything goes.",
        validators=[at_most(2000, "the text")],
    )
    spend_by = LocalDateField("Spend it by", hint="Leave it empty if there is no date.")

    def validate_amount(self, field: MoneyField) -> None:
        """A pot holds something."""
        if field.data is not None and not 0 < field.data <= MOST_MONEY:
            raise ValidationError("Write an amount above £0, like 20,000")


class MoneyForm(BaseForm):
    """The pots of one ballot paper."""

    pots = FieldList(FormField(PotForm), min_entries=1, max_entries=MOST_POTS)


class VotersForm(BaseForm):
    """Who may vote on one ballot paper."""

    who = choice_field(
        "Who may vote on it?",
        {"all": "Everybody on the roll, in every area", "some": "Only people of some areas"},
        "Choose who may vote",
    )
    areas = SelectMultipleField("Which areas?", default=list, validate_choice=False)

    def validate_areas(self, field: SelectMultipleField) -> None:
        """Some areas means at least one."""
        if self.who.data == "some" and not field.data:
            raise ValidationError("Tick at least one area")


class RuleForm(BaseForm):
    """How the money is shared out."""

    rule = choice_field("How should the money be shared out?", RULES, "Choose how the money is shared out")


class GreedyForm(BaseForm):
    """What most votes first does with a project that does not fit."""

    overspend = choice_field(
        "What if the next project costs more than is left?", OVERSPEND, "Choose what happens when it does not fit"
    )


class SharesForm(BaseForm):
    """What equal shares values, and what it does with the money it leaves."""

    worth = RadioField("What counts for a voter?", choices=dict(WORTHS[PICK]), validate_choice=False)
    completion = choice_field(
        "What happens to money that no group of voters can spend?",
        COMPLETIONS,
        "Choose what happens to the money left",
        "Equal shares alone usually leaves some.",
    )

    ballot_kind = PICK

    def offer(self, kind: str) -> None:
        """What goes with this kind of ballot paper."""
        self.ballot_kind = kind
        self.worth.choices = dict(WORTHS[kind])
        self.worth.description = WORTH_HINTS[kind]

    def validate_worth(self, field: RadioField) -> None:
        """Only what the count defines for this kind; else the reason."""
        field.errors = []
        if field.data not in WORTHS[self.ballot_kind]:
            reason = WORTH_REASONS[self.ballot_kind]
            raise ValidationError(reason if field.data in ALL_WORTHS else "Choose what counts for a voter")


class SupportForm(BaseForm):
    """The least support a project needs, and who wins a tie."""

    threshold = choice_field("Must a project reach a number of votes?", THRESHOLDS, "Choose yes or no")
    votes = _number_field("Number of votes")
    percent = _number_field("Percent of all ballots")
    ties = choice_field("Who wins a tie?", TIES, "Choose who wins a tie")

    def offer(self, kind: str) -> None:
        """A number of votes is a number of voters where votes are not ticks."""
        if kind in (POINTS, RANKING):
            self.threshold.label.text = "Must a number of voters want a project?"
            self.threshold.choices = THRESHOLDS | {"votes": "Yes, a number of voters"}
            self.votes.label.text = "Number of voters"

    def validate_votes(self, field: IntegerField) -> None:
        """Asked only with that choice."""
        self._ask(field, "votes", whole_number("the number of votes", "20", 1, _MOST_VOTES))

    def validate_percent(self, field: IntegerField) -> None:
        """Asked only with that choice."""
        self._ask(field, "share", whole_number("the share in percent", "5", 1, 100))

    def _ask(self, field: IntegerField, choice: str, check: Validator) -> None:
        field.errors = []
        field.process_errors = []
        if self.threshold.data == choice:
            check(self, field)


def places_field() -> TextField:
    """The places, here and where they are changed later."""
    return text_field(
        "Where do people get a sheet, and hand it in? (optional)",
        hint="One place a line, with its hours, like “Westmere Library, Monday to Friday, 9am to 5pm”. "
        "It stands on the page for voting.",
        validators=[at_most(LONGEST_PLACES, "the text")],
    )


class WaysForm(BaseForm):
    """Whether people vote on paper too, and which vote stands then."""

    paper = choice_field(
        "Can people vote on paper too?",
        PAPER_WAYS,
        "Choose whether people can vote on paper too",
        "A sheet can arrive after its voter has voted online.",
    )
    places = places_field()


class TimetableForm(BaseForm):
    """Five dates in local time, in order."""

    proposing_opens_at = LocalDateTimeField("Proposals open")
    proposing_closes_at = LocalDateTimeField("Proposals close")
    reviewing_closes_at = LocalDateTimeField(
        "Review ends", hint="By then every proposal has its answer. Afterwards you make the ballot papers."
    )
    voting_opens_at = LocalDateTimeField("Voting opens", hint="Two people confirm it beforehand.")
    voting_closes_at = LocalDateTimeField("Voting closes", hint="It stops by itself, to the second.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Every date, and then their order."""
        is_valid = bool(super().validate(extra_validators))
        for name in _DATES:
            field = self[name]
            if field.data is None and not field.errors:
                field.errors = [f"Write when {_WHEN[name]}"]
                is_valid = False
        if not is_valid:
            return False
        self.add_problems(timetable_problems(self.timetable()))
        return not self.errors

    def timetable(self) -> Timetable:
        """The five dates, aware UTC. Only after a valid form."""
        return Timetable(**{name: self[name].data for name in _DATES})


_WHEN = {
    "proposing_opens_at": "people can start to propose",
    "proposing_closes_at": "proposals close",
    "reviewing_closes_at": "the review ends",
    "voting_opens_at": "voting opens",
    "voting_closes_at": "voting closes",
}
_DATES = tuple(_WHEN)


class CheckForm(BaseForm):
    """Everything was asked before; a change of an announced round needs its reason."""

    reason = text_field(
        "Why does it change?",
        hint="Everybody reads it beside what was and what is.",
        validators=[at_most(LONGEST_REASON, "the reason")],
    )
