"""The receipts on the answer to casting: shown, to save and to print, and kept nowhere.

The file to save stands in the page itself, as a `data:` address: no second request, nothing on the server, and no
mail, because a mailed tracker would tie a name to a ballot for ever.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from flask import render_template
from sqlalchemy.orm import Session

from pb_app.services.round_reading import get_ballot_paper
from pb_app.services.voting_desk import Desk
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import reading
from tallying.commitment import Blank
from voting import paper_words
from voting.paper import BallotPaper
from voting.receipts import Receipt

_GROUP = 8
_QR_BYTES = 2900
"""A QR code holds 2,953 bytes (ISO/IEC 18004, version 40-L)."""

_QR_MASK = 0
"""A reader undoes any of the eight masks; trying all of them was half of the time of casting a vote."""


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """A receipt with what the page adds: titles with points or places, file and QR code as `data:` addresses.

    `gives` is what its paper calls the vote.
    """

    receipt: Receipt
    picks: tuple[str, ...]
    file: str
    qr: str
    gives: str

    @property
    def is_blank(self) -> bool:
        """Whether the vote was taken back."""
        return isinstance(self.receipt.ballot, Blank)

    @property
    def filename(self) -> str:
        """What the file is called when it is saved."""
        return f"receipt-{self.receipt.round_id}-{self.receipt.paper_id}-{self.receipt.version}.txt"

    @property
    def seal(self) -> str:
        """The commitment in groups of eight, so that it can be compared by eye."""
        return _in_groups(self.receipt.c)

    @property
    def opener(self) -> str:
        """The random bytes, in groups of eight too."""
        return _in_groups(self.receipt.r)

    @property
    def signature(self) -> str:
        """The signature in base64, as in the file."""
        return base64.b64encode(self.receipt.signature).decode()

    @property
    def has_changed(self) -> bool:
        """Whether an earlier vote stood on this paper."""
        return self.receipt.version > 1


def show_receipts(desk: Desk, receipts: Sequence[Receipt], *, is_new: bool) -> str:
    """The receipts of one sitting on one page. `is_new` says that they were cast just now."""
    with reading() as session:
        shown = [_shown(session, receipt) for receipt in receipts]
    done = {one.receipt.paper_id for one in shown}
    left = [one for one in desk.beside(done) if one.may_mark and not one.version and one.paper.id not in done]
    return render_template(
        "resident/receipt.html", desk=desk, round=desk.round, shown=shown, left=left, is_new=is_new, form=ButtonForm()
    )


def _shown(session: Session, receipt: Receipt) -> ShownReceipt:
    paper = get_ballot_paper(session, round_id=receipt.round_id, paper_id=receipt.paper_id)
    return ShownReceipt(receipt, _picks(paper, receipt), _file(receipt.text), _qr(receipt.text), _gives(paper))


def _gives(paper: BallotPaper) -> str:
    return paper.word.many if paper.word else "vote"


def _picks(paper: BallotPaper, receipt: Receipt) -> tuple[str, ...]:
    marks = () if isinstance(receipt.ballot, Blank) else paper.marks_of(receipt.ballot)
    named = [(paper.by_id[mark[0]].name, paper_words.mark_words(paper, mark)) for mark in marks]
    return tuple(f"{title}: {words}" if words else title for title, words in named)


def _in_groups(digits: str) -> str:
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def _file(text: str) -> str:
    return "data:text/plain;charset=utf-8;base64," + base64.b64encode(text.encode()).decode()


def _qr(text: str) -> str:
    """The whole text as a picture; "" for a receipt with so many picks that no code holds it."""
    if len(text.encode()) > _QR_BYTES:
        return ""
    code = segno.make(text, error="l", micro=False, mask=_QR_MASK)
    return str(code.svg_data_uri(omitsize=True, border=4, light="white"))
