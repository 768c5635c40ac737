"""Letters with a voting code each, as one tagged PDF. The codes pass through: nothing here keeps them."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
import typst

from voting.codes import written

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


def typeset_letters(letter: Letter, codes: Sequence[str]) -> bytes:
    """A PDF/UA-1 file of one A4 page a code, in the order given (3 s for 1,000 on one core)."""
    values = _words(letter) | {"codes": [written(code) for code in codes]}
    return typst.compile(str(_LAYOUT), sys_inputs={"letter": json.dumps(values)}, format="pdf", pdf_standards="ua-1")


def _words(letter: Letter) -> dict[str, object]:
    short_address = letter.address.removeprefix("https://").removeprefix("http://")
    return {
        "size": 11.5,
        "council": letter.council,
        "addressee": "To the resident",
        "area": letter.area,
        "date": letter.date,
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
