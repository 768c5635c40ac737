"""The files of a long run of letters: PDF letters, PDF labels, or rows of a CSV file for a mailing house."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pb_app.services.address_lists import MOST_LINES, Address
from pb_app.services.letter_batches import Kind
from pb_app.services.letters import Letter, typeset_ground, values_of, written_code
from pb_app.services.spreadsheets import csv_rows, csv_text
from pb_app.services.typesetting import typeset_apart
from voting.letter_numbers import NumberedCode

PART = 1000
"""Letters in one file. A file is set by a process of its own: the memory for 20,000 at once was 3.9 GB."""

LAYOUTS = {"letters": "letter_run.typ", "labels": "labels.typ"}
_WORDS = ("size", "council", "heading", "deadline", "code_label", "address_label", "address")


@dataclass(frozen=True, slots=True)
class Order:
    """What every file of a run needs, without any code.

    `to` stands for an address where there is no list; `values` are words and ground, as the layouts take them.
    """

    kind: str
    to: Address
    values: dict[str, Any]

    def to_json(self) -> bytes:
        """The order, to be kept until the run is done."""
        return json.dumps({"kind": self.kind, "to": self.to, "values": self.values}).encode()


def make_order(kind: Kind, letter: Letter) -> Order:
    """An order for the letters of one area."""
    words = values_of(letter)
    values: dict[str, Any] = {name: words[name] for name in _WORDS}
    if kind == "letters":
        ground = typeset_ground(letter)
        values |= {"ground": list(ground.pdf), "places": ground.places, "words": ground.words}
    return Order(kind, tuple(words["to"]), values)


def read_order(data: bytes) -> Order:
    """What `to_json` wrote."""
    value = json.loads(data)
    return Order(value["kind"], tuple(value["to"]), value["values"])


def make_part(order: Order, codes: Sequence[NumberedCode], addresses: Sequence[Address]) -> bytes:
    """One file: the codes in their order, each with its address; without addresses they go to the area's residents.

    Raises TypesettingError.
    """
    lines = addresses or [order.to] * len(codes)
    letters = [written_code(one) | {"lines": list(to)} for one, to in zip(codes, lines, strict=True)]
    if order.kind in LAYOUTS:
        return typeset_apart(LAYOUTS[order.kind], json.dumps(order.values | {"letters": letters}))
    web = order.values["address"]
    rows = [(one["number"], *_filled(to), one["code"], web) for one, to in zip(letters, lines, strict=True)]
    return csv_rows(rows).encode()


def list_head() -> bytes:
    """The first line of a mailing house's file."""
    return csv_text(("letter", *_LINES, "code", "web_address"), ()).encode()


def address_list_head() -> bytes:
    """The first line of the list by which the council finds a lost letter's number."""
    return csv_text(("letter", *_LINES), ()).encode()


def address_list(numbers: Sequence[str], addresses: Sequence[Address]) -> bytes:
    """Letters' numbers and where they went, without codes."""
    return csv_rows((number, *_filled(to)) for number, to in zip(numbers, addresses, strict=True)).encode()


_LINES = tuple(f"line_{place}" for place in range(1, MOST_LINES + 1))


def _filled(to: Address) -> Address:
    return to + ("",) * (MOST_LINES - len(to))
