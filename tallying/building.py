"""Making a record: from the results of a count to the files that are published.

The same values give the same bytes. ``finish`` appends the count to the register and signs its checkpoint.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from tallying.ballots_file import CountedPaper, Rows
from tallying.bundle import paper_file
from tallying.canonical import sha256_hex
from tallying.changes import Change
from tallying.checkpoint import Checkpoint, origin, sign_checkpoint
from tallying.contents import (
    Contents,
    Decision,
    ImportSource,
    Kind,
    PaperContents,
    dump_contents,
    dump_issues,
)
from tallying.draw import DrawSheet, dump_draws
from tallying.frozen import FrozenRound, dump_frozen
from tallying.ledger import Ledger, dump_ledgers
from tallying.merkle import root_of
from tallying.openings import Openings, counted_rows, dump_openings
from tallying.outcome import Outcome
from tallying.register import CountLeaf, Open, dump_leaf
from tallying.release import RELEASE
from tallying.rulebook import Rulebook
from tallying.source_hash import source_sha256
from tallying.values import frozen_value

Sign: TypeAlias = Callable[[bytes], bytes]
"""Gives the 64-byte Ed25519 signature of some bytes."""


@frozen_value
class PaperResult:
    """What a count made of one paper.

    ``ballots`` are (tracker, ballot), last versions that are not blank; imported: (voter id, ballot)
    in the file's order. ``openings`` are all versions that were cast (imported: none). ``reason`` goes
    with the decision; ``withdrawn`` are projects that left after the opening.
    """

    paper_id: str
    rulebook: Rulebook
    ballots: Rows
    outcome: Outcome
    decision: Decision = Decision.PUBLISH
    reason: str = ""
    withdrawn: tuple[str, ...] = ()
    openings: Openings = ()


def build(
    *,
    frozen: FrozenRound,
    results: Sequence[PaperResult],
    key: bytes,
    ledgers: Sequence[Ledger] = (),
    draws: DrawSheet | None = None,
    source: ImportSource | None = None,
    revision: int = 1,
    changes: Sequence[Change] = (),
) -> dict[str, bytes]:
    """The files of a record but its register and checkpoint, by name.

    ``changes`` are all decisions since the first count, which a later revision is made for.

    ``results`` and ``ledgers`` are in the order of the papers; ``key`` is the council's public key,
    32 bytes. With a ``source`` the record is an imported one and has no ledgers. The same values
    give the same bytes. Raises ValueError where papers, results, openings and ledgers do not match.
    """
    kind = Kind.CAST if source is None else Kind.IMPORTED
    _check_papers(frozen, results, ledgers, kind)
    files = {"frozen.json": dump_frozen(frozen)}
    held = []
    for result in results:
        counted = CountedPaper(frozen, frozen.paper(result.paper_id), result.rulebook, kind, result.withdrawn)
        ballots = {"ballots.pb": counted.ballots_pb(result.ballots)}
        if source is None:
            ballots["openings.jsonl"] = dump_openings(result.openings)
        held.append(_contents(result, ballots))
        files |= _paper_files(result, ballots)
    contents = Contents(kind, frozen.id, revision, key, RELEASE, source_sha256(), tuple(held), changes=tuple(changes))
    files["format.json"] = dump_contents(contents)
    if source is None:
        files["ledger.json"] = dump_ledgers(tuple(ledgers))
    else:
        files["issues.json"] = dump_issues(source)
    if draws is not None:
        files["draw.json"] = dump_draws(draws)
    return files


def opening_line(frozen: FrozenRound, key: bytes) -> bytes:
    """The register's first line, without its newline: the opening of this round under this key."""
    return dump_leaf(Open(sha256_hex(dump_frozen(frozen)), key))


def finish(
    files: Mapping[str, bytes], lines: Sequence[bytes], *, round_id: str, revision: int, key: bytes, sign: Sign
) -> dict[str, bytes]:
    """The files with their register and checkpoint: the lines so far (without newlines) and the count of these files.

    ``sign`` returns the 64-byte Ed25519 signature of the bytes it is given, made with ``key``'s private half.
    """
    every = [*lines, count_line(files, revision)]
    checkpoint = Checkpoint(origin(round_id), len(every), root_of(every))
    return {
        **files,
        "register.jsonl": b"".join(line + b"\n" for line in every),
        "checkpoint": sign_checkpoint(checkpoint, key, sign),
    }


def count_line(files: Mapping[str, bytes], revision: int) -> bytes:
    """The register's line for these files, without its newline."""
    return dump_leaf(CountLeaf(revision, tuple((name, sha256_hex(files[name])) for name in sorted(files))))


def _contents(result: PaperResult, ballots: Mapping[str, bytes]) -> PaperContents:
    return PaperContents(
        id=result.paper_id,
        ballots_sha256=sha256_hex(ballots["ballots.pb"]),
        openings_sha256=sha256_hex(ballots["openings.jsonl"]) if "openings.jsonl" in ballots else "",
        decision=result.decision,
        reason=result.reason,
        withdrawn=result.withdrawn,
    )


def _paper_files(result: PaperResult, ballots: Mapping[str, bytes]) -> dict[str, bytes]:
    files = {"rulebook.json": result.rulebook.to_json(), "outcome.json": result.outcome.to_json()}
    if result.decision is Decision.PUBLISH:
        files |= ballots
    return {paper_file(result.paper_id, name): data for name, data in files.items()}


def _check_papers(frozen: FrozenRound, results: Sequence[PaperResult], ledgers: Sequence[Ledger], kind: Kind) -> None:
    papers = [paper.id for paper in frozen.papers]
    if [result.paper_id for result in results] != papers:
        raise ValueError(f"a record needs one result for each of the papers {papers}, in their order")
    expected = papers if kind is Kind.CAST else []
    if [ledger.paper_id for ledger in ledgers] != expected:
        raise ValueError(f"a record of kind {kind} needs ledgers of {expected}, in this order")
    if kind is Kind.CAST and any(counted_rows(result.openings) != result.ballots for result in results):
        raise ValueError("the ballots that are counted must be those that are opened")
