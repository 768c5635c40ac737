"""The receipt as a page shows it: the signed promise of `tallying.receipt`, with the titles of its round and paper."""

from __future__ import annotations

from dataclasses import dataclass

from tallying.commitment import Marks
from tallying.receipt import Receipt as SignedReceipt
from tallying.receipt import dump_receipt


@dataclass(frozen=True, slots=True)
class Receipt:
    """One ballot's receipt. Titles are for the reader alone and are not signed."""

    round_title: str
    paper_title: str
    signed: SignedReceipt

    @property
    def round_id(self) -> str:
        """The round's id."""
        return self.signed.round_id

    @property
    def paper_id(self) -> str:
        """The paper's id."""
        return self.signed.paper_id

    @property
    def tracker(self) -> str:
        """T: 16 characters that stand for the voter on this paper."""
        return self.signed.tracker

    @property
    def version(self) -> int:
        """1 for the first ballot, one more at each change."""
        return self.signed.version

    @property
    def c(self) -> str:
        """The commitment that the register shows, 64 hexadecimal digits."""
        return self.signed.commitment.hex()

    @property
    def r(self) -> str:
        """The 32 random bytes that hide the ballot in `c`, 64 hexadecimal digits."""
        return self.signed.nonce.hex()

    @property
    def w(self) -> str:
        """The voter's own check number, "" if none was given."""
        return self.signed.check_number

    @property
    def ballot(self) -> Marks:
        """What was marked."""
        return self.signed.marks

    @property
    def fingerprint(self) -> str:
        """The signing key's fingerprint, as on the voter's letter."""
        return self.signed.fingerprint

    @property
    def signature(self) -> bytes:
        """64 bytes, Ed25519."""
        return self.signed.signature

    @property
    def text(self) -> str:
        """The whole receipt with its signature: what the file and the QR code hold."""
        return dump_receipt(self.signed).decode()
