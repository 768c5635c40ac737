"""What ``pb-tally receipt`` says about a receipt, in plain words."""

from collections.abc import Mapping

from tallying.commitment import fingerprint
from tallying.picks import picks_of
from tallying.receipt import Receipt, SavedReceipt
from tallying.receipt_search import Fate, Found
from tallying.report import Check, Fault
from tallying.vote_word import VoteWord

_AUDITOR = "Tell the auditor and the council."
_FATES = {
    Fate.COUNTED: ["Your ballot is in the record as on this receipt, and it was counted."],
    Fate.BLANK: ["It is in the record that you took your vote back: nothing was counted for you on this paper."],
    Fate.REPLACED: [
        "Your ballot is in the record. It was replaced by your later ballot, version {last}, which counts instead.",
        "Check the receipt of version {last} too. You did not vote again? Then somebody else did in your place:",
        "tell the auditor and the council.",
    ],
    Fate.VOIDED: [
        "Your ballot is in the record, but it was not counted: two people struck it out ({code}).",
        "Ask the council why, if nobody told you.",
    ],
    Fate.ON_PAPER: [
        "Your ballot is in the record. Your vote on paper arrived and counts instead.",
        f"Did you not vote on paper? {_AUDITOR}",
    ],
    Fate.SEALED: ["Your ballot is in the register. What it says is not public here."],
    Fate.WAITING: [
        "Your ballot is not in this register yet. Ballots join it by night, when at least 50 voters of a paper wait,",
        "and at the latest when the count is sealed. Keep the receipt, and check again then.",
    ],
}
_PROOF = [
    "Your ballot is NOT in the register, and the council signed that it has it: this is proof of wrong-doing.",
    "Keep the receipt’s file and this record as they are, and show both to the auditor. Ask the council in writing.",
    "The receipt’s first 8 lines are the proof. The lines below them show how you voted: show them only if you want.",
]
_WHOSE_REGISTER = [
    "Your ballot is NOT in this register. If the register is that of your round, this is proof of wrong-doing:",
    "look again in the record of the round, and show it to the auditor with your receipt.",
]
_NO_PROOF = [
    "There is no such ballot in the register. Without a good signature by this key that proves nothing: look for the",
    "file that you saved when you voted. If this is it, show it to the auditor all the same.",
]
_CHANGED = [
    "The register has a ballot with this commitment, but this is not the receipt that the council gave for it, or not",
    "as it was. Look for the file that you saved when you voted. If this is it, tell the auditor and the council.",
]
NOT_LOOKED_UP = (
    "The ballot was not looked up: what a record says that does not hold is worth nothing. Download it again.",
    "If it still does not hold, keep your receipt, and tell the auditor and the council.",
)
"""What is said where the record does not hold."""


def title_of(receipt: Receipt) -> str:
    """Round, paper, tracker in groups of four, and version."""
    tracker = " ".join(receipt.tracker[start : start + 4] for start in range(0, 16, 4))
    return f"Receipt of {receipt.round_id}, paper {receipt.paper_id}, tracker {tracker}, version {receipt.version}"


def signature_check(saved: SavedReceipt, path: str, key: bytes) -> Check:
    """Whether the signature is good, and made with this key."""
    title, receipt = "the receipt is signed", saved.receipt
    if not saved.is_signed:
        text = "the signature is not good: some character is not as the council gave it. Look for the file you saved"
        return Check(title, (Fault(path, text),))
    if receipt.key != key:
        text = f"it is signed by {receipt.fingerprint}, the register by {fingerprint(key)}. Compare with your letter"
        return Check(title, (Fault(path, text),))
    return Check(title, note=f"a good signature by {receipt.fingerprint}")


def picks_check(saved: SavedReceipt, path: str, titles: Mapping[str, str], word: VoteWord | None) -> Check:
    """Whether the ballot shown is the one that was signed."""
    receipt = saved.receipt
    title = f"the {word.many if word else 'picks'} on it are those that were signed"
    if not saved.is_whole:
        text = "its ballot, check number or nonce was changed: they do not give the commitment in its signed text"
        return Check(title, (Fault(path, text),))
    number = f". Your number: {receipt.check_number}" if receipt.check_number else ""
    return Check(title, note=("; ".join(picks_of(receipt.marks, titles, word)) or "none, taken back") + number)


def place_check(found: Found) -> Check:
    """Whether the ballot stands in the register."""
    title = "the ballot is in the register"
    if found.fate in (Fate.MISSING, Fate.WAITING):
        other = f", though version {found.last} of its tracker is there" if found.last else ""
        return Check(title, (Fault("register.jsonl", f"has no entry with this commitment{other}"),))
    return Check(title, note=f"entry {found.place:,}, where the first is 0, of the night {found.day}")


def conclusion(found: Found, signed: Check, picks: Check, *, round_id: str) -> list[str]:
    """What that means for the voter, and what to do. ``round_id`` is "" where nothing says whose register it is."""
    if found.fate is Fate.MISSING:
        proof = _PROOF if round_id else _WHOSE_REGISTER
        return proof if signed.holds else _NO_PROOF
    if found.fate is Fate.OTHER or (found.is_in and not (signed.holds and picks.holds)):
        return _CHANGED
    return [line.format(last=found.last, code=found.code) for line in _FATES[found.fate]]
