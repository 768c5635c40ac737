"""What "Check my receipt" searches in the browser: 32 files a round, by the first character of the tracker.

Made from the record's bytes alone. Whoever looks for a tracker tells us its first character at most.
"""

from __future__ import annotations

from tallying.canonical import Writable, dump_file
from tallying.frozen import RecordPaper
from tallying.openings import Opening
from tallying.picks import picks_of
from tallying.record import Record, load
from tallying.register import BallotLeaf

INITIALS = "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What a tracker may begin with."""


def receipt_file(zip_bytes: bytes, initial: str) -> bytes:
    """The canonical JSON of every public vote whose tracker begins with `initial`, paper by paper.

    Each vote has its tracker `t`, version `v`, the titles picked (none: taken back), its seal `c` and the `place` of
    that in the register.
    """
    record = load(zip_bytes)
    places = {leaf.c: place for place, leaf in enumerate(record.register) if isinstance(leaf, BallotLeaf)}
    papers: list[Writable] = []
    for paper in record.frozen.papers:
        opened = record.openings(paper.id) if _has_openings(record, paper.id) else ()
        votes = [_vote(record.round_id, paper, one, places) for one in opened if one.tracker.startswith(initial)]
        papers.append({"title": paper.title, "votes": [vote for vote in votes if vote]})
    return dump_file({"papers": papers})


def _has_openings(record: Record, paper_id: str) -> bool:
    return record.is_public(paper_id) and bool(record.contents.paper(paper_id).openings_sha256)


def _vote(round_id: str, paper: RecordPaper, one: Opening, places: dict[str, int]) -> dict[str, Writable]:
    """The vote that counts; nothing for an older version, or one that was refused."""
    if one.marks is None:
        return {}
    c = one.commitment(round_id, paper.id)
    picks = picks_of(one.marks, {project.id: project.title for project in paper.projects}, paper.word)
    return {"c": c, "picks": picks, "place": places[c], "t": one.tracker, "v": one.version}
