"""The checks of a record against its register (format 1): ``check(record) -> Finding``.

A check raises RecordError, naming the file, where that file cannot be read at all.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tallying import ed25519
from tallying.bundle import paper_file
from tallying.canonical import sha256_hex
from tallying.checkpoint import Checkpoint, origin, read_saved
from tallying.contents import Kind
from tallying.findings import Finding, few, key_of
from tallying.ledger import has_sheets
from tallying.merkle import root_of
from tallying.openings import opening_faults
from tallying.record import Record
from tallying.register import publication_sha256
from tallying.register_order import order_faults
from tallying.report import Fault
from tallying.signed_note import Note, NoteError, NoteKey

REGISTER, CHECKPOINT = "register.jsonl", "checkpoint"
_NOT_OURS = "its signature was not made with the key in format.json"
FEWEST = 50
"""Ballots on one paper that join the register together, but for the last batch."""


def check_register(record: Record) -> Finding:
    """The checkpoint is signed by the key in format.json, and the register has its size and root.

    Where they do not fit, the signature tells which of them was changed.
    """
    checkpoint, note = record.checkpoint
    lines, key = record.register_lines, key_of(record)
    actual = Checkpoint(origin(record.round_id), len(lines), root_of(lines))
    is_signed = key is None or note.is_signed_by(NoteKey(actual.origin, key))
    if len(note.signatures) != 1:
        return _fault(CHECKPOINT, "has another signature than the council's alone")
    if not is_signed and (checkpoint.size, checkpoint.root) == (actual.size, actual.root) and _is_recounted(record):
        return _fault("format.json", "has been changed: its SHA-256 is not the one in the register")
    if checkpoint != actual:
        return _blamed(record, actual)
    if not is_signed:
        return _fault(CHECKPOINT, _NOT_OURS)
    texts = order_faults(record.register)
    if texts:
        return Finding(few(REGISTER, texts))
    return Finding(note=f"{len(lines)} entries, root {actual.root.hex()}, signed")


def check_counted(record: Record) -> Finding:
    """Every file has the hash that the last count in the register gives it."""
    counts = record.register_contents.counts
    listed = dict(counts[-1].files) if counts else {}
    actual = {name: sha256_hex(data) for name, data in record.files.items() if name not in (REGISTER, CHECKPOINT)}
    known = {*actual, *(name for name, _ in record.bundle.broken)}
    changed = [name for name in sorted(actual) if name in listed and listed[name] != actual[name]]
    faults = [
        *(Fault(name, "has been changed: its SHA-256 is not the one in the register") for name in changed),
        *(Fault(name, "is in the register, but not here") for name in sorted(set(listed) - known)),
        *(Fault(name, "is not in the register") for name in sorted(set(actual) - set(listed))),
    ]
    if not faults and counts and counts[-1].revision != record.contents.revision:
        faults.append(Fault("format.json", "is of another revision than the last count in the register"))
    return Finding(tuple(faults), f"{len(actual)} hashes agree")


def check_since(record: Record, saved: bytes) -> Finding:
    """The register begins with that of a checkpoint that the reader saved.

    Raises NoteError where it is none of this round.
    """
    checkpoint, note = read_saved(saved)
    own = origin(record.round_id)
    if checkpoint.origin != own:
        raise NoteError(f"the checkpoint is of {checkpoint.origin}, the record of {own}")
    return compare_since(record.register_lines, record.contents.key, checkpoint, note)


def compare_since(
    lines: Sequence[bytes], key: bytes, checkpoint: Checkpoint, note: Note, key_file: str = "format.json"
) -> Finding:
    """Whether the register's lines begin with those of a checkpoint that this key, given in ``key_file``, signed."""
    if not note.is_signed_by(NoteKey(checkpoint.origin, key)):
        text = "its key did not sign the checkpoint that you saved. Look whether you kept every character of it"
        return _fault(key_file, text)
    if len(lines) < checkpoint.size:
        text = f"was rolled back: it has {len(lines)} entries, the checkpoint that you saved had {checkpoint.size}"
        return _fault(REGISTER, text)
    if root_of(lines[: checkpoint.size]) != checkpoint.root:
        return _fault(REGISTER, "was rewritten: it does not begin with the entries of the checkpoint that you saved")
    return Finding(note=f"{checkpoint.size} entries then, {len(lines)} now, none changed")


def check_opening(record: Record) -> Finding:
    """The round that was frozen is the one whose opening stands in the register, under the same key."""
    contents = record.register_contents
    opened, is_cast = contents.openings[-1], record.contents.kind is Kind.CAST
    if is_cast != (contents.close is not None) or (contents.batches and not is_cast):
        return _fault(REGISTER, f"is not that of a record of kind {record.contents.kind}")
    if not is_cast and len(contents.openings) > 1:
        return _fault(REGISTER, "opens an imported round twice")
    if opened.frozen != sha256_hex(record.files["frozen.json"]):
        return _fault(
            "frozen.json", "is not what was frozen: its SHA-256 is not the one of the opening in the register"
        )
    if opened.key != record.contents.key:
        return _fault("format.json", "its key is not the one of the opening in the register")
    return Finding(note=f"frozen.json and key as logged at the opening, {opened.frozen}")


def close_root_of(record: Record) -> str:
    """What a lot builds on: the register's root up to and with its close, 64 hexadecimal digits."""
    return root_of(record.register_lines[: record.register_contents.close_size]).hex()


def check_openings(record: Record, paper_id: str) -> Finding:
    """Every version of every ballot stands in the register, and the last of each tracker alone is opened.

    No version joined on an earlier night than the one before it: on its night all that wait on a paper join.
    """
    name, openings = paper_file(paper_id, "openings.jsonl"), record.openings(paper_id)
    texts = opening_faults(openings, record.register_contents.refused)
    night_of = record.register_contents.night_of
    nights = [(one, night_of.get(one.commitment(record.round_id, paper_id))) for one in openings]
    texts.extend(
        f"version {one.version} of {one.tracker} does not stand in the register"
        for one, night in nights
        if night is None
    )
    texts.extend(
        f"version {later.version} of {later.tracker} joined the register on an earlier night than the one before it"
        for (earlier, night), (later, then) in pairwise(nights)
        if earlier.tracker == later.tracker and night is not None and then is not None and then < night
    )
    if sha256_hex(record.files[name]) != record.contents.paper(paper_id).openings_sha256:
        texts.append("is not the file whose hash stands in format.json")
    return Finding(few(name, texts), f"{len(openings)} versions, each in the register")


def check_complete(record: Record) -> Finding:
    """Every ballot in the register is opened once, in sorted batches; voided trackers are known.

    What belongs to papers whose ballots are not public is counted, against their ledgers.
    """
    contents, of_paper = record.register_contents, _papers_by_commitment(record)
    unknown = sum(c not in of_paper for c in contents.commitments)
    low, high = _withheld_rows(record)
    texts = [] if low <= unknown <= high else [f"{unknown} of its ballots are in no openings, but {low} are withheld"]
    trackers = {one.tracker for paper in _public(record) for one in record.openings(paper)}
    if not unknown:
        strangers = sorted(contents.refused - trackers)
        texts.extend(f"refuses the tracker {tracker}, which is in no openings" for tracker in strangers)
    withheld = [place for place, paper in enumerate(record.contents.papers) if not paper.is_public]
    for number, batch in enumerate(contents.batches):
        texts.extend(_batch_faults(contents.nights[number], batch, of_paper, withheld))
        if number < len(contents.batches) - 1:
            texts.extend(_small_batches(contents.nights[number], batch, of_paper))
    note = f"{len(contents.commitments)} ballots, each opened once" if not high else f"{unknown} ballots not public"
    return Finding(few(REGISTER, texts), note)


def check_decisions(record: Record) -> Finding:
    """What was decided about each paper's ballots stands in the register as in format.json."""
    contents, round_id = record.register_contents, record.round_id
    after = contents.decisions[contents.decisions_before_close :]
    first = contents.decisions[contents.decisions_before_close : contents.decisions_before_count]
    decided = {(leaf.word, leaf.sha256) for leaf in first}
    texts = [
        f"paper {paper.id}: the decision to {paper.decision} for this reason is not in the register"
        for paper in record.contents.papers
        if (paper.decision.value, publication_sha256(round_id, paper.id, paper.decision.value, paper.reason))
        not in decided
    ]
    published = [leaf for leaf in after if leaf.word in ("publish", "withhold")]
    if not texts and len(published) != len(record.contents.papers):
        texts.append("the register has other decisions about publishing than these")
    return Finding(few("format.json", texts), f"{len(contents.decisions)} in the register")


def check_received(record: Record) -> Finding:
    """The ledger's figures are those of the openings, and its voters those of the close."""
    contents = record.register_contents
    marked = contents.close.marked if contents.close else ()
    ledgers = record.ledgers
    if [one.paper_id for one in marked] != [ledger.paper_id for ledger in ledgers]:
        return _fault(REGISTER, "closes other papers than those of the ledger")
    texts = [
        f"paper {ledger.paper_id}: {ledger.marked} voters marked, but {one.size} in the register"
        for ledger, one in zip(ledgers, marked, strict=True)
        if ledger.marked != one.size
    ]
    for ledger in ledgers:
        if record.is_public(ledger.paper_id):
            texts.extend(_ledger_faults(record, ledger.paper_id))
    return Finding(few("ledger.json", texts), f"{sum(one.size for one in marked)} marked, as the register closed")


def _fault(name: str, text: str) -> Finding:
    return Finding((Fault(name, text),))


def _blamed(record: Record, actual: Checkpoint) -> Finding:
    """The register or the checkpoint was changed: whichever the signature does not fit; both where neither does."""
    checkpoint, note = record.checkpoint
    key = key_of(record) or b""
    if note.is_signed_by(NoteKey(checkpoint.origin, key)):
        if checkpoint.origin != actual.origin:
            return _fault(CHECKPOINT, f"is of {checkpoint.origin}, not of {actual.origin}")
        return _fault(REGISTER, f"is not what was signed: its {actual.size} entries have another root")
    if ed25519.verify(key, actual.text.encode(), note.signatures[0].signature):
        return _fault(CHECKPOINT, "is not as it was signed: its signature fits the register as it is")
    return Finding((Fault(CHECKPOINT, _NOT_OURS), Fault(REGISTER, "is not that of the checkpoint")))


def _is_recounted(record: Record) -> bool:
    """Whether format.json is another than the one that the register counts."""
    counts = record.register_contents.counts
    listed = dict(counts[-1].files) if counts else {}
    return listed.get("format.json") not in (None, sha256_hex(record.files["format.json"]))


def _public(record: Record) -> list[str]:
    return [paper.id for paper in record.contents.papers if paper.is_public]


def _papers_by_commitment(record: Record) -> dict[str, tuple[int, str]]:
    """By commitment: the place of its paper, and the tracker."""
    round_id = record.round_id
    return {
        one.commitment(round_id, paper.id): (place, one.tracker)
        for place, paper in enumerate(record.contents.papers)
        if paper.is_public
        for one in record.openings(paper.id)
    }


def _withheld_rows(record: Record) -> tuple[int, int]:
    """How many ballots of withheld papers the register must have, at least and at most: sheets set aside have none."""
    hidden = [ledger for ledger in record.ledgers if not record.is_public(ledger.paper_id)]
    most = sum(ledger.counted + ledger.blank + ledger.superseded + ledger.refused for ledger in hidden)
    return most - sum(ledger.refused for ledger in hidden if has_sheets(ledger)), most


def _batch_faults(day: str, batch: list[str], of_paper: dict[str, tuple[int, str]], withheld: list[int]) -> list[str]:
    """A ballot that is not public is taken for one of the first withheld paper that it can be of in this order."""
    before = (0, "")
    for c in batch:
        places = [of_paper[c][0]] if c in of_paper else withheld
        if not (following := [(place, c) for place in places if (place, c) > before]):
            return [f"the ballots of the night {day} are not sorted, paper by paper"]
        before = min(following)
    return []


def _small_batches(day: str, batch: list[str], of_paper: dict[str, tuple[int, str]]) -> list[str]:
    voters = Counter(place for place, _ in {of_paper[c] for c in batch if c in of_paper})
    voters[-1] = sum(c not in of_paper for c in batch)  # of withheld papers together: not more voters than ballots
    return [
        f"on the night {day} only {voters[place]} voters of one paper joined, fewer than {FEWEST}"
        for place in sorted(voters)
        if 0 < voters[place] < FEWEST
    ]


def _ledger_faults(record: Record, paper_id: str) -> list[str]:
    """Equal where all ballots came in online; sheets set aside and spoilt come on top where some came on paper."""
    ledger = next(one for one in record.ledgers if one.paper_id == paper_id)
    contents, openings = record.register_contents, record.openings(paper_id)
    opened = sum(one.marks is not None for one in openings)
    voided = sum(one.tracker in contents.voided for one in openings)
    counted = len(record.rows(paper_id))
    figures = {
        "counted": (ledger.counted, counted),
        "blank": (ledger.blank, opened - counted),
        "superseded": (ledger.superseded, len(openings) - opened - voided),
    }
    faults = [
        f"paper {paper_id}: {said} {name}, but {found} in the openings"
        for name, (said, found) in figures.items()
        if said != found
    ]
    if ledger.refused < voided or (not has_sheets(ledger) and ledger.refused > voided):
        faults.append(f"paper {paper_id}: {ledger.refused} refused, but {voided} versions are voided")
    return faults
