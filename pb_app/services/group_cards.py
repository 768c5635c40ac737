"""The sheets of a supervised group: cards with a number and a code to cut out, and a page to tick numbers off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typst

from pb_app.services.groups import NewGroup, NumberedGroupCode
from pb_app.services.letters import Letter, values_of
from voting.codes import written

_LAYOUT = Path(__file__).with_name("group_cards.typ")


def typeset_cards(letter: Letter, group: NewGroup, codes: Sequence[NumberedGroupCode], time: str) -> bytes:
    """A PDF/UA-1 file on A4: the list for whoever runs the session, then ten cards a page.

    `time` says in words when the codes are good.
    """
    words = values_of(letter)
    values = {name: words[name] for name in ("council", "heading", "code_label", "address_label", "address")} | {
        "group": group.name,
        "time": time,
        "cards": [{"number": str(one.number), "code": written(one.code)} for one in codes],
    }
    inputs = {"run": json.dumps(values)}
    return typst.compile(str(_LAYOUT), sys_inputs=inputs, format="pdf", pdf_standards="ua-1")
