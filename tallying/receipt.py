"""The receipt: a signed promise that one ballot is in the box, and what opens it.

The signed text begins with ``pb-receipt-v1`` and names round, paper, tracker, version and commitment,
one a line. The file adds the signature and, unsigned, what the commitment hides: r, w and the marks.
The format with a worked example is ``docs/formats/receipt.md``.
"""

from collections.abc import Iterable, Mapping

from tallying import ed25519, fields
from tallying.canonical import Json, dumps, from_base64, loads, to_base64
from tallying.commitment import (
    Blank,
    Marks,
    ballot_digest,
    check_ballot_name,
    commitment,
    fingerprint,
    marks_value,
)
from tallying.election import Approval, Points, Ranking
from tallying.values import frozen_value

MARKER = "pb-receipt-v1"
"""The first line of the signed text, so that no other signature can stand in for it."""

_LABELS = ("round", "paper", "tracker", "version", "commitment", "signature", "key", "nonce", "check-number", "ballot")


@frozen_value
class Receipt:
    """One ballot's receipt. ``signature`` is 64 bytes over ``signed_text``, ``key`` 32 bytes.

    ``nonce`` is r, ``check_number`` w: with the marks they open the commitment.
    """

    round_id: str
    paper_id: str
    tracker: str
    version: int
    nonce: bytes
    check_number: str
    marks: Marks
    key: bytes
    signature: bytes

    @property
    def commitment(self) -> bytes:
        """c, 32 bytes, from what the receipt shows."""
        digest = ballot_digest(self.nonce, self.marks, self.check_number)
        return commitment(self.round_id, self.paper_id, self.tracker, self.version, digest)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key that signed."""
        return fingerprint(self.key)

    def is_signed(self) -> bool:
        """Whether the key really signed this promise."""
        text = signed_text(self.round_id, self.paper_id, self.tracker, self.version, self.commitment)
        return ed25519.verify(self.key, text, self.signature)


@frozen_value
class SavedReceipt:
    """A receipt as somebody kept it: what it shows, and the commitment ``stated`` in its signed text."""

    receipt: Receipt
    stated: bytes

    @property
    def is_signed(self) -> bool:
        """Whether its key signed the promise as it stands in the text, whatever ballot is shown below it."""
        shown = self.receipt
        text = signed_text(shown.round_id, shown.paper_id, shown.tracker, shown.version, self.stated)
        return ed25519.verify(shown.key, text, shown.signature)

    @property
    def is_whole(self) -> bool:
        """Whether the ballot shown is the one that the commitment hides."""
        return self.receipt.commitment == self.stated


def signed_text(round_id: str, paper_id: str, tracker: str, version: int, commitment: bytes) -> bytes:
    """The bytes that a council signs: the marker and five labelled lines, each with its newline.

    Raises ValueError for ids, trackers and versions that are not written as the format says.
    """
    check_ballot_name(round_id, paper_id, tracker, version)
    lines = (
        MARKER,
        f"round {round_id}",
        f"paper {paper_id}",
        f"tracker {tracker}",
        f"version {version}",
        f"commitment {commitment.hex()}",
    )
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def dump_receipt(receipt: Receipt) -> bytes:
    """The receipt as a file: the signed text, then signature, key, nonce, check number and ballot."""
    text = signed_text(receipt.round_id, receipt.paper_id, receipt.tracker, receipt.version, receipt.commitment)
    lines = (
        f"signature {to_base64(receipt.signature)}",
        f"key {to_base64(receipt.key)}",
        f"nonce {receipt.nonce.hex()}",
        f"check-number {receipt.check_number}",
        f"ballot {dumps(marks_value(receipt.marks)).decode('utf-8')}",
    )
    return text + "".join(f"{line}\n" for line in lines).encode("utf-8")


def load_receipt(data: bytes) -> Receipt:
    """The receipt of a file.

    Raises ValueError for anything that ``dump_receipt`` never writes, also where the commitment is
    not that of the ballot shown. Whether the signature is real is for ``is_signed`` to say.
    """
    receipt = _receipt_of(_labelled(data.decode("utf-8")))
    if dump_receipt(receipt) != data:
        raise ValueError("the receipt's commitment does not belong to the ballot that it shows")
    return receipt


def read_saved(data: bytes) -> SavedReceipt:
    """A receipt that a person kept: as ``load_receipt``, but line ends, blanks and broken lines are no matter.

    Raises ValueError where it is none, in words for who kept it. Whether it is as it was signed is for
    ``SavedReceipt`` to say.
    """
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise ValueError("it is no text. Take the file that you saved, not a picture of it") from error
    written = [line for line in lines if line] or [""]
    if written[0] != MARKER and written[0].startswith("pb-receipt-"):
        raise ValueError(f"it is of the format {written[0]}, which is later than this release. Use a later one")
    try:
        values = _labelled("".join(f"{line}\n" for line in _joined(written)))
        receipt = _receipt_of(values)
        stated = bytes.fromhex(values["commitment"])
        signed_text(receipt.round_id, receipt.paper_id, receipt.tracker, receipt.version, receipt.commitment)
    except ValueError as error:
        raise ValueError(f"{error}. Take the file as you saved it, with every line and one receipt in it") from error
    return SavedReceipt(receipt, stated)


def read_marks(value: Json) -> Marks:
    """The marks of their JSON; raises FieldError (a ValueError) for any other shape."""
    kind = fields.text(value.get("kind", ""), "kind") if isinstance(value, dict) else ""
    if kind == "blank":
        fields.members(value, "ballot", ("kind",))
        return Blank()
    if kind == "points":
        points = fields.members(value, "ballot", ("kind", "points"))["points"]
        return Points(tuple(_point(pair) for pair in fields.items(points, "points")))
    ids = fields.texts(fields.members(value, "ballot", ("kind", "ids"))["ids"], "ids")
    if kind not in ("approval", "ranking"):
        raise fields.FieldError("kind", "write approval, points, ranking or blank")
    return Approval(ids) if kind == "approval" else Ranking(ids)


def _point(value: Json) -> tuple[str, int]:
    pair = fields.items(value, "points")
    if len(pair) != 2:
        raise fields.FieldError("points", "write pairs of a project and its points")
    return fields.text(pair[0], "points"), fields.whole(pair[1], "points")


def _receipt_of(values: Mapping[str, str]) -> Receipt:
    return Receipt(
        round_id=values["round"],
        paper_id=values["paper"],
        tracker=values["tracker"],
        version=_version(values["version"]),
        nonce=bytes.fromhex(values["nonce"]),
        check_number=values["check-number"],
        marks=read_marks(loads(values["ballot"].encode("utf-8"))),
        key=from_base64(values["key"]),
        signature=from_base64(values["signature"]),
    )


def _joined(lines: Iterable[str]) -> list[str]:
    """The lines that a receipt has: what a mail or a page broke off stands at the end of its line again."""
    whole: list[str] = []
    for line in lines:
        label, space, _ = line.partition(" ")
        if not whole or label in _LABELS:
            whole.append(line if space or not whole else f"{line} ")
        else:
            whole[-1] += line
    return whole


def _labelled(text: str) -> dict[str, str]:
    marker, *lines = text.split("\n")
    pairs = [(label, value) for label, space, value in (line.partition(" ") for line in lines[:-1]) if space]
    if marker != MARKER or [label for label, _ in pairs] != list(_LABELS):
        raise ValueError(f"not a receipt: it must begin with {MARKER} and hold {len(_LABELS)} labelled lines")
    return dict(pairs)


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("the receipt's version must be a whole number")
    return int(text)
