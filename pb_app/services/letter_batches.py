"""What is known of letter codes after printing: how many, for which area, when. Never the codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.roll import CodeBatch


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters printed together."""

    area_name: str
    size: int
    made_on: date


def list_batches(session: Session, *, round_id: str) -> Sequence[Batch]:
    """The batches of a round, the latest first."""
    query = (
        select(Area.name, CodeBatch.size, CodeBatch.made_on)
        .join(Area, Area.id == CodeBatch.area_id)
        .where(CodeBatch.round_id == round_id)
        .order_by(CodeBatch.made_on.desc(), Area.position, CodeBatch.id)
    )
    return [Batch(*row) for row in session.execute(query)]
