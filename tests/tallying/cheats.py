"""What a council that holds the signing key could change in a rich record: one function a cheat."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from tallying.ballots_file import CountedPaper
from tallying.frozen import load_frozen
from tallying.merkle import root_of
from tallying.openings import counted_rows, dump_openings, load_openings
from tallying.rulebook import Rulebook
from tests.tallying.forging import (
    CHECKPOINT,
    EAST,
    NORTH,
    REGISTER,
    SOUTH,
    Change,
    Files,
    changed,
    checkpoint_of,
    commitments,
    leaf_at,
    line_of,
    recounted,
    refrozen,
    relined,
    renumber,
    together,
)  # fmt: skip
from tests.tallying.rich_record import (
    CHANGED,
    ONLINE,
    ROUND,
    SHEETS,
    SUPERSEDED,
    VOIDED,
    digest_of,
    openings_of_paper,
    tracker_of,
)


def swap_openings(lines: list[Any]) -> None:
    """Two voters of the north who chose differently."""
    one, other = line_of(lines, "north", 8), line_of(lines, "north", 9)
    for key in ("ballot", "r"):
        one[key], other[key] = other[key], one[key]


def take_from_another_paper(files: Files) -> Files:
    """The older version of a voter in the north, and of one in the south, change places."""
    north, south = (
        next(one.digest.hex() for one in openings_of_paper(paper) if one.tracker == tracker_of(paper, CHANGED[0]))
        for paper in ("north", "south")
    )
    one = relined(f"{NORTH}/openings.jsonl", lambda lines: line_of(lines, "north", CHANGED[0]).update(d=south))
    other = relined(f"{SOUTH}/openings.jsonl", lambda lines: line_of(lines, "south", CHANGED[0]).update(d=north))
    return together(one, other)(files)


def open_older(lines: list[Any]) -> None:
    """The version before the last one, with its true nonce; the last one closed with its true digest."""
    tracker = tracker_of("north", CHANGED[0])
    last = next(one for one in openings_of_paper("north") if one.tracker == tracker and one.version > 1)
    older, newer = line_of(lines, "north", CHANGED[0], 1), line_of(lines, "north", CHANGED[0], 2)
    ballot = {"ids": ["wifi"], "kind": "approval"}
    older.update(ballot=ballot, r=digest_of(f"older {tracker}").hex(), w="")
    del older["d"]
    newer.update(d=last.digest.hex())
    for key in ("ballot", "r", "w"):
        del newer[key]


def open_voided(lines: list[Any]) -> None:
    line = line_of(lines, "north", VOIDED)
    line.update(ballot={"ids": ["wifi"], "kind": "approval"}, r=digest_of(line["t"]).hex(), w="4071")
    del line["d"]


def lose_first_version(files: Files) -> Files:
    """No trace is left of it: not in the openings, not in the register, not in the ledger."""
    lost = commitments("north", CHANGED[0])[0]
    return together(
        relined(f"{NORTH}/openings.jsonl", lambda lines: lines.remove(line_of(lines, "north", CHANGED[0]))),
        relined(REGISTER, lambda leaves: leaves.remove({"ballot": {"c": lost}})),
        changed("ledger.json", lambda value: _lose_one(value["papers"][0][1])),
    )(files)


def _lose_one(ledger: Any) -> None:
    ledger["superseded"] -= 1
    ledger["received"][0][1] -= 1


def pick_three(files: Files) -> Files:
    """A ballot of the north names three projects where two may be named; the register fits."""
    voter = 8
    old = commitments("north", voter)[0]
    ballot = {"ids": ["bench", "trees", "wifi"], "kind": "approval"}
    files = relined(f"{NORTH}/openings.jsonl", lambda lines: line_of(lines, "north", voter).update(ballot=ballot))(
        files
    )
    openings = load_openings(files[f"{NORTH}/openings.jsonl"])
    new = next(one.commitment(ROUND, "north") for one in openings if one.tracker == tracker_of("north", voter))
    return recounted(relined(REGISTER, lambda leaves: _replace_first_batch(leaves, old, new))(files))


def _replace_first_batch(leaves: list[Any], old: str, new: str) -> None:
    """The north's batch of the first night, sorted again."""
    place, north = leaf_at(leaves, "ballot"), len(_first_night("north"))
    batch = [leaf["ballot"]["c"] for leaf in leaves[place : place + north]]
    batch[batch.index(old)] = new
    leaves[place : place + north] = [{"ballot": {"c": c}} for c in sorted(batch)]


def backdate(leaves: list[Any]) -> None:
    """A voter who changed their vote: the later version joins on the first night, the earlier one on the last."""
    earlier, later = commitments("north", CHANGED[0])
    late = sorted([commitments("north", n)[1] for n in CHANGED] + [commitments("north", n)[0] for n in SHEETS])
    place = leaves.index({"ballot": {"c": late[0]}})
    batch = sorted(earlier if c == later else c for c in late)
    leaves[place : place + len(late)] = [{"ballot": {"c": c}} for c in batch]
    _replace_first_batch(leaves, earlier, later)


def _first_night(paper_id: str) -> list[str]:
    return [commitments(paper_id, number)[0] for number in range(ONLINE)]


def turn_withheld_batch(leaves: list[Any]) -> None:
    place = leaf_at(leaves, "ballot") + ONLINE
    leaves[place : place + ONLINE] = reversed(leaves[place : place + ONLINE])


def move_batch(leaves: list[Any]) -> None:
    """The last ballots of the south, of three voters, join on the night in the middle."""
    late = [leaf for leaf in leaves if leaf.get("ballot", {}).get("c") in {commitments("south", n)[1] for n in CHANGED}]
    for leaf in late:
        leaves.remove(leaf)
    place = leaf_at(leaves, "night", 1) + 1
    leaves[place:place] = late


def reopen(leaves: list[Any]) -> None:
    place = leaf_at(leaves, "night", 2)
    taken_back = {"decision": {"kind": "withdraw_opening", "n": 0, "sha256": "0" * 64}}
    leaves[place:place] = [taken_back, leaves[0]]
    renumber(leaves)


def swap_days(leaves: list[Any]) -> None:
    one, other = leaves[leaf_at(leaves, "night", 0)]["night"], leaves[leaf_at(leaves, "night", 1)]["night"]
    one["day"], other["day"] = other["day"], one["day"]


def void_the_superseded(leaves: list[Any]) -> None:
    tracker = tracker_of("north", SUPERSEDED)
    leaves.remove({"superseded_by_paper": {"t": tracker}})
    voids = [leaf["void"]["t"] for leaf in leaves if "void" in leaf]
    first = leaf_at(leaves, "void")
    leaves[first : first + len(voids)] = [{"void": {"code": "error", "t": t}} for t in sorted([*voids, tracker])]


def decide_later(leaves: list[Any]) -> None:
    """The decision about the last paper's ballots stands after the first count."""
    place = leaf_at(leaves, "count")
    leaves[place - 1], leaves[place] = leaves[place], leaves[place - 1]
    renumber(leaves)


def publish_withheld(files: Files) -> Files:
    """The ballots of the east are published against the decision that was logged."""
    openings = openings_of_paper("east")
    frozen, rulebook = load_frozen(files["frozen.json"]), Rulebook.from_json(files[f"{EAST}/rulebook.json"])
    ballots = CountedPaper(frozen, frozen.paper("east"), rulebook).ballots_pb(counted_rows(openings))
    files = {**files, f"{EAST}/openings.jsonl": dump_openings(openings), f"{EAST}/ballots.pb": ballots}
    return changed("format.json", lambda value: value["papers"][1].update(decision="publish"))(files)


def draw_on_another_root(files: Files) -> Files:
    lines = files[REGISTER].split(b"\n")[:-1]
    return changed("draw.json", lambda value: value.update(close_root=root_of(lines).hex()))(files)


def ledger_of(place: int, **changes: Any) -> Change:
    return changed("ledger.json", lambda value: value["papers"][place][1].update(changes))


def paper_of(place: int, **changes: Any) -> Change:
    return changed("format.json", lambda value: value["papers"][place].update(changes))


def frozen_paper(change: Callable[[Any], Any]) -> Change:
    """The north changed before anything was counted."""
    return together(changed("frozen.json", lambda value: change(value["papers"][0])), refrozen)


def log_twice(leaves: list[Any]) -> None:
    """The last ballot of the last night once more on the first."""
    last = [leaf for leaf in leaves if "ballot" in leaf][-1]
    leaves.insert(leaf_at(leaves, "night", 1), last)


def lose_withheld(leaves: list[Any]) -> None:
    leaves.remove({"ballot": {"c": commitments("east", 20)[0]}})


def shout(lines: list[Any]) -> None:
    line = line_of(lines, "north", VOIDED)
    line["d"] = line["d"].upper()


def reopen_imported(leaves: list[Any]) -> None:
    leaves[1:1] = [{"decision": {"kind": "withdraw_opening", "n": 1, "sha256": "0" * 64}}, leaves[0]]


def decide_before_import(leaves: list[Any]) -> None:
    leaves.insert(1, {"decision": {"kind": "extend", "n": 1, "sha256": "0" * 64}})


def pretend_lot(outcome: Any) -> None:
    outcome["drawn"] = "0" * 64


def pay_more(outcome: Any) -> None:
    outcome["funded"][0][1] += 100_00
    outcome.update(cost=outcome["cost"] + 100_00, remaining=outcome["remaining"] - 100_00)


def close_before_opening(files: Files) -> Files:
    times = {"opens_at": "2026-03-13T17:00:00Z", "closes_at": "2026-03-01T09:00:00Z"}
    return refrozen(changed("frozen.json", lambda value: value.update(timetable=times))(files))


def draw_for_south(sheet: Any) -> None:
    sheet["draws"].append({**sheet["draws"][0], "paper": "south"})


def sign_for_another_round(files: Files) -> Files:
    return {**files, CHECKPOINT: checkpoint_of(files, "pb-register/autumn-2026")}


def use_unused_bits(files: Files) -> Files:
    """The last digit before the padding of the root holds two bits that no byte has."""
    size, root = files[CHECKPOINT].split(b"\n")[1:3]
    digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    odd = root[:-2] + bytes([digits[digits.index(root[-2]) + 1]]) + b"="
    assert base64.b64decode(odd) == base64.b64decode(root)
    return {**files, CHECKPOINT: files[CHECKPOINT].replace(size + b"\n" + root, size + b"\n" + odd)}
