"""What an insider can do who holds the signing key and the server: each manipulation is found, by name.

They sign everything anew, so no signature gives them away. Where they leave the register as it was, the record
contradicts it. Where they write the register anew as well, the record is whole: then one checkpoint that anybody saved
before is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from tallying.ballots_file import CountedPaper
from tallying.bundle import Bundle
from tallying.canonical import sha256_hex
from tallying.checkpoint import Checkpoint, origin, sign_checkpoint
from tallying.contents import Decision
from tallying.count import count
from tallying.election import Approval
from tallying.ledger import Cell, Ledger
from tallying.merkle import root_of
from tallying.openings import Opened, Opening, Openings, by_tracker, counted_rows
from tallying.outcome import Funded, Outcome
from tallying.record import PaperResult, Record, build
from tallying.register import BallotLeaf, Close, Leaf, Marked, dump_leaf, read_leaf
from tallying.report import Report
from tallying.rulebook import Rulebook
from tallying.verify import verify
from tests.tallying.cheats import backdate
from tests.tallying.forging import REGISTER, relined, sealed
from tests.tallying.records import (
    BALLOTS,
    KEY,
    LISTED,
    REASON,
    RULEBOOK,
    SIGNER,
    decision_line,
    example_ledger,
    example_lines,
    example_round,
    finished,
    openings_of,
    tracker,
)
from tests.tallying.rich_record import CHANGED, rich_record, tracker_of

OPENINGS = openings_of(BALLOTS)
LEDGER = example_ledger(12)
ROUND = example_round()
LINES = example_lines(ROUND, OPENINGS, LEDGER)
"""The honest register up to its close."""
SAVED = sign_checkpoint(Checkpoint(origin(ROUND.id), len(LINES), root_of(LINES)), KEY, SIGNER.sign)
"""What anybody could save from the round's page when voting had closed."""
OPENINGS_FILE, RULEBOOK_FILE, OUTCOME_FILE = (
    f"papers/north/{name}" for name in ("openings.jsonl", "rulebook.json", "outcome.json")
)
FIFTH = 5
"""A voter with one version."""


@dataclass(frozen=True, slots=True)
class Cheat:
    """A record that an insider makes: what they change, and whether they write the register anew to fit."""

    openings: Openings = OPENINGS
    ledger: Ledger = LEDGER
    rulebook: Rulebook = RULEBOOK
    lines: Sequence[bytes] = tuple(LINES)

    @property
    def files(self) -> dict[str, bytes]:
        """Counted and signed as if all were in order."""
        rows = counted_rows(self.openings)
        counted = CountedPaper(ROUND, ROUND.papers[0], self.rulebook)
        outcome = count(counted.election(ballot for _, ballot in rows), self.rulebook)
        result = PaperResult("north", self.rulebook, rows, outcome, reason=REASON, openings=self.openings)
        files = build(frozen=ROUND, results=[result], ledgers=[self.ledger], key=KEY)
        return finished(files, [*self.lines, decision_line(1, Decision.PUBLISH, REASON)])

    def rewritten(self) -> Cheat:
        """The same with a register that fits: every entry made anew."""
        return replace(self, lines=tuple(example_lines(ROUND, self.openings, self.ledger)))


def verified(cheat: Cheat, since: bytes = b"") -> Report:
    return verify(Record(Bundle(cheat.files)), since=since)


def assert_found(cheat: Cheat, file: str, words: str) -> None:
    """The record contradicts the register; and with a register that fits, the saved checkpoint."""
    report = verified(cheat)
    assert file in report.files, report.lines()
    assert words in "\n".join(report.lines())
    forged = cheat.rewritten()
    assert verified(forged).holds, verified(forged).lines()
    assert verified(forged, SAVED).files == ("register.jsonl",)
    assert "was rewritten" in "\n".join(verified(forged, SAVED).lines())


def test_the_honest_record_holds_also_against_the_saved_checkpoint() -> None:
    assert verified(Cheat(), SAVED).holds, verified(Cheat(), SAVED).lines()


def test_a_dropped_ballot_is_found() -> None:
    openings = tuple(one for one in OPENINGS if one.tracker != tracker(FIFTH))
    cheat = Cheat(openings, example_ledger(11))
    assert_found(cheat, "register.jsonl", "1 of its ballots are in no openings")


def test_an_added_ballot_is_found() -> None:
    more = Opening(tracker(12), 1, Opened(bytes(32), "", Approval(("youth",))))
    openings = tuple(sorted((*OPENINGS, more), key=lambda one: (one.tracker, one.version)))
    assert_found(Cheat(openings, example_ledger(13)), OPENINGS_FILE, f"version 1 of {tracker(12)} does not stand")


def test_swapped_ballots_are_found() -> None:
    one, other = by_tracker(OPENINGS)[tracker(4)][0], by_tracker(OPENINGS)[tracker(5)][0]
    swapped = {tracker(4): replace(one, inside=other.inside), tracker(5): replace(other, inside=one.inside)}
    openings = tuple(swapped.get(opening.tracker, opening) for opening in OPENINGS)
    assert_found(Cheat(openings), OPENINGS_FILE, f"version 1 of {tracker(4)} does not stand in the register")


def test_a_changed_ballot_is_found() -> None:
    changed = Opened(bytes(32), "4071", Approval(("youth",)))
    openings = tuple(
        replace(opening, inside=changed) if opening.tracker == tracker(FIFTH) else opening for opening in OPENINGS
    )
    assert_found(Cheat(openings), OPENINGS_FILE, f"version 1 of {tracker(FIFTH)} does not stand in the register")


def test_reordered_ballots_are_found() -> None:
    """In the order of casting they would tell who cast them; sorted they tell nothing."""
    leaves: list[Leaf] = [read_leaf(line) for line in LINES]
    ballots = [leaf for leaf in leaves if isinstance(leaf, BallotLeaf)]
    places = iter(reversed(ballots))
    lines = [dump_leaf(next(places) if isinstance(leaf, BallotLeaf) else leaf) for leaf in leaves]
    report = verified(Cheat(lines=lines))
    assert report.files == ("register.jsonl",)
    assert "not sorted, paper by paper" in "\n".join(report.lines())
    assert "was rewritten" in "\n".join(verified(Cheat(lines=lines), SAVED).lines())
    shuffled = (*OPENINGS[1:], OPENINGS[0])
    assert "sorted by tracker and version" in "\n".join(verified(Cheat(shuffled)).lines())


def test_a_replayed_ballot_is_found() -> None:
    """An older version brought back, and one ballot counted twice under another tracker."""
    first, last = by_tracker(OPENINGS)[tracker(0)]
    older = replace(first, inside=Opened(bytes(32), "", Approval(("youth",))))
    back = tuple({first: older, last: replace(last, inside=last.digest)}.get(one, one) for one in OPENINGS)
    assert "other versions are opened than the last" in "\n".join(verified(Cheat(back)).lines())
    without_last = tuple(one for one in OPENINGS if one != last)
    assert "other versions are opened" in "\n".join(verified(Cheat(without_last, example_ledger(11))).lines())
    twice = replace(by_tracker(OPENINGS)[tracker(FIFTH)][0], tracker=tracker(12))
    openings = tuple(sorted((*OPENINGS, twice), key=lambda one: (one.tracker, one.version)))
    assert_found(Cheat(openings, example_ledger(13)), OPENINGS_FILE, f"version 1 of {tracker(12)} does not stand")


def test_a_later_version_that_joined_on_an_earlier_night_is_found() -> None:
    """Versions that were numbered anew after the first had been kept back, so that an older vote counts as the last."""
    forged = sealed(relined(REGISTER, backdate)(rich_record()))
    report = verify(Record(Bundle(forged)))
    assert OPENINGS_FILE in report.files
    words = f"version 2 of {tracker_of('north', CHANGED[0])} joined the register on an earlier night"
    assert words in "\n".join(report.lines())


def test_an_altered_rulebook_is_found() -> None:
    report = verified(Cheat(rulebook=LISTED))
    assert report.files == (RULEBOOK_FILE,)
    assert "is not the rulebook that was frozen" in "\n".join(report.lines())


def test_an_altered_ledger_is_found() -> None:
    hidden = replace(LEDGER, superseded=0, refused=5)
    assert "0 superseded, but 1 in the openings" in "\n".join(verified(Cheat(ledger=hidden)).lines())
    added = replace(LEDGER, received=(*LEDGER.received, Cell(("post",), 9)))
    assert "received, but" in "\n".join(verified(Cheat(ledger=added)).lines())


def test_an_altered_outcome_is_found() -> None:
    files = Cheat().files
    outcome = Outcome.from_json(files[OUTCOME_FILE])
    bribed = replace(outcome, funded=(Funded("youth", 600_00), Funded("bench", 400_00)))
    forged = finished({**files, OUTCOME_FILE: bribed.to_json()}, files["register.jsonl"].split(b"\n")[:-2])
    report = verify(Record(Bundle(forged)))
    assert report.files == (OUTCOME_FILE,)
    assert "it funds youth, bench; the ballots give bench, trees" in "\n".join(report.lines())


def test_an_altered_marked_register_is_found() -> None:
    """Voters struck off or added: the number in the ledger, or the root that was closed."""
    more = replace(LEDGER, marked=14, by_area=(Cell(("north",), 14),))
    assert "14 voters marked, but 13 in the register" in "\n".join(verified(Cheat(ledger=more)).lines())
    other = dump_leaf(Close((Marked("north", sha256_hex(b"other voters"), 13),)))
    cheat = Cheat(lines=[*LINES[:-1], other])
    assert verified(cheat).holds  # the auditor, who has the salts, makes the root again
    assert verified(cheat, SAVED).files == ("register.jsonl",)


def test_a_forked_log_is_found() -> None:
    """Another night with another vote, shown to others: whoever saved the first finds out."""
    ballot = next(place for place, line in enumerate(LINES) if line.startswith(b'{"ballot"'))
    fork = [*LINES[:ballot], dump_leaf(BallotLeaf(sha256_hex(b"another"))), *LINES[ballot + 1 :]]
    early = sign_checkpoint(Checkpoint(origin(ROUND.id), len(fork), root_of(fork)), KEY, SIGNER.sign)
    assert verified(Cheat(), early).files == ("register.jsonl",)
    assert "was rewritten" in "\n".join(verified(Cheat(), early).lines())


def test_a_rolled_back_log_is_found() -> None:
    longer = [*LINES, *(decision_line(n, Decision.PUBLISH, REASON) for n in range(1, 9))]
    seen = sign_checkpoint(Checkpoint(origin(ROUND.id), len(longer), root_of(longer)), KEY, SIGNER.sign)
    report = verified(Cheat(), seen)
    assert report.files == ("register.jsonl",)
    assert "was rolled back: it has 19 entries, the checkpoint that you saved had 25" in "\n".join(report.lines())


@pytest.mark.parametrize("count_of", [0, 3])
def test_a_register_of_other_commitments_than_the_openings_is_found(count_of: int) -> None:
    lines = [*LINES[:2], *LINES[2 : 2 + count_of], LINES[-1]]
    assert OPENINGS_FILE in verified(Cheat(lines=lines)).files
