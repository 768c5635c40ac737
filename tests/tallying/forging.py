"""Changing a rich record as a council could that holds the signing key: one thing, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tallying.ballots_file import CountedPaper
from tallying.canonical import dump_file, dumps, load_file, loads, sha256_hex
from tallying.checkpoint import Checkpoint, origin, sign_checkpoint
from tallying.contents import load_contents
from tallying.count import count
from tallying.frozen import load_frozen
from tallying.merkle import root_of
from tallying.openings import counted_rows, load_openings
from tallying.rulebook import Rulebook
from tests.tallying.records import KEY, SIGNER
from tests.tallying.rich_record import ROUND, openings_of_paper, tracker_of

Files = dict[str, bytes]
Change = Callable[[Files], Files]
NORTH, EAST, SOUTH = (f"papers/{paper_id}" for paper_id in ("north", "east", "south"))
REGISTER, CHECKPOINT = "register.jsonl", "checkpoint"


def changed(name: str, change: Callable[[Any], Any]) -> Change:
    """A JSON file with its value changed in place."""

    def make(files: Files) -> Files:
        value = load_file(files[name])
        change(value)
        return {**files, name: dump_file(value)}

    return make


def relined(name: str, change: Callable[[list[Any]], Any]) -> Change:
    """A file of JSON lines with its list changed in place."""

    def make(files: Files) -> Files:
        values = [loads(line) for line in files[name].split(b"\n")[:-1]]
        change(values)
        return {**files, name: b"".join(dumps(value) + b"\n" for value in values)}

    return make


def together(*changes: Change) -> Change:
    """These changes, one after the other."""

    def make(files: Files) -> Files:
        for change in changes:
            files = change(files)
        return files

    return make


def replaced(name: str, old: bytes, new: bytes) -> Change:
    """A file with these bytes replaced once."""

    def make(files: Files) -> Files:
        assert old in files[name]
        return {**files, name: files[name].replace(old, new, 1)}

    return make


def recounted(files: Files) -> Files:
    """Ballots and outcome of the north as its openings now give them."""
    frozen, contents = load_frozen(files["frozen.json"]), load_contents(files["format.json"])
    rulebook = Rulebook.from_json(files[f"{NORTH}/rulebook.json"])
    counted = CountedPaper(frozen, frozen.paper("north"), rulebook, withdrawn=contents.paper("north").withdrawn)
    rows = counted_rows(load_openings(files[f"{NORTH}/openings.jsonl"]))
    outcome = count(counted.election(ballot for _, ballot in rows), rulebook)
    return {**files, f"{NORTH}/ballots.pb": counted.ballots_pb(rows), f"{NORTH}/outcome.json": outcome.to_json()}


def refrozen(files: Files) -> Files:
    """Frozen anew: the rulebook's hash in frozen.json and the north's outcome, the hash of it in the opening."""
    rulebook = sha256_hex(files[f"{NORTH}/rulebook.json"][:-1])
    files = changed("frozen.json", lambda value: value["papers"][0].update(rulebook_sha256=rulebook))(files)
    files = changed(f"{NORTH}/outcome.json", lambda value: value.update(rulebook_sha256=rulebook))(files)
    frozen = sha256_hex(files["frozen.json"])
    return relined(REGISTER, lambda leaves: leaves[0]["open"].update(frozen=frozen))(files)


def sealed(files: Mapping[str, bytes]) -> Files:
    """The hashes in format.json and in the last count made anew, and the checkpoint signed."""
    made = changed("format.json", lambda value: _rehash(value, files))(dict(files))
    listed = [[name, sha256_hex(made[name])] for name in sorted(made) if name not in (REGISTER, CHECKPOINT)]
    made = relined(REGISTER, lambda leaves: leaves[-1]["count"].update(files=listed))(made)
    return {**made, CHECKPOINT: checkpoint_of(made, origin(ROUND))}


def checkpoint_of(files: Files, name: str) -> bytes:
    """A checkpoint of the register as it is, signed, of this origin."""
    lines = files[REGISTER].split(b"\n")[:-1]
    return sign_checkpoint(Checkpoint(name, len(lines), root_of(lines)), KEY, SIGNER.sign)


def _rehash(value: Any, files: Mapping[str, bytes]) -> None:
    for paper in value["papers"]:
        for key, name in (("ballots_sha256", "ballots.pb"), ("openings_sha256", "openings.jsonl")):
            if paper[key] and (path := f"papers/{paper['id']}/{name}") in files:
                paper[key] = sha256_hex(files[path])


def leaf_at(leaves: list[Any], kind: str, number: int = 0) -> int:
    """The place of the n-th leaf of this kind."""
    return [place for place, leaf in enumerate(leaves) if kind in leaf][number]


def line_of(lines: list[Any], paper_id: str, number: int, version: int = 1) -> dict[str, Any]:
    """The line of a voter's version among openings."""
    tracker = tracker_of(paper_id, number)
    return next(line for line in lines if (line["t"], line["v"]) == (tracker, version))


def commitments(paper_id: str, number: int) -> list[str]:
    """The c of each version of this voter's ballot."""
    tracker = tracker_of(paper_id, number)
    return [one.commitment(ROUND, paper_id) for one in openings_of_paper(paper_id) if one.tracker == tracker]


def renumber(leaves: list[Any]) -> None:
    """Decisions 1, 2, 3 … again."""
    for number, decision in enumerate((leaf["decision"] for leaf in leaves if "decision" in leaf), start=1):
        decision["n"] = number
