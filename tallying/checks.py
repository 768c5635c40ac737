"""The checks of a record, one function each: ``check(record) -> Finding``.

A check raises RecordError, naming the file, where that file cannot be read at all.
"""

from tallying.ballots_file import CountedPaper, Rows, row_faults
from tallying.bundle import paper_file
from tallying.canonical import LIMIT, sha256_hex
from tallying.commitment import fingerprint_digits
from tallying.contents import Contents, Kind, PaperContents
from tallying.count import count
from tallying.ed25519 import is_public_key
from tallying.findings import Finding, few
from tallying.frozen import FrozenRound, RecordPaper
from tallying.ids import is_project_id, is_round_or_paper_id, is_sha256, is_time
from tallying.ledger import Ledger, check_ledger
from tallying.openings import counted_rows
from tallying.outcome import Outcome
from tallying.record import Record
from tallying.record_error import RecordError
from tallying.report import Fault
from tallying.rulebook import too_fine
from tallying.withheld import withheld_faults


def expected_names(record: Record) -> frozenset[str]:
    """The names that this record must have, by its format.json; raises RecordError."""
    contents = record.contents
    names = {"format.json", "frozen.json"}
    names.update(("register.jsonl", "checkpoint") if contents.format else ("manifest.json",))
    names.add("ledger.json" if contents.kind is Kind.CAST else "issues.json")
    if "draw.json" in record.files and contents.kind is Kind.CAST:
        names.add("draw.json")  # whether a lot was needed is checked with the count
    for paper in contents.papers:
        names.update(paper_file(paper.id, name) for name in _paper_names(contents, paper))
    return frozenset(names)


def _paper_names(contents: Contents, paper: PaperContents) -> list[str]:
    names = ["outcome.json", "rulebook.json"]
    if paper.is_public:
        names.append("ballots.pb")
    if paper.is_public and contents.format and contents.kind is Kind.CAST:
        names.append("openings.jsonl")
    return names


def check_readable(record: Record) -> Finding:
    """Every file has a name that a record may have, and can be read from its zip or folder."""
    bundle = record.bundle
    faults = [
        *(Fault(name, what) for name, what in bundle.broken),
        *(Fault(name, "does not belong to a record") for name in bundle.strangers),
    ]
    return Finding(tuple(faults), f"{len(bundle.files)} files")


def check_names(record: Record) -> Finding:
    """Exactly the files of this record: none missing, none more."""
    expected, held = expected_names(record), set(record.files)
    unreadable = {name for name, _ in record.bundle.broken}
    missing = sorted(expected - held - unreadable)
    faults = [
        *(Fault(name, "is missing") for name in missing),
        *(Fault(name, "does not belong to this record") for name in sorted(held - expected)),
    ]
    return Finding(tuple(faults), f"exactly these {len(expected)}")


def check_signer(record: Record, signer: str) -> Finding:
    """The key is the one whose fingerprint the reader gave, in any grouping; ValueError: it is none."""
    found = record.contents.fingerprint
    if fingerprint_digits(found) == fingerprint_digits(signer):
        return Finding(note=found)
    return Finding((Fault("format.json", f"signed by {found}, not by {signer}"),))


def check_frozen(record: Record) -> Finding:
    """frozen.json is of the round and the papers that format.json names, and every id is sound."""
    frozen, contents = record.frozen, record.contents
    faults = []
    if not is_public_key(contents.key):
        faults.append(Fault("format.json", "its key is no Ed25519 public key"))
    if contents.round_id != frozen.id or not is_round_or_paper_id(frozen.id):
        faults.append(Fault("frozen.json", f"is of the round {frozen.id!r}, not {contents.round_id!r}"))
    papers = [paper.id for paper in frozen.papers]
    if papers != [paper.id for paper in contents.papers] or len(set(papers)) < len(papers):
        faults.append(Fault("format.json", "its papers are not those of frozen.json, each once"))
    for paper in frozen.papers:
        texts = _paper_faults(paper, {area.id for area in frozen.areas}, contents.kind)
        faults.extend(Fault("frozen.json", f"paper {paper.id}: {text}") for text in texts)
    if frozen.format != contents.format:
        faults.append(Fault("frozen.json", f"is of format {frozen.format}, not {contents.format}"))
    faults.extend(Fault("frozen.json", text) for text in _round_faults(frozen, contents.kind))
    faults.extend(_withdrawal_faults(frozen, contents))
    faults.extend(_hash_faults(contents))
    return Finding(tuple(faults), f"SHA-256 {sha256_hex(record.files['frozen.json'])}")


def check_rulebook(record: Record, paper_id: str) -> Finding:
    """The rulebook is the one that frozen.json names by its hash."""
    name, rulebook = paper_file(paper_id, "rulebook.json"), record.rulebook(paper_id)
    frozen = record.counted(paper_id).paper.rulebook_sha256
    if rulebook.sha256() != frozen:
        return Finding((Fault(name, f"is not the rulebook that was frozen: its hash is not {frozen}"),))
    if texts := too_fine(rulebook, record.counted(paper_id).paper.exponent):
        return Finding(few(name, texts))
    return Finding(note=f"SHA-256 {frozen}")


def check_ballots(record: Record, paper_id: str) -> Finding:
    """Every ballot may stand on its paper; trackers are sorted, each once; the bytes follow from them."""
    name, counted, rows = paper_file(paper_id, "ballots.pb"), record.counted(paper_id), record.rows(paper_id)
    texts = row_faults(rows, counted)
    if not texts and counted.ballots_pb(rows) != record.files[name]:
        texts.append("is not what its ballots, the frozen paper and the rulebook give, byte for byte")
    if record.contents.format and record.contents.kind is Kind.CAST and rows != counted_rows(record.openings(paper_id)):
        texts.append("has other ballots than those that openings.jsonl opens")
    if sha256_hex(record.files[name]) != record.contents.paper(paper_id).ballots_sha256:
        texts.append("is not the file whose hash stands in format.json")
    return Finding(few(name, texts), f"{len(rows)} ballots")


def check_outcome(record: Record, paper_id: str) -> Finding:
    """Counting the published ballots again gives outcome.json, byte for byte."""
    name, counted = paper_file(paper_id, "outcome.json"), record.counted(paper_id)
    rows, seed, published = record.rows(paper_id), record.seed(paper_id), record.outcome(paper_id)
    if not published.is_decided:
        return Finding((Fault(name, "is undecided: a lot must be drawn first"),))
    again = _recount(counted, rows, seed, name)
    if again.to_json() != record.files[name]:
        return Finding((Fault(name, f"is not what a recount gives: {_contrast(published, again)}"),))
    if seed is not None and _recount(counted, rows, None, name).is_decided:
        return Finding((Fault("draw.json", f"paper {paper_id}: no lot was needed"),))
    funded = len(published.funded)
    return Finding(note=f"recounted, {funded} {'project' if funded == 1 else 'projects'} funded, byte for byte")


def check_withheld(record: Record, paper_id: str) -> Finding:
    """What can be known of a paper whose ballots are not public: its figures follow from the rest."""
    name, counted, outcome = paper_file(paper_id, "outcome.json"), record.counted(paper_id), record.outcome(paper_id)
    try:
        texts = withheld_faults(outcome, counted, record.seed(paper_id))
    except ValueError as error:
        raise RecordError(name, f"cannot be the outcome of its paper: {error}") from error
    return Finding(few(name, texts), "count not public")


def check_ledgers(record: Record) -> Finding:
    """One ledger a paper, each balanced, and its ballots counted are those of the outcome."""
    ledgers, contents = record.ledgers, record.contents
    if [ledger.paper_id for ledger in ledgers] != [paper.id for paper in contents.papers]:
        return Finding((Fault("ledger.json", "its papers are not those of format.json"),))
    texts = [
        f"paper {ledger.paper_id}: {text}"
        for ledger, paper in zip(ledgers, contents.papers, strict=True)
        for text in _ledger_faults(record, ledger, paper)
    ]
    return Finding(few("ledger.json", texts), f"{sum(ledger.counted for ledger in ledgers)} ballots counted, balanced")


def check_source(record: Record) -> Finding:
    """issues.json says which file was imported and what was mended while reading it."""
    source = record.source
    return Finding(note=f"{source.file}, SHA-256 {source.sha256}, {len(source.repairs)} repairs")


def check_draws(record: Record, root: str) -> Finding:
    """The lots are of papers of this round, each once, and were drawn after the ballots were fixed by this root."""
    sheet, contents = record.draws, record.contents
    if sheet is None:
        return Finding(note="none was drawn")
    papers = [draw.paper_id for draw in sheet.draws]
    known = [paper.id for paper in contents.papers if paper.id in papers]
    texts = {
        "its papers are not those of the round, in their order, each once": papers != known or not papers,
        f"its close root is not that of this record: {root}": sheet.close_root != root,
    }
    return Finding(few("draw.json", [text for text, is_true in texts.items() if is_true]), f"{len(papers)} drawn")


def _paper_faults(paper: RecordPaper, areas: set[str], kind: Kind) -> list[str]:
    pots = {pot.id for pot in paper.pots}
    ids = [project.id for project in paper.projects]
    pictures = [picture for project in paper.projects for picture in project.pictures]
    faults = {
        "its money is 2^53 minor units or more": paper.budget >= LIMIT,
        "its id may not be a folder's name": not is_round_or_paper_id(paper.id),
        "a project stands twice": len(set(ids)) < len(ids),
        "a project's id is not of the right form": kind is Kind.CAST and not all(map(is_project_id, ids)),
        "a pot stands twice": len({pot.id for pot in paper.pots}) < len(paper.pots),
        "a project takes no less than more than its cost": any(
            project.minimum is not None and project.minimum > project.cost for project in paper.projects
        ),
        "a pot or a rival of a project is named twice": any(
            len(set(ids)) < len(ids) for project in paper.projects for ids in (project.pots, project.exclusions)
        ),
        "an area is not one of the round's, or twice": not set(paper.areas) <= areas
        or len(set(paper.areas)) < len(paper.areas),
        "a project lies in an area that is not one of the round's": kind is Kind.CAST
        and any(project.area not in areas | {""} for project in paper.projects),
        "a project is paid from a pot that the paper has not": any(
            not set(project.pots) <= pots for project in paper.projects
        ),
        "a project excludes one that is not on the paper": any(
            not set(project.exclusions) <= set(ids) - {project.id} for project in paper.projects
        ),
        "a picture is not named by its SHA-256": not all(map(is_sha256, pictures)),
    }
    return [text for text, is_true in faults.items() if is_true]


def _round_faults(frozen: FrozenRound, kind: Kind) -> list[str]:
    opens, closes = frozen.timetable.opens_at, frozen.timetable.closes_at
    faults = {
        "an area stands twice": len({area.id for area in frozen.areas}) < len(frozen.areas),
        "its voting does not open at one time and close at a later one": kind is Kind.CAST
        and not (is_time(opens) and is_time(closes) and opens < closes),
    }
    return [text for text, is_true in faults.items() if is_true]


def _hash_faults(contents: Contents) -> list[Fault]:
    """The openings of a round of ours have a hash also where they are withheld."""
    is_hashed = contents.format > 0 and contents.kind is Kind.CAST
    return [
        Fault("format.json", f"paper {paper.id}: the hash of its openings is missing, or has no place here")
        for paper in contents.papers
        if bool(paper.openings_sha256) != is_hashed
    ]


def _withdrawal_faults(frozen: FrozenRound, contents: Contents) -> list[Fault]:
    on_paper = {paper.id: {project.id for project in paper.projects} for paper in frozen.papers}
    return [
        Fault("format.json", f"paper {paper.id}: withdraws a project that is not on it, or one twice")
        for paper in contents.papers
        if not set(paper.withdrawn) <= on_paper.get(paper.id, set()) or len(set(paper.withdrawn)) < len(paper.withdrawn)
    ]


def _recount(counted: CountedPaper, rows: Rows, seed: bytes | None, name: str) -> Outcome:
    try:
        return count(counted.election(ballot for _, ballot in rows), counted.rulebook, seed)
    except ValueError as error:
        raise RecordError(name, f"cannot be counted again: {error}") from error


def _contrast(published: Outcome, again: Outcome) -> str:
    if published.funded_ids != again.funded_ids:
        said, found = ", ".join(published.funded_ids) or "none", ", ".join(again.funded_ids) or "none"
        return f"it funds {said}; the ballots give {found}"
    return "the same projects are funded, but the figures or steps differ"


def _ledger_faults(record: Record, ledger: Ledger, paper: PaperContents) -> list[str]:
    outcome, rulebook = record.outcome(paper.id), record.rulebook(paper.id)
    faults = check_ledger(ledger, rulebook.ballot.ballots_per_voter)
    if ledger.counted != outcome.voters:
        faults.append(f"{ledger.counted} ballots counted, but the outcome has {outcome.voters}")
    return faults
