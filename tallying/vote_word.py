"""A paper's own word for what residents give, as ``frozen.json`` says it: there only where the round declared one."""

from collections.abc import Mapping

from tallying import fields
from tallying.canonical import Json, Writable
from tallying.choices import BallotKind
from tallying.values import frozen_value

_KEYS = ("many", "one")


@frozen_value
class VoteWord:
    """The word for one and for several: star and stars. It changes what is read, never what is counted."""

    one: str
    many: str

    def of(self, number: int) -> str:
        """1 star, 2 stars, 1,250 stars."""
        return f"{number:,} {self.one if number == 1 else self.many}"


VOTE, POINT = VoteWord("vote", "votes"), VoteWord("point", "points")
"""The usual words for what a sum is made of."""


def unit_of(word: VoteWord | None, kind: BallotKind, *, is_points: bool) -> VoteWord:
    """What a sum of points, or else of votes, is made of: the paper's own word where it is what its voters give."""
    if word is not None and is_points is (kind is BallotKind.POINTS):
        return word
    return POINT if is_points else VOTE


def word_of(one: str, many: str) -> VoteWord | None:
    """The word, or None where both are empty."""
    return VoteWord(one, many) if one else None


def word_member(word: VoteWord | None) -> dict[str, Writable]:
    """The member as it is written; none without a word."""
    return {} if word is None else {"word": {"many": word.many, "one": word.one}}


def read_word(value: Mapping[str, Json], where: str) -> VoteWord | None:
    """The word in the members of a paper; None without one. Raises FieldError, also for an empty word."""
    if "word" not in value:
        return None
    members = fields.members(value["word"], f"{where} word", _KEYS)
    one, many = (fields.text(members[key], f"{where} word") for key in ("one", "many"))
    if not one or not many:
        raise fields.FieldError(f"{where} word", "write the word for one and for several, or take the member out")
    return VoteWord(one, many)
