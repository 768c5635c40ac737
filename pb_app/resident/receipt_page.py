"""The receipts on the answer to casting: shown, to save and to print, and kept nowhere.

The file to save stands in the page itself, as a `data:` address: no second request, nothing on the server, and no
mail, because a mailed tracker would tie a name to a ballot for ever.

A QR code takes longer to draw than the vote to cast, so it is drawn for those who ask: their page sends the receipts
along, and gets them back with the codes.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import segno
from flask import render_template
from sqlalchemy.orm import Session

from pb_app.services.ballot_reading import ballot_paper_in
from pb_app.services.voting_desk import Desk
from pb_app.web import context, tablet
from tallying.commitment import Blank
from tallying.receipt import load_receipt
from voting import paper_words
from voting.errors import NotAllowedError
from voting.own_word import given
from voting.paper import BallotPaper
from voting.receipts import Receipt

_GROUP = 8
_QR_BYTES = 2900
"""A QR code holds 2,953 bytes (ISO/IEC 18004, version 40-L)."""

_QR_MASK = 0
"""A reader undoes any of the eight masks; trying all of them was half of the time of drawing one."""

_NOT_OURS = "This is not a receipt of this round. Open the voting page to see the vote that we hold."


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """A receipt with what the page adds: titles with points or places, and its file of `size` bytes, in base64.

    `qr` is the code as a `data:` address; "" where nobody asked for it, and for a receipt that no code can hold.
    `gives` is what its paper calls the vote.
    """

    receipt: Receipt
    picks: tuple[str, ...]
    file: str
    size: int
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
    def can_be_scanned(self) -> bool:
        """Whether a code can hold it."""
        return self.size <= _QR_BYTES

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


def show_receipts(
    desk: Desk,
    receipts: Sequence[Receipt],
    papers: Mapping[str, BallotPaper],
    *,
    is_new: bool,
    with_codes: bool = False,
) -> str:
    """The receipts of one sitting on one page. `is_new` says that they were cast just now.

    On a tablet the QR codes are there at once, because a voter can take the receipt away from it in no other way.
    """
    is_scanned = with_codes or tablet.current() is not None
    shown = [_shown(papers[receipt.paper_id], receipt, with_code=is_scanned) for receipt in receipts]
    done = {one.receipt.paper_id for one in shown}
    left = [one for one in desk.beside(done) if one.may_mark and not one.version and one.paper.id not in done]
    return render_template(
        "resident/receipt.html",
        desk=desk,
        round=desk.round,
        shown=shown,
        left=left,
        is_new=is_new,
        offers_codes=not is_scanned and any(one.can_be_scanned for one in shown),
    )


def read_sent(desk: Desk, files: Sequence[str]) -> list[Receipt]:
    """The receipts whose files a page of ours sent back. Raises NotAllowedError for anything else."""
    return [_read_sent(desk, file) for file in files]


def _read_sent(desk: Desk, file: str) -> Receipt:
    try:
        signed = load_receipt(base64.b64decode(file, validate=True))
    except ValueError as error:
        raise NotAllowedError(_NOT_OURS) from error
    is_ours = signed.round_id == desk.round.id and signed.key == context.keys().public_key() and signed.is_signed()
    if not is_ours:
        raise NotAllowedError(_NOT_OURS)
    return Receipt(desk.round.title, desk.round.paper(signed.paper_id).title, signed)


def papers_of_receipts(session: Session, desk: Desk, receipts: Sequence[Receipt]) -> dict[str, BallotPaper]:
    """The ballot paper of each receipt."""
    return {one.paper_id: ballot_paper_in(session, desk.round, one.paper_id) for one in receipts}


def _shown(paper: BallotPaper, receipt: Receipt, *, with_code: bool) -> ShownReceipt:
    file = receipt.text.encode()
    qr = _qr(file) if with_code else ""
    gives = given(paper.word, paper.rule) if paper.word else "vote"
    return ShownReceipt(receipt, _picks(paper, receipt), base64.b64encode(file).decode(), len(file), qr, gives)


def _picks(paper: BallotPaper, receipt: Receipt) -> tuple[str, ...]:
    marks = () if isinstance(receipt.ballot, Blank) else paper.marks_of(receipt.ballot)
    named = [(paper.by_id[mark[0]].name, paper_words.mark_words(paper, mark)) for mark in marks]
    return tuple(f"{title}: {words}" if words else title for title, words in named)


def _in_groups(digits: str) -> str:
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def _qr(file: bytes) -> str:
    """The whole file as a picture; "" for a receipt with so many picks that no code holds it."""
    if len(file) > _QR_BYTES:
        return ""
    code = segno.make(file.decode(), error="l", micro=False, mask=_QR_MASK)
    return str(code.svg_data_uri(omitsize=True, border=4, light="white"))
