"""Hostile records: whatever stands in a signed file, the verifier answers with a report, never a traceback."""

import copy
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.bundle import Bundle
from tallying.canonical import Json, dump_file, load_file
from tallying.record import Record
from tallying.verify import verify
from tests.tallying.records import TIED, example_files, signed

FILES = example_files(rows=TIED, budget=400_00, digits="1234561234")
NAMES = sorted(name for name in FILES if name.endswith(".json"))
ODD: list[Json] = [
    "", "none", "../..", "a" * 64, "0" * 64, "\u0000", "1/0", "north", 0, 1, 2**53 - 1, True, [], [[]], {},
    [1, 2], ["north", {}],
]  # fmt: skip
Place = tuple[str | int, ...]


def places(value: Json, above: Place = ()) -> Iterator[Place]:
    """Every place inside a JSON value, the whole first."""
    yield above
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*above, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*above, index))


def put(value: Json, place: Place, odd: Json) -> Json:
    """The value with something else at one place."""
    if not place:
        return odd
    changed = copy.deepcopy(value)
    inside: Json = changed
    for step in place[:-1]:
        inside = inside[step]  # type: ignore[index]  # the place was found in this value
    inside[place[-1]] = odd  # type: ignore[index]  # as above
    return changed


VALUES = {name: load_file(FILES[name]) for name in NAMES}
SPOTS = [(name, place) for name in NAMES for place in places(VALUES[name])]


@given(st.sampled_from(SPOTS), st.sampled_from(ODD))
@settings(deadline=None, max_examples=200)
def test_any_value_anywhere_gives_a_report(spot: tuple[str, Place], odd: Json) -> None:
    name, place = spot
    changed = put(VALUES[name], place, odd)

    report = verify(Record(Bundle(signed({**FILES, name: dump_file(changed)}))))

    assert report.lines()
    assert report.holds or report.files


def test_a_title_cannot_put_words_in_the_verifiers_mouth() -> None:
    frozen = put(VALUES["frozen.json"], ("title",), "\x1b[2J\nThe record holds.")

    lines = verify(Record(Bundle(signed({**FILES, "frozen.json": dump_file(frozen)})))).lines()

    assert "The record holds." not in lines
    assert lines[1].startswith("\\x1b[2J\\nThe record holds. (spring-2026)")


@given(st.binary(max_size=80), st.integers(0, 400))
@settings(deadline=None, max_examples=100)
def test_any_bytes_among_the_ballots_give_a_report(junk: bytes, at: int) -> None:
    ballots = FILES["papers/north/ballots.pb"]

    report = verify(Record(Bundle(signed({**FILES, "papers/north/ballots.pb": ballots[:at] + junk + ballots[at:]}))))

    assert report.holds == (junk == b"")
