"""The rule of who may vote in a round: kept in the round's row, frozen at the opening."""

from __future__ import annotations

from functools import lru_cache

from pb_app.models.round import Round
from tallying.canonical import dumps, loads
from tallying.frozen_voters import eligibility_value, read_eligibility
from voting.eligibility import Eligibility, read_rule


def write_rule(rule: Eligibility | None) -> str:
    """The text of the row's column; "" for a round that declares none."""
    return "" if rule is None else dumps(eligibility_value(rule.recorded(""))).decode()


def rule_of(row: Round) -> Eligibility | None:
    """What the round declared; None for rounds that were made without a rule."""
    return read_written(row.eligibility)


def read_written(text: str) -> Eligibility | None:
    """What `write_rule` wrote."""
    return _read(text) if text else None


@lru_cache(maxsize=256)
def _read(text: str) -> Eligibility:
    """Read once, not by every page."""
    return read_rule(read_eligibility(loads(text.encode())))
