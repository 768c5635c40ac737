"""Forms of the sealing whose fields follow from the round: one choice a ballot paper, one throw of dice a lot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, StringField

from pb_app.services.lots import NewDraw, ToDraw
from pb_app.services.rounds import PaperView
from pb_app.web.fields import LocalDateTimeField, at_most, required, text_field
from pb_app.web.forms import BaseForm
from voting.errors import Problem

CHOICES = {"publish": "Publish its ballots, without names", "withhold": "Keep its ballots back"}


class SealingForm(BaseForm):
    """What happens to each paper's ballots, and why."""

    paper_ids: tuple[str, ...] = ()
    reason = text_field(
        "Reason",
        hint="It stands in the public record. It is needed for a paper with fewer than 50 ballots, "
        "and to keep ballots back.",
        validators=[at_most(1000, "the reason")],
    )

    @property
    def choices(self) -> dict[str, str]:
        """What was chosen, by paper id."""
        return {paper_id: str(self[f"decision-{paper_id}"].data or "") for paper_id in self.paper_ids}

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """A problem of a paper belongs beside its choice."""
        own = set(self.paper_ids)
        super().add_problems(
            [Problem(f"decision-{one.field}", one.message) if one.field in own else one for one in problems]
        )


class DrawForm(BaseForm):
    """Ten throws for each paper that waits for a lot."""

    paper_ids: tuple[str, ...] = ()

    @property
    def draws(self) -> list[NewDraw]:
        """What was entered. Only of a valid form."""
        return [self._draw(paper_id) for paper_id in self.paper_ids]

    def _draw(self, paper_id: str) -> NewDraw:
        return NewDraw(
            paper_id=paper_id,
            digits=self[f"digits-{paper_id}"].data or "",
            place=self[f"place-{paper_id}"].data or "",
            at=self[f"at-{paper_id}"].data,
            people=tuple((self[f"people-{paper_id}"].data or "").split("\n")),
        )


def sealing_form(papers: Sequence[PaperView]) -> SealingForm:
    """The form for these papers, filled in from the request."""
    fields: dict[str, Any] = {"paper_ids": tuple(paper.id for paper in papers)}
    for paper in papers:
        fields[f"decision-{paper.id}"] = RadioField(
            f"What happens to the ballots of “{paper.title}”?", choices=CHOICES, validate_choice=False
        )
    made: SealingForm = type("SealingFormOfRound", (SealingForm,), fields)()
    return made


def draw_form(lots: Sequence[ToDraw]) -> DrawForm:
    """The form for these lots, filled in from the request."""
    fields: dict[str, Any] = {"paper_ids": tuple(lot.paper_id for lot in lots)}
    for lot in lots:
        fields |= {f"{name}-{lot.paper_id}": field for name, field in _draw_fields().items()}
    made: DrawForm = type("DrawFormOfRound", (DrawForm,), fields)()
    return made


def _draw_fields() -> dict[str, Any]:
    return {
        "digits": StringField("The ten throws, in order", description="Digits 1 to 6, like 3 1 6 6 2 4 5 1 2 3."),
        "place": text_field("Where were they thrown?", validators=[at_most(200, "the place")]),
        "at": LocalDateTimeField("When were they thrown?", validators=[required("Write when the dice were thrown")]),
        "people": text_field(
            "Who watched?", hint="At least two people, one name a line. They stand in the record, so ask them first."
        ),
    }
