"""The papers of a record, to be counted again."""

from pathlib import Path

from tallying import record
from tallying.commands.sources import Countable, InputError, Source


def open_record(path: str) -> Source:
    """The papers whose count is public; raises RecordError, and InputError for a folder of election files."""
    place = Path(path)
    _refuse_folder_of_files(place)
    held = record.load(place)
    papers, withheld = [], []
    for paper in held.frozen.papers:
        if held.is_public(paper.id):
            papers.append(_paper(held, paper))
        else:
            withheld.append(paper.id)
    return Source(path, tuple(papers), tuple(withheld), is_record=True)


def _refuse_folder_of_files(place: Path) -> None:
    """A record has no election file at its top: a folder that has one was meant to be searched."""
    names = sorted(item.name for item in place.glob("*.pb") if item.is_file()) if place.is_dir() else []
    if names:
        raise InputError(f"{place}: this is a folder. Name one file in it, such as {place / names[0]}.")


def _paper(held: record.Record, paper: record.RecordPaper) -> Countable:
    return Countable(
        id=paper.id,
        title=paper.title,
        election=held.election(paper.id),
        rulebook=held.rulebook(paper.id),
        published=held.outcome(paper.id),
        seed=held.seed(paper.id),
        word=paper.word,
    )
