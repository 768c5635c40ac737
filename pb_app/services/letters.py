"""Letters with a voting code each: a few as one tagged PDF, or the ground of a long run. The codes pass through."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
import typst

from voting.codes import written
from voting.letter_numbers import NumberedCode

_LAYOUT = Path(__file__).with_name("letters.typ")


@dataclass(frozen=True, slots=True)
class Letter:
    """What every letter of a batch says; all dates and sums are already words ("before 5pm on Friday 13 March 2026").

    `papers` has one line a ballot paper; `address` is the full web address where the code is typed;
    `fingerprint` is the council's, in groups of four.
    """

    council: str
    area: str
    date: str
    money: str
    papers: tuple[str, ...]
    deadline: str
    address: str
    fingerprint: str
    help_phone: str
    help_email: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What all letters of a run have in common: a page without code, number and address, where these go, its words.

    `places` gives the upper left corner of "lines", "number" and "code" in mm from that of the page.
    """

    pdf: bytes
    places: Mapping[str, Mapping[str, float]]
    words: str


def typeset_letters(letter: Letter, codes: Sequence[NumberedCode]) -> bytes:
    """A PDF/UA-1 file of one A4 page a code, in the order given (0.1 s for 20). For many, see `letter_sheets`."""
    return _compile(values_of(letter) | {"letters": [written_code(one) for one in codes]})


def typeset_ground(letter: Letter) -> Ground:
    """The page that every letter of a run stands on."""
    values = values_of(letter) | {"blank": True, "letters": [{"code": "ACDE FGHJ KMNP RTWX", "number": "1-00001"}]}
    inputs = {"letter": json.dumps(values)}
    found = json.loads(typst.query(str(_LAYOUT), "<place>", field="value", sys_inputs=inputs))
    places = {place["name"]: {"x": place["x"], "y": place["y"]} for place in found}
    return Ground(_compile(values), places, _words(values))


def written_code(one: NumberedCode) -> dict[str, str]:
    """What differs from letter to letter, as the layouts take it."""
    return {"number": str(one.number), "code": written(one.code)}


def _compile(values: Mapping[str, object]) -> bytes:
    inputs = {"letter": json.dumps(values)}
    return typst.compile(str(_LAYOUT), sys_inputs=inputs, format="pdf", pdf_standards="ua-1")


def values_of(letter: Letter) -> dict[str, Any]:
    """The words of a letter, as the layouts take them."""
    short_address = letter.address.removeprefix("https://").removeprefix("http://")
    return {
        "size": 11.5,
        "blank": False,
        "council": letter.council,
        "to": ["To the resident", letter.area],
        "date": letter.date,
        "number_label": "Letter",
        "heading": f"You can decide how {letter.money} is spent",
        "opening": "Residents have put forward projects. You choose which ones you want. It takes about 5 minutes.",
        "papers": list(letter.papers),
        "deadline": letter.deadline,
        "code_label": "Your voting code",
        "address_label": "Type it at",
        "address": short_address,
        "square": _square(letter.address),
        "steps_heading": "How to vote",
        "steps": [
            "Point a phone camera at the square, or type the address. You need no account and no e-mail address.",
            "Type your code. Then tick the projects you want and check your answers.",
            "Cast your vote and keep the receipt: save it or print it.",
        ],
        "about_heading": "About your code",
        "about": _about(letter),
        "key_before": "We sign receipts and results with the key ",
        "fingerprint": letter.fingerprint,
        "key_after": ". If a receipt names another key, tell us.",
        "help": f"For help, large print, Easy Read or another language, call {letter.help_phone} "
        f"or write to {letter.help_email}.",
    }


def _about(letter: Letter) -> list[str]:
    return [
        "It is for one person. Capital or small letters, with or without spaces: all work.",
        "It has no 0, 1 or 5 and no letter I, L, O or S, so that nothing can be mistaken.",
        f"We keep no copy after printing. If you lose it, call {letter.help_phone}.",
        "It proves that you may vote. The public record of votes has no codes and no names.",
        "To change your vote before voting closes, type this code and the tracker from your receipt.",
    ]


def _square(address: str) -> str:
    """The address as a QR code in SVG. It never holds the voting code, so that no web log can."""
    drawing = io.BytesIO()
    segno.make(address, error="m").save(drawing, kind="svg", border=0, xmldecl=False)
    return drawing.getvalue().decode()


def _words(values: Mapping[str, Any]) -> str:
    """The ground's words in reading order, for who hears the page."""
    lists = [" ".join(values[name]) for name in ("papers", "steps", "about")]
    before = [
        values["council"],
        values["date"],
        values["heading"] + ".",
        values["opening"],
        lists[0],
        values["deadline"],
    ]
    middle = [values["address_label"], values["address"] + ".", values["steps_heading"] + ".", lists[1]]
    key = values["key_before"] + values["fingerprint"] + values["key_after"]
    return " ".join([*before, *middle, values["about_heading"] + ".", lists[2], key, values["help"]])
