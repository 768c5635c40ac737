"""docs/formats/election.md says what the readers of election files do."""

import re
from pathlib import Path

from tallying import pabulib
from tallying.election_csv import from_csv
from tallying.election_json import from_json

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "formats" / "election.md").read_text(encoding="utf-8")


def test_the_three_examples_are_the_same_election() -> None:
    text, table, document = (block.encode() for block in re.findall(r"```\w*\n(.*?)```", PAGE, flags=re.DOTALL))
    files = [pabulib.read(text, "x.pb"), from_csv(table, "x.csv"), from_json(document, "x.json")]
    assert len({file.election.sha256() for file in files}) == 1


def test_every_repair_that_the_readers_report_is_named() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tallying").glob("*.py")]
    codes = {code for source in sources for code in re.findall(r'(?:report|Issue)\([^"]*"([a-z_]+)"', source)}
    assert len(codes) > 15
    assert {code for code in codes | {"votes_differ", "score_differ"} if f"`{code}`" not in PAGE} == set()
