"""Where the ballot of a receipt stands in a register, and what became of it there."""

from collections.abc import Sequence
from enum import StrEnum

from tallying.commitment import Blank
from tallying.openings import Opening, Openings, by_tracker
from tallying.receipt import SavedReceipt
from tallying.register import BallotLeaf, Leaf, Night
from tallying.register_order import RegisterContents, read_contents
from tallying.values import frozen_value


class Fate(StrEnum):
    """What became of a ballot."""

    COUNTED = "counted"
    BLANK = "blank"
    """The vote was taken back."""
    REPLACED = "replaced"
    """A later version of the same voter counts."""
    VOIDED = "voided"
    ON_PAPER = "on_paper"
    """The voter's ballot on paper counts."""
    SEALED = "sealed"
    """It is in the register; what was opened is not at hand."""
    OTHER = "other"
    """The register has the commitment, but for another ballot than the receipt names."""
    WAITING = "waiting"
    """It is not in the register, which is still growing."""
    MISSING = "missing"


@frozen_value
class Found:
    """The fate of a receipt's ballot. ``place`` is its entry in the register, from 0; ``day`` that of its night.

    ``last`` is the highest version of this tracker that the record has, 0 where that is not known; ``code`` is the
    reason of a void.
    """

    fate: Fate
    place: int = 0
    day: str = ""
    last: int = 0
    code: str = ""

    @property
    def is_in(self) -> bool:
        """Whether the register has it, as it must."""
        return self.fate not in (Fate.OTHER, Fate.WAITING, Fate.MISSING)


def find_ballot(saved: SavedReceipt, leaves: Sequence[Leaf], openings: Openings | None) -> Found:
    """Look for the commitment that was signed. ``openings`` are those of its paper, None where they are not at hand."""
    versions = by_tracker(openings or ()).get(saved.receipt.tracker, [])
    last = versions[-1].version if versions else 0
    contents, place = read_contents(leaves), _place_of(saved.stated.hex(), leaves)
    if place is None:
        return Found(Fate.MISSING if contents.close else Fate.WAITING, last=last)
    fate = _refused(saved.receipt.tracker, contents)
    if fate is None:
        fate = Fate.SEALED if openings is None else _opened(saved, versions)
    code = next((leaf.code for leaf in contents.voids if leaf.tracker == saved.receipt.tracker), "")
    return Found(fate, place, _night_of(place, leaves), last, code)


def _place_of(c: str, leaves: Sequence[Leaf]) -> int | None:
    places = (place for place, leaf in enumerate(leaves) if isinstance(leaf, BallotLeaf) and leaf.c == c)
    return next(places, None)


def _night_of(place: int, leaves: Sequence[Leaf]) -> str:
    days = [leaf.day for leaf in leaves[:place] if isinstance(leaf, Night)]
    return days[-1] if days else ""


def _refused(tracker: str, contents: RegisterContents) -> Fate | None:
    if tracker in contents.voided:
        return Fate.VOIDED
    return Fate.ON_PAPER if tracker in contents.superseded_trackers else None


def _opened(saved: SavedReceipt, versions: Sequence[Opening]) -> Fate:
    receipt = saved.receipt
    own = [one for one in versions if one.version == receipt.version]
    if not own or own[0].commitment(receipt.round_id, receipt.paper_id) != saved.stated.hex():
        return Fate.OTHER
    if own[0] is not versions[-1]:
        return Fate.REPLACED
    if own[0].marks is None:
        return Fate.OTHER
    return Fate.BLANK if isinstance(own[0].marks, Blank) else Fate.COUNTED
