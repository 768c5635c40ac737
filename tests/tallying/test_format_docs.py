"""What docs/formats says of rulebook and outcome is what the code reads and writes."""

import json
import re
from pathlib import Path

from tallying.count import count
from tallying.plain_words import plain_words
from tallying.rulebook import Rulebook
from tests.tallying.elections import election, greedy, rulebooks

FORMATS = Path(__file__).parents[2] / "docs" / "formats"


def _text(name: str) -> str:
    return (FORMATS / name).read_text(encoding="utf-8")


def test_the_rulebook_in_the_documentation_is_read_as_it_stands() -> None:
    block = re.search(r"```json\n(.*?)```", _text("rulebook.md"), re.S)
    assert block
    book = Rulebook.from_value(json.loads(block[1]))
    assert Rulebook.from_json(book.to_json()) == book
    assert plain_words(book)


def test_every_key_of_rulebook_and_outcome_is_described() -> None:
    outcomes = [
        count(election(30, {"a": 18, "b": 12, "c": 0, "d": 99}, {"abcd": 2, "a": 1}), book).written()
        for book in rulebooks()
    ]
    for name, values in (("rulebook.md", [greedy().written()]), ("outcome.md", outcomes)):
        missing = {key for value in values for key in _keys(value) if key not in _text(name)}
        assert not missing, name


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set[str]().union(*map(_keys, value)) if isinstance(value, list | tuple) else set()
