"""A paper's own word for what residents give: what an officer may write, and why something else is refused."""

from __future__ import annotations

import re

from tallying.choices import BallotKind
from tallying.fields import NONE
from tallying.rule import BallotRule
from tallying.vote_word import VoteWord
from voting.errors import Problem

LONGEST = 20
"""Letters: the word stands beside a number in a bar on a phone."""

_LETTERS = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
_USUAL = VoteWord("vote", "votes")
_TAKEN = frozenset(
    (
        "ballot", "ballots", "code", "codes", "list", "lists", "name", "names", "number", "numbers", "paper", "papers",
        "project", "projects", "receipt", "receipts", "round", "rounds", "tracker", "trackers",
    )
)  # fmt: skip
"""Words that mean something else on the same pages."""


def read_own_word(one: str, many: str, kind: BallotKind) -> VoteWord | list[Problem] | None:
    """The word as it was typed; None for the usual one, which is also what two empty boxes mean. Fields: one, many."""
    word = VoteWord(" ".join(one.split()), " ".join(many.split()))
    if (not word.one and not word.many) or word == _USUAL:
        return None
    problems = [
        Problem(field, words)
        for field, text in (("one", word.one), ("many", word.many))
        if (words := _fault(field, text))
    ]
    if not problems and kind is BallotKind.RANKING:
        problems = [Problem("one", "Leave both boxes empty: on this paper people give places, which need no word")]
    return problems or word


def given(word: VoteWord, ballot: BallotRule) -> str:
    """What one voter gives on such a paper: your star where it is one, else your stars."""
    is_one = ballot.kind is BallotKind.APPROVAL and ballot.max == 1 and ballot.bonus == NONE
    return word.one if is_one else word.many


def giving(word: VoteWord, ballot: BallotRule) -> str:
    """What to do with it, however many projects there are: `Give stars to up to 3 projects`."""
    if given(word, ballot) == word.one:
        return f"Give your {word.one} to one project"
    is_limited = ballot.kind is BallotKind.APPROVAL and ballot.max is not None and ballot.bonus == NONE
    return f"Give {word.many} to up to {ballot.max} projects" if is_limited else f"Give {word.many} to projects"


def _fault(field: str, text: str) -> str:
    if not text:
        return f"Write the word for {'one too, like star' if field == 'one' else 'several too, like stars'}"
    if len(text) > LONGEST:
        return f"Shorten this to {LONGEST} letters: it has {len(text)}"
    if not _LETTERS.fullmatch(text):
        return "Use letters alone, with a space, a hyphen or an apostrophe between them"
    if text.casefold() in _TAKEN:
        return f"Choose another word: “{text}” means something else on these pages"
    return ""
