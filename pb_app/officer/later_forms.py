"""Forms of a change after the result, whose fields follow from the ballot paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import StringField

from pb_app.services.later_outcomes import LONGEST_REASON, NewChange
from pb_app.services.lots import NewDraw
from pb_app.services.paper_results import PaperResults
from pb_app.web.choosing import choice_field
from pb_app.web.fields import LocalDateTimeField, MoneyField, at_most, required, text_field
from pb_app.web.forms import BaseForm
from tallying.changes import ChangeKind

_REASONS = {
    ChangeKind.WITHDRAW: ("Why is it withdrawn?", "Everybody reads it, for ever. Name no person."),
    ChangeKind.CORRECT: ("What was wrong, and what is right?", "Everybody reads it, for ever. Name no person."),
    ChangeKind.DEPART: ("Why does the steering group decide otherwise?", "Everybody reads it, for ever."),
}


class ChangeForm(BaseForm):
    """A change of one paper's outcome."""

    kind: ChangeKind
    paper_id: str
    sums: Mapping[str, str]
    """By project id, the name of the field of its sum."""

    def change(self) -> NewChange:
        """What was entered. Only of a valid form."""
        awards = [(project_id, self[name].data or 0) for project_id, name in self.sums.items()]
        return NewChange(
            kind=self.kind,
            paper_id=self.paper_id,
            project=self.project.data if self.kind is ChangeKind.WITHDRAW else "",
            awards=tuple((project_id, pence) for project_id, pence in awards if pence),
            draw=self._draw(),
        )

    def _draw(self) -> NewDraw | None:
        digits = self[f"digits-{self.paper_id}"].data or ""
        at = self[f"at-{self.paper_id}"].data
        if not digits.strip() or at is None:
            return None
        people = tuple((self[f"people-{self.paper_id}"].data or "").split("\n"))
        return NewDraw(self.paper_id, digits, self[f"place-{self.paper_id}"].data or "", at, people)


def change_form(kind: ChangeKind, paper: PaperResults, order: Mapping[str, str]) -> ChangeForm:
    """The form for a paper, filled in from the request; `order` are the titles of its projects in paper order."""
    label, hint = _REASONS[kind]
    fields: dict[str, Any] = {"kind": kind, "paper_id": paper.id, "sums": {}}
    awards = paper.awards
    if kind is ChangeKind.WITHDRAW:
        funded = {project_id: title for project_id, title in order.items() if project_id in awards}
        fields["project"] = choice_field("Which project is withdrawn?", funded, "Choose the project that is withdrawn")
    elif kind is ChangeKind.DEPART:
        fields["sums"] = {project_id: f"sum-{project_id}" for project_id in order}
        for project_id, title in order.items():
            fields[f"sum-{project_id}"] = MoneyField(title, default=awards.get(project_id))
        fields["awards"] = StringField("What each project gets")
    fields["reason"] = text_field(
        label, hint=hint, validators=[required("Say why"), at_most(LONGEST_REASON, "the reason")]
    )
    fields |= {f"{name}-{paper.id}": field for name, field in _lot_fields().items()}
    made: ChangeForm = type("ChangeFormOfPaper", (ChangeForm,), fields)()
    return made


def _lot_fields() -> dict[str, Any]:
    return {
        "digits": StringField("The ten throws, in order", description="Digits 1 to 6, like 3 1 6 6 2 4 5 1 2 3."),
        "place": text_field("Where were they thrown?", validators=[at_most(200, "the place")]),
        "at": LocalDateTimeField("When were they thrown?"),
        "people": text_field("Who watched?", hint="At least two people, one name a line. They stand in the record."),
    }
