"""The record: built from values, read back as the same values, the same bytes every time."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tallying.contents import Decision, Kind
from tallying.count import count
from tallying.draw import are_throws, close_root, draw_seed
from tallying.frozen import dump_frozen, frozen_sha256, load_frozen
from tallying.record import PaperResult, RecordError, build, load, to_zip
from tallying.release import RELEASE
from tallying.source_hash import source_sha256
from tests.tallying.records import (
    BALLOTS,
    KEY,
    RULEBOOK,
    TIED,
    example_files,
    example_ledger,
    example_round,
    imported_files,
    openings_of,
    signed,
)

FILES = signed(example_files())


def test_a_record_has_exactly_the_files_of_its_format() -> None:
    assert sorted(FILES) == [
        "checkpoint", "format.json", "frozen.json", "ledger.json", "papers/north/ballots.pb",
        "papers/north/openings.jsonl", "papers/north/outcome.json", "papers/north/rulebook.json", "register.jsonl",
    ]  # fmt: skip
    assert FILES["checkpoint"].startswith(b"pb-register/spring-2026\n19\n")
    assert FILES["register.jsonl"].startswith(b'{"open":{"frozen":"')


def test_the_same_values_give_the_same_bytes() -> None:
    assert to_zip(signed(example_files())) == to_zip(FILES)


def test_a_record_is_read_back_as_the_values_it_was_built_from() -> None:
    record = load(to_zip(FILES))

    assert record.frozen == example_round()
    assert record.rulebook("north") == RULEBOOK
    assert record.rows("north") == BALLOTS
    assert record.ledgers == (example_ledger(12),)
    assert record.contents.kind is Kind.CAST
    assert record.contents.key == KEY
    assert record.contents.verifier_release == RELEASE
    assert record.contents.verifier_sha256 == source_sha256()
    assert record.draws is None
    assert record.seed("north") is None


def test_the_results_page_counts_from_the_record_what_the_council_counted() -> None:
    record = load(to_zip(FILES))

    assert count(record.election("north"), record.rulebook("north")) == record.outcome("north")
    assert record.outcome("north").funded_ids == ("bench", "trees")


def test_a_round_frozen_and_read_again_has_the_same_hash() -> None:
    frozen = example_round()

    assert load_frozen(dump_frozen(frozen)) == frozen
    assert frozen_sha256(load_frozen(dump_frozen(frozen))) == frozen_sha256(frozen)


def test_a_minimum_that_is_the_whole_cost_is_no_minimum() -> None:
    frozen = example_round()
    paper = frozen.papers[0]
    whole = replace(paper, projects=tuple(replace(one, minimum=one.cost) for one in paper.projects))
    none = replace(paper, projects=tuple(replace(one, minimum=None) for one in paper.projects))

    assert dump_frozen(replace(frozen, papers=(whole,))) == dump_frozen(replace(frozen, papers=(none,)))


def test_a_withheld_paper_has_no_ballots_in_the_record_and_says_so() -> None:
    record = load(to_zip(signed(example_files(decision=Decision.WITHHOLD))))

    assert not record.is_public("north")
    assert record.contents.paper("north").reason == "Fewer than 50 ballots"
    with pytest.raises(RecordError, match=r"papers/north/ballots.pb: is not in the record"):
        record.election("north")


def test_an_imported_record_keeps_ids_and_order_of_its_file() -> None:
    record = load(to_zip(signed(imported_files())))

    assert [row_id for row_id, _ in record.rows("north")] == ["7", "10", "2"]
    assert record.contents.kind is Kind.IMPORTED
    assert record.source.file == "town.pb"
    assert [repair.code for repair in record.source.repairs] == ["crlf"]
    assert "ledger.json" not in record.files


def test_a_title_of_several_lines_stays_one_row_of_the_ballots() -> None:
    frozen = example_round()
    paper = frozen.papers[0]
    odd = replace(paper, title="North\nVOTES", projects=tuple(replace(p, title=" a \n;b") for p in paper.projects))
    outcome = load(to_zip(FILES)).outcome("north")
    result = PaperResult("north", RULEBOOK, BALLOTS, outcome, openings=openings_of(BALLOTS))

    files = build(frozen=replace(frozen, papers=(odd,)), results=[result], ledgers=[example_ledger(12)], key=KEY)

    assert load(to_zip(files)).rows("north") == BALLOTS


def test_a_result_or_ledger_that_does_not_match_the_papers_is_refused() -> None:
    result = PaperResult("north", RULEBOOK, BALLOTS, load(to_zip(FILES)).outcome("north"))

    with pytest.raises(ValueError, match="one result for each"):
        build(frozen=example_round(), results=[], key=KEY)
    with pytest.raises(ValueError, match="needs ledgers"):
        build(frozen=example_round(), results=[result], key=KEY)
    with pytest.raises(ValueError, match="must be those that are opened"):
        build(frozen=example_round(), results=[result], ledgers=[example_ledger(12)], key=KEY)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_cannot_be_read_is_named(name: str) -> None:
    record = load(to_zip({**FILES, name: b"\xff"}))
    readers: dict[str, Callable[[], object]] = {
        "format.json": lambda: record.contents,
        "frozen.json": lambda: record.frozen,
        "ledger.json": lambda: record.ledgers,
        "checkpoint": lambda: record.checkpoint,
        "papers/north/openings.jsonl": lambda: record.openings("north"),
        "register.jsonl": lambda: record.register,
        "papers/north/ballots.pb": lambda: record.rows("north"),
        "papers/north/outcome.json": lambda: record.outcome("north"),
        "papers/north/rulebook.json": lambda: record.rulebook("north"),
    }

    with pytest.raises(RecordError) as caught:
        readers[name]()

    assert caught.value.file == name


def test_the_seed_of_a_lot_is_the_hash_that_the_specification_says() -> None:
    root = close_root("spring-2026", "11" * 32, [("north", "22" * 32), ("south", "33" * 32)])

    assert root == "306afb5a32dc3485e00e3050e10724aae887ea4fb658a3ad9488ffbfb41a770e"
    seed = draw_seed(bytes.fromhex(root), "north", "1234561234")
    assert seed.hex() == "862f229032ada92ffbb2660e841cf68b7c25b6df1a26350fc5356bc890c38944"


@pytest.mark.parametrize("digits", ["", "123456123", "12345612345", "0123456123", "123456123７", "7777777777"])
def test_ten_throws_of_a_die_are_ten_digits_from_1_to_6(digits: str) -> None:
    assert not are_throws(digits)
    with pytest.raises(ValueError, match="10 throws"):
        draw_seed(bytes(32), "north", digits)


def test_dice_settle_a_tie_and_other_dice_may_settle_it_otherwise() -> None:
    winners = {
        load(to_zip(example_files(rows=TIED, budget=400_00, digits=digits))).outcome("north").funded_ids
        for digits in ("1234561234", "6543216543", "1111111111", "2222222222", "3333333333")
    }

    assert winners == {("bench",), ("wifi",)}
