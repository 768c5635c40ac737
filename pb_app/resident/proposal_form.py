"""The proposal form: boxes to text and back. Cost lines are rows of two boxes, added and removed by submit buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask import request
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField

from pb_app.services.proposal_reading import ProposalView
from pb_app.services.proposal_text import (
    LONGEST,
    MOST_LINES,
    CostItem,
    ProposalText,
    problems_keeping,
    problems_sending,
)
from pb_app.web.fields import read_pounds, text_field, tidy, write_pounds
from pb_app.web.forms import BaseForm, Fault
from voting.errors import Problem

_FIRST_LINES = 3
_COST_BOXES = ("label", "amount")


@dataclass(slots=True)
class Line:
    """One row of the cost lines as typed; `errors` maps "label" and "amount" to what is to be mended."""

    number: int
    label: str = ""
    typed: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not self.label and not self.typed

    @property
    def amount(self) -> int | None:
        """Pence; None when it can't be read."""
        return read_pounds(self.typed)


class ProposalForm(BaseForm):
    """Everything a proposer writes, on one page."""

    title = text_field("Title", hint=f"What people will see on the ballot paper. {LONGEST['title']} letters at most.")
    summary = text_field("Short summary", hint="One or two sentences, shown on the list of projects.")
    what = text_field(
        "What do you want to do?",
        hint="What would there be that isn’t there now? Leave a line empty to start a new paragraph.",
    )
    who_benefits = text_field("Who is it for?", hint="Who would use it or be better off? About how many people?")
    area_id = RadioField("Which area is it in?", choices=[], validate_choice=False)
    place = text_field("Where exactly?", hint="In words, like “the green behind the school”. Leave out home addresses.")
    pot_id = RadioField("Which pot should pay for it?", choices=[], validate_choice=False)
    group_name = text_field(
        "Name of your group (optional)",
        hint="Leave it empty if you propose as one person. We never show your own name.",
    )
    gains = RadioField(
        "Would you or your family gain from this project?",
        description="For example, you would be paid for the work. You may still propose it. "
        "The answer is shown beside the proposal.",
        choices=[],
        validate_choice=False,
    )
    interest = text_field("If yes, what would you gain?")
    photo = FileField(
        "Choose a photo",
        description="JPEG, PNG or WebP, 10 MB at most. We take out the place and date that phones hide in photos.",
    )
    alt = text_field("What does it show?", hint="For people who can’t see it, like “A muddy path beside a brook”.")
    revision = HiddenField()

    lines: list[Line]
    lines_error: str = ""

    @classmethod
    def of(cls, proposal: ProposalView) -> ProposalForm:
        """The form filled in with what is stored."""
        form = cls(formdata=None, obj=proposal)
        form.gains.data = {None: None, "": "no"}.get(proposal.interest, "yes")
        form._number((line.label, write_pounds(line.amount)) for line in proposal.cost_lines)
        return form

    @classmethod
    def typed_in(cls) -> ProposalForm:
        """The form as the browser sent it."""
        form = cls()
        form._number(
            (tidy(request.form.get(f"label-{n}")), tidy(request.form.get(f"amount-{n}")))
            for n in range(1, 2 * MOST_LINES + 1)
        )
        return form

    @property
    def text(self) -> ProposalText:
        """What a service stores; `unreadable` tells of costs that can't be read."""
        return ProposalText(
            title=" ".join(tidy(self.title.data).split()),
            summary=tidy(self.summary.data),
            what=tidy(self.what.data),
            who_benefits=tidy(self.who_benefits.data),
            pot_id=self.pot_id.data or None,
            area_id=self.area_id.data or None,
            place=tidy(self.place.data),
            group_name=tidy(self.group_name.data),
            interest={"no": "", "yes": tidy(self.interest.data) or None}.get(self.gains.data or ""),
            cost_lines=tuple(CostItem(line.label, line.amount or 0) for line in self.lines if not line.is_empty),
        )

    def unreadable(self, *, is_sending: bool) -> list[Problem]:
        """Nothing when every cost can be read; else those costs together with all else there is to mend."""
        unread = [line for line in self.lines if not line.is_empty and line.amount is None]
        if not unread:
            return []
        others = problems_sending(self.text) if is_sending else problems_keeping(self.text)
        costs = [Problem(f"amount-{line.number}", _mend_amount(line)) for line in unread]
        return [*(problem for problem in others if problem.field != "cost_lines"), *costs]

    @property
    def total(self) -> int:
        """What the lines that can be read add up to, in pence."""
        return sum(line.amount or 0 for line in self.lines)

    @property
    def opened_from(self) -> int:
        """The revision this page was opened from; 0 when the field was changed by hand."""
        typed = self.revision.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0

    @property
    def has_photo(self) -> bool:
        """Whether a photo came along, or at least words for one."""
        return bool(self.photo.data and self.photo.data.filename) or bool(self.alt.data)

    @property
    def photo_bytes(self) -> bytes:
        """The file that came along; empty without one."""
        return bytes(self.photo.data.read()) if self.photo.data and self.photo.data.filename else b""

    def add_line(self) -> None:
        """One more empty row."""
        self.lines.append(Line(len(self.lines) + 1))

    def drop_line(self, number: int) -> None:
        """One row fewer."""
        self._number((line.label, line.typed) for line in self.lines if line.number != number)

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """As BaseForm's; those of cost lines go to their own boxes."""
        boxes = {(f"{box}-{line.number}"): (line, box) for line in self.lines for box in _COST_BOXES}
        for problem in problems:
            if problem.field in boxes:
                line, box = boxes[problem.field]
                line.errors[box] = problem.message
            elif problem.field == "gains" and self.gains.data == "yes":
                super().add_problems([Problem("interest", "Say what you or your family would gain")])
            elif problem.field == "cost_lines":
                self.lines_error = problem.message
            else:
                super().add_problems([problem])

    @property
    def faults(self) -> list[Fault]:
        """What to mend, in the order of the page: cost lines stand between pots and groups."""
        others = super().faults
        first_after = ("group_name", "gains", "interest", "photo", "alt")
        late = [fault for fault in others if fault.target.startswith(first_after)]
        early = [fault for fault in others if fault not in late]
        whole = [Fault("label-1", self.lines_error)] if self.lines_error else []
        rows = [Fault(f"{box}-{line.number}", text) for line in self.lines for box, text in line.errors.items()]
        return [*early, *whole, *rows, *late]

    def _number(self, rows: Iterable[tuple[str, str]]) -> None:
        """Rows with words first, numbered as the service numbers them; then empty ones to fill in."""
        filled = [row for row in rows if any(row)]
        shown = filled + [("", "")] * max(1, _FIRST_LINES - len(filled))
        self.lines = [Line(number, label, typed) for number, (label, typed) in enumerate(shown, start=1)]


def _mend_amount(line: Line) -> str:
    name = f"“{line.label[:40]}”" if line.label else f"line {line.number}"
    return f"Write the cost of {name} in pounds, like 1,600"
