"""Records that a cheating council made and signed itself: the signature is good, the rest gives it away."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tallying.bundle import Bundle
from tallying.canonical import sha256_hex
from tallying.contents import Decision, PaperContents, dump_contents, load_contents
from tallying.draw import dump_draws, load_draws
from tallying.election import Approval
from tallying.frozen import dump_frozen, load_frozen
from tallying.ledger import dump_ledgers
from tallying.outcome import Funded, Outcome
from tallying.record import Record, RecordPaper
from tallying.report import Report
from tallying.rulebook import Rulebook
from tallying.verify import verify
from tests.tallying.records import (
    BALLOTS,
    KEY,
    LISTED,
    OTHER_KEY,
    TIED,
    example_files,
    example_ledger,
    example_round,
    signed,
    tracker,
)

HONEST = example_files()
BALLOTS_PB, OUTCOME, RULEBOOK = (f"papers/north/{name}" for name in ("ballots.pb", "outcome.json", "rulebook.json"))


def forged(files: Mapping[str, bytes], **changes: bytes) -> Report:
    """The report on the files with changes, all signed with the council's own key."""
    names = {"ballots": BALLOTS_PB, "outcome": OUTCOME, "rulebook": RULEBOOK}
    changed = {names.get(key, f"{key}.json"): data for key, data in changes.items()}
    return verify(Record(Bundle(signed({**files, **changed}))))


def with_ballots(ballots: bytes) -> Report:
    """The report on a record whose ballots were changed and whose format.json names them."""
    return forged(HONEST, ballots=ballots, format=paper_changed(ballots_sha256=sha256_hex(ballots)))


def paper_changed(**changes: Any) -> bytes:
    """format.json with one paper changed."""
    contents = load_contents(HONEST["format.json"])
    paper: PaperContents = replace(contents.papers[0], **changes)
    return dump_contents(replace(contents, papers=(paper,)))


def frozen_changed(change: Callable[[RecordPaper], RecordPaper]) -> bytes:
    frozen = load_frozen(HONEST["frozen.json"])
    return dump_frozen(replace(frozen, papers=(change(frozen.papers[0]),)))


def test_an_invented_winner_is_found_by_the_recount() -> None:
    outcome = Outcome.from_json(HONEST[OUTCOME])
    bribed = replace(outcome, funded=(Funded("youth", 600_00), Funded("bench", 400_00)))
    report = forged(HONEST, outcome=bribed.to_json())

    assert report.files == (OUTCOME,)
    assert "it funds youth, bench; the ballots give bench, trees" in "\n".join(report.lines())


def test_a_changed_figure_in_the_trace_is_found() -> None:
    outcome = Outcome.from_json(HONEST[OUTCOME])
    report = forged(HONEST, outcome=replace(outcome, steps=outcome.steps[:-1]).to_json())

    assert report.files == (OUTCOME,)
    assert "figures or steps differ" in "\n".join(report.lines())


def test_changed_marks_are_not_those_that_were_opened() -> None:
    report = with_ballots(HONEST[BALLOTS_PB].replace(b";bench\n", b";youth\n").replace(b";trees\n", b";youth\n"))

    assert report.files == (BALLOTS_PB,)


def test_ballots_swapped_behind_the_hash_in_format_json_are_found() -> None:
    assert forged(HONEST, ballots=HONEST[BALLOTS_PB].replace(b";youth\n", b";trees\n", 1)).files == (BALLOTS_PB,)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"num_votes;12", b"num_votes;012", "byte for byte"),
        (b"budget;1000.00", b"budget;1000.0", "byte for byte"),
        (b"currency;GBP", b"currency;EUR", "byte for byte"),
        (b";400.00;", b";300.00;", "byte for byte"),
        (b"VOTES\n", b"VOTES\r\n", "byte for byte"),
        (tracker(1).encode(), tracker(0).encode(), "stands twice"),
        (tracker(0).encode(), tracker(40).encode(), "out of order"),
        (tracker(0).encode(), b"A" * 15, "no tracker"),
        (b";bench,trees\n", b";trees,bench\n", "byte for byte"),
        (b";bench,trees\n", b";bench,trees,wifi\n", "may not stand on this paper"),
        (b";bench\n", b";\n", "may not stand on this paper"),
        (b";bench\n", b";pool\n", "pool"),
    ],
)
def test_ballots_that_may_not_stand_or_are_spelt_otherwise_are_found(old: bytes, new: bytes, reason: str) -> None:
    report = with_ballots(HONEST[BALLOTS_PB].replace(old, new, 1))

    assert report.files == (BALLOTS_PB,)
    assert reason in "\n".join(report.lines())


def test_another_rulebook_than_the_frozen_one_is_found() -> None:
    assert forged(HONEST, rulebook=LISTED.to_json()).files == (RULEBOOK,)


def test_a_rulebook_that_cannot_be_counted_is_found() -> None:
    assert forged(HONEST, rulebook=HONEST[RULEBOOK].replace(b'"cap":"none"', b'"cap":"1/2"')).files == (RULEBOOK,)


def test_money_or_costs_changed_after_the_opening_change_the_frozen_hash_and_the_rest() -> None:
    report = forged(HONEST, frozen=frozen_changed(lambda paper: replace(paper, title="South ward")))

    assert not report.holds
    assert sha256_hex(HONEST["frozen.json"]) not in "\n".join(report.lines())


@pytest.mark.parametrize(
    "change",
    [
        lambda paper: replace(paper, areas=("west",)),
        lambda paper: replace(paper, projects=(paper.projects[0], *paper.projects)),
        lambda paper: replace(paper, projects=(replace(paper.projects[0], id="../bench"), *paper.projects[1:])),
        lambda paper: replace(paper, projects=(replace(paper.projects[0], pots=("other",)), *paper.projects[1:])),
        lambda paper: replace(paper, projects=(replace(paper.projects[0], exclusions=("pool",)), *paper.projects[1:])),
        lambda paper: replace(paper, projects=(replace(paper.projects[0], pictures=("a.jpg",)), *paper.projects[1:])),
    ],
)
def test_a_frozen_paper_that_contradicts_itself_is_found(change: Callable[[RecordPaper], RecordPaper]) -> None:
    assert forged(HONEST, frozen=frozen_changed(change)).files == ("frozen.json",)


def test_a_record_of_two_rounds_is_found() -> None:
    assert forged(HONEST, frozen=dump_frozen(replace(example_round(), id="autumn-2026"))).files == ("frozen.json",)


def test_papers_listed_in_one_file_alone_are_found() -> None:
    contents = load_contents(HONEST["format.json"])
    report = forged(HONEST, format=dump_contents(replace(contents, papers=contents.papers * 2)))

    assert "format.json" in report.files


def test_a_withdrawal_of_a_project_that_is_not_on_the_paper_is_found() -> None:
    assert forged(HONEST, format=paper_changed(withdrawn=("pool",))).files == ("format.json",)


def test_a_key_that_is_not_the_signers_is_found() -> None:
    contents = load_contents(HONEST["format.json"])

    assert forged(HONEST, format=dump_contents(replace(contents, key=OTHER_KEY))).files == ("checkpoint",)
    assert not forged(HONEST, format=dump_contents(replace(contents, key=KEY[:-1]))).holds


def test_a_ledger_that_does_not_balance_or_match_the_count_is_found() -> None:
    ledger = example_ledger(12)

    for wrong in (replace(ledger, refused=5), example_ledger(11), replace(ledger, paper_id="south")):
        assert forged(HONEST, ledger=dump_ledgers((wrong,))).files == ("ledger.json",)


def test_ballots_added_without_voters_marked_are_found() -> None:
    stuffed = (*BALLOTS, (tracker(12), Approval(("youth",))))
    files = {**example_files(rows=stuffed), "ledger.json": HONEST["ledger.json"]}

    assert verify(Record(Bundle(signed(files)))).files == ("ledger.json",)


def test_ballots_published_although_withheld_and_the_other_way_round_are_found() -> None:
    without = {name: data for name, data in HONEST.items() if name != BALLOTS_PB}

    assert BALLOTS_PB in forged(HONEST, format=paper_changed(decision=Decision.WITHHOLD)).files
    assert BALLOTS_PB in forged(without).files


def test_a_withheld_outcome_of_another_rulebook_is_found() -> None:
    withheld = example_files(decision=Decision.WITHHOLD)
    outcome = Outcome.from_json(withheld[OUTCOME])

    changes: list[dict[str, Any]] = [{"rulebook_sha256": "0" * 64}, {"budget": 2_000_00}, {"unfunded": ()}]
    for wrong in (replace(outcome, **change) for change in changes):
        assert forged(withheld, outcome=wrong.to_json()).files == (OUTCOME,)


def test_an_undecided_count_is_no_result() -> None:
    report = verify(Record(Bundle(signed(example_files(rows=TIED, budget=400_00)))))

    assert report.files == (OUTCOME,)
    assert "a lot must be drawn first" in "\n".join(report.lines())


def test_dice_thrown_again_are_found() -> None:
    drawn = example_files(rows=TIED, budget=400_00, digits="1234561234")
    sheet = load_draws(drawn["draw.json"])
    other = replace(sheet, draws=(replace(sheet.draws[0], digits="1234561235"),))

    assert forged(drawn, draw=dump_draws(other)).files == (OUTCOME,)
    assert forged(drawn, draw=dump_draws(replace(sheet, close_root="0" * 64))).files == ("draw.json",)
    assert forged(drawn, draw=dump_draws(replace(sheet, draws=sheet.draws * 2))).files == ("draw.json",)
    assert forged(drawn, draw=dump_draws(replace(sheet, draws=()))).files == ("draw.json",)


def test_a_lot_that_was_not_needed_is_found() -> None:
    assert forged(example_files(digits="1234561234")).files == ("draw.json",)


def test_a_rulebook_is_read_as_the_rulebook_that_it_was() -> None:
    assert Rulebook.from_json(HONEST[RULEBOOK]).to_json() == HONEST[RULEBOOK]
