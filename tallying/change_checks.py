"""The check of what was decided after the first count: ``format.json`` against the register and the papers."""

from tallying.changes import Change, award_faults, departure_of, withdrawn_of
from tallying.findings import Finding, few
from tallying.record import Record
from tallying.register import DecisionLeaf


def check_changes(record: Record) -> Finding:
    """Every later decision stands in format.json as in the register, and what left or was awarded follows from it."""
    contents, register, round_id = record.contents, record.register_contents, record.round_id
    later = register.decisions[register.decisions_before_count :]
    texts = _decision_faults([one.leaf(round_id) for one in contents.changes], later)
    if contents.revision > 1 and not contents.changes:
        texts.append("a later revision without a decision that led to it")
    known = {paper.id for paper in record.frozen.papers}
    texts.extend(
        f"decision {one.n} is of no paper of the round" for one in contents.changes if one.paper_id not in known
    )
    texts.extend(f"decision {one.n} has no reason" for one in contents.changes if not one.reason)
    for paper in record.frozen.papers:
        texts.extend(f"paper {paper.id}: {text}" for text in _paper_faults(record, paper.id, contents.changes))
    count = len(contents.changes)
    return Finding(few("format.json", texts), f"{count} since the first count" if count else "none")


def _decision_faults(said: list[DecisionLeaf], logged: list[DecisionLeaf]) -> list[str]:
    missing = [leaf for leaf in logged if leaf not in said]
    strange = [leaf for leaf in said if leaf not in logged]
    texts = [f"decision {leaf.n} of the register ({leaf.word}) is not here as it was decided" for leaf in missing]
    texts.extend(
        f"its decision {leaf.n} ({leaf.word}) is not in the register after the first count" for leaf in strange
    )
    if not texts and said != logged:
        texts.append("its decisions are not in the order of the register, each once")
    return texts


def _paper_faults(record: Record, paper_id: str, changes: tuple[Change, ...]) -> list[str]:
    paper, withdrawn = record.contents.paper(paper_id), withdrawn_of(changes, paper_id)
    texts = [] if paper.withdrawn == withdrawn else ["other projects left it than two people decided"]
    departure = departure_of(changes, paper_id)
    if departure is not None:
        faults = award_faults(departure.awards, record.frozen.paper(paper_id), withdrawn)
        texts.extend(f"decision {departure.n} {text}" for text in faults)
    return texts
