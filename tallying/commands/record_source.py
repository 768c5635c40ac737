"""The papers of a record, to be counted again."""

from pathlib import Path

from tallying import record
from tallying.commands.sources import Countable, Source


def open_record(path: str) -> Source:
    """The papers whose count is public; raises RecordError."""
    held = record.load(Path(path))
    papers, withheld = [], []
    for paper in held.frozen.papers:
        if held.is_public(paper.id):
            papers.append(_paper(held, paper))
        else:
            withheld.append(paper.id)
    return Source(path, tuple(papers), tuple(withheld), is_record=True)


def _paper(held: record.Record, paper: record.RecordPaper) -> Countable:
    return Countable(
        id=paper.id,
        title=paper.title,
        election=held.election(paper.id),
        rulebook=held.rulebook(paper.id),
        published=held.outcome(paper.id),
        seed=held.seed(paper.id),
    )
