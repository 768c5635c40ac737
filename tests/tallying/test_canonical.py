"""Canonical bytes: one spelling a value, every other refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallying.canonical import (
    DEPTH,
    LIMIT,
    CanonicalError,
    Json,
    dump_file,
    dumps,
    from_base64,
    load_file,
    loads,
    sha256_hex,
    to_base64,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
SCALARS = st.booleans() | st.integers(0, LIMIT - 1) | TEXTS
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)


@given(VALUES)
def test_every_value_is_read_back_as_it_was(value: Json) -> None:
    assert loads(dumps(value)) == value
    assert load_file(dump_file(value)) == value


@given(VALUES, st.data())
def test_no_other_bytes_are_read_as_the_same_value(value: Json, data: st.DataObject) -> None:
    written = dumps(value)
    place = data.draw(st.integers(0, len(written) - 1))
    changed = bytearray(written)
    changed[place] ^= data.draw(st.integers(1, 255))

    try:
        read = loads(bytes(changed))
    except CanonicalError:
        return
    assert dumps(read) == bytes(changed) != written


def test_only_quotes_backslashes_and_control_characters_are_escaped() -> None:
    assert dumps('"\\\n\t\x00\x1f\x7f/é😀\u2028') == '"\\"\\\\\\u000a\\u0009\\u0000\\u001f\x7f/é😀\u2028"'.encode()


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert dumps({"b": [1, True, ()], "a": {"10": "x", "9": "y"}}) == b'{"a":{"10":"x","9":"y"},"b":[1,true,[]]}'


def test_text_is_not_normalised() -> None:
    assert dumps("e\u0301") != dumps("é")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a":1,"a":1}', "twice"),
        (b'{"b":1,"a":1}', "canonical form from byte 2"),
        (b'{"a": 1}', "canonical form"),
        (b" 1", "canonical form"),
        (b"1\n", "canonical form"),
        (b'"\\n"', "canonical form"),
        (b'"\\u000A"', "canonical form"),
        (b'"\\u00e9"', "canonical form"),
        (b'"\\/"', "canonical form"),
        (b"-0", "canonical form"),
        (b"null", "NoneType"),
        (b'{"a":null}', "NoneType"),
        (b"1.0", "whole"),
        (b"1e3", "whole"),
        (b"NaN", "whole"),
        (b"-1", "outside"),
        (b"9007199254740992", "outside"),
        (b"1" * 5000, "outside"),
        (b'"\\ud800"', "surrogate"),
        (b'"\xff"', "UTF-8"),
        (b"\xef\xbb\xbf1", "JSON"),
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[" * 100_000, "deep"),
        (b"[" * (DEPTH + 2) + b"]" * (DEPTH + 2), "deep"),
        ('{"é":1}'.encode(), "ASCII"),
    ],
)
def test_another_spelling_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(CanonicalError, match=reason):
        loads(data)


@pytest.mark.parametrize("value", [None, 1.0, -1, LIMIT, "\ud800", b"bytes", {1: 2}, {"é": 1}, {1, 2}])
def test_a_value_without_a_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError):
        dumps([value])  # type: ignore[list-item]  # the point of the test: what the types forbid


def test_the_largest_number_and_the_deepest_nesting_are_kept() -> None:
    deep: Json = 1
    for _ in range(DEPTH):
        deep = [deep]

    assert loads(dumps(deep)) == deep
    assert loads(dumps(LIMIT - 1)) == LIMIT - 1


@pytest.mark.parametrize("data", [b"1", b"1\n\n", b"1\r\n", b"\n1\n"])
def test_a_file_ends_in_exactly_one_newline(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        load_file(data)


@given(st.binary())
def test_base64_is_read_back_as_it_was(data: bytes) -> None:
    assert from_base64(to_base64(data)) == data


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ==\n", "QQ= =", "Q-==", "é", "QQ==QQ=="])
def test_base64_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(CanonicalError):
        from_base64(text)


def test_sha256_is_lower_case_hexadecimal() -> None:
    # FIPS 180-2, appendix B.1
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
