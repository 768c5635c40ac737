"""Whether a round takes votes on paper, and which vote stands where somebody voted online before their sheet came."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from pb_app.models.sheet import PaperRule
from voting.errors import NotFoundError


class Stands(StrEnum):
    """What stands where a sheet comes after an online vote; it speaks of no other case."""

    ONLINE = "online_stands"
    """The sheet is set aside unopened: refused."""
    PAPER = "paper_stands"
    """The sheet counts, and the online vote is superseded."""


def declare_rule(session: Session, *, round_id: str, rule: Stands) -> None:
    """The round, made just now, takes votes on paper by this rule."""
    session.add(PaperRule(round_id=round_id, rule=rule.value))
    session.flush()


def find_rule(session: Session, round_id: str) -> Stands | None:
    """The rule of a round; None where nobody votes on paper."""
    row = session.get(PaperRule, round_id)
    return Stands(row.rule) if row else None


def get_rule(session: Session, round_id: str) -> Stands:
    """The rule of a round that takes votes on paper. Raises NotFoundError for any other."""
    rule = find_rule(session, round_id)
    if rule is None:
        raise NotFoundError("This round takes no votes on paper.")
    return rule
