"""What the documents name is there: make targets, commands with their options, settings, paths, links, pictures."""

import re
import shlex
import subprocess
import tomllib
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pb_app.cli.main import pb
from tallying.cli import build_parser
from tallying.release import RELEASE
from voting.permissions import Role
from voting.phases import TRANSITIONS, Phase

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ROOT / "docs" / "guides"
PICTURES = GUIDES / "images"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ABOUT_PAGES = [GUIDES / name for name in ("residents.md", "officers.md", "auditors.md")]
MADE_LATER = ("pb_app/static/vendor",)
MOST_PICTURES, LARGEST_PICTURE = 14, 120_000
CODE = re.compile(r"^```.*?\n(.*?)^```|`([^`\n]+)`", re.S | re.M)
PATH = re.compile(r"(?<![\w./-])(?:pb_app|voting|tallying|templates|tests|docs|benchmarks|\.ci)/[\w./*-]*")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def code_in(path: Path) -> Iterator[str]:
    """Each line of code in a document, of blocks and between ticks, without remarks."""
    for block, span in CODE.findall(path.read_text(encoding="utf-8")):
        for line in (block or span).splitlines():
            yield re.sub(r"\s+#.*", "", line).strip()


def each_command(name: str) -> Iterator[tuple[Path, list[str]]]:
    """Document and words after `name`, for every line of code that runs it."""
    for path in DOCUMENTS:
        for line in code_in(path):
            if found := re.search(rf"(?:^|&& |/|\b[A-Z_]+=\S+ ){name} (.*)", line):
                yield path, shlex.split(re.split(r"[|;&>]|, ", found[1])[0], comments=True)


def said(path: Path, words: list[str]) -> str:
    return f"{path.relative_to(ROOT)}: {' '.join(words)}"


def phony_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.search(r"^\.PHONY:(.*)$", makefile, re.M)
    assert found
    return set(found[1].split())


def test_a_bare_make_lists_every_target_and_says_what_it_does() -> None:
    told = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^ *make ([a-z-]+) +\S", told.stdout, re.M)) == phony_targets()


def test_every_make_target_that_a_document_names_exists() -> None:
    wrong = [said(path, words) for path, words in each_command("make") if words and words[0] not in phony_targets()]
    assert not wrong


ANY = click.Context(pb)


def options(command: click.Command) -> set[str]:
    return {"--help", "-h", *(name for option in command.params for name in option.opts)}


def is_command_of_pb(words: list[str]) -> bool:
    command = pb.get_command(ANY, words[0])
    if isinstance(command, click.Group) and len(words) > 1:
        command = command.commands.get(words[1])
    return command is not None and options(command) >= set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", " ".join(words[1:])))


def test_every_pb_command_that_a_document_names_exists_with_its_options() -> None:
    named = [(path, words) for path, words in each_command("pb") if words[0] not in {"--help", "…"}]
    assert not [said(path, words) for path, words in named if not is_command_of_pb(words)]


def test_running_lists_every_pb_command() -> None:
    listed = re.findall(r"^\| `pb ([a-z-]+)", (GUIDES / "running.md").read_text(encoding="utf-8"), re.M)
    assert set(listed) == set(pb.list_commands(ANY))


def subcommands() -> dict[str, ArgumentParser]:
    actions = build_parser()._actions
    return next(dict(action.choices) for action in actions if isinstance(action, _SubParsersAction))


def is_command_of_pb_tally(words: list[str]) -> bool:
    if len(words) < 2 or "[" in words[1]:
        return words[0] in {*subcommands(), "…", "--help", "--version"}
    try:
        build_parser().parse_args(words)
    except SystemExit:
        return False
    return True


@pytest.mark.parametrize("name", ["pb-tally", "python3 -m tallying"])
def test_every_pb_tally_command_that_a_document_names_is_understood(name: str) -> None:
    assert not [said(path, words) for path, words in each_command(name) if not is_command_of_pb_tally(words)]


def test_the_auditors_guide_shows_every_pb_tally_command() -> None:
    shown = {words[0] for path, words in each_command("pb-tally") if path.name == "auditors.md"}
    assert shown >= set(subcommands())


def test_running_lists_exactly_the_settings_that_are_read() -> None:
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", (GUIDES / "running.md").read_text(encoding="utf-8"), re.M)
    read = re.findall(r'env\.get\("([A-Z_]+)"', (ROOT / "pb_app" / "config.py").read_text(encoding="utf-8"))
    assert set(re.findall(r"[A-Z_]+", " ".join(rows))) == set(read)


def test_every_setting_of_tests_and_tools_that_a_document_names_is_read() -> None:
    places = [ROOT / "Makefile", *ROOT.glob("pb_app/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob(".ci/*")]
    read = set(re.findall(r"PB_[A-Z_]+", "\n".join(path.read_text(encoding="utf-8") for path in places)))
    named = {name for path in DOCUMENTS for name in re.findall(r"PB_[A-Z_]+", path.read_text(encoding="utf-8"))}
    assert named <= read


def test_every_path_that_a_document_names_exists() -> None:
    living = [path for path in DOCUMENTS if "decisions" not in path.parts]  # decisions are never rewritten
    named = {(path, found.rstrip(".")) for path in living for found in PATH.findall(path.read_text(encoding="utf-8"))}
    gone = [said(path, [name]) for path, name in sorted(named) if not any(ROOT.glob(name.rstrip("/")))]
    assert not [line for line in gone if not any(made in line for made in MADE_LATER)]


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(document: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    path = (document.parent / name).resolve() if name else document
    return path.exists() and (not anchor or anchor in anchors(path))


def test_every_link_leads_to_a_file_and_a_heading_that_exist() -> None:
    for path in DOCUMENTS:
        links = [target for _, _, target in LINK.findall(path.read_text(encoding="utf-8")) if ":" not in target]
        assert not [said(path, [target]) for target in links if not leads_somewhere(path, target)]


@pytest.mark.parametrize("folder", ["decisions", "guides", "formats"])
def test_every_document_of_a_folder_is_listed_in_its_readme(folder: str) -> None:
    readme = ROOT / "docs" / folder / "README.md"
    linked = {target for _, _, target in LINK.findall(readme.read_text(encoding="utf-8"))}
    assert not {path.name for path in readme.parent.glob("*.md")} - linked - {"README.md"}


def test_the_guides_show_few_small_pictures_each_with_words_and_none_unused() -> None:
    shown = {
        target.removeprefix("images/"): words
        for path in GUIDES.glob("*.md")
        for picture, words, target in LINK.findall(path.read_text(encoding="utf-8"))
        if picture
    }
    assert set(shown) == {path.name for path in PICTURES.iterdir()}
    assert len(shown) <= MOST_PICTURES
    assert all(len(words) > 20 for words in shown.values()), "say in words what each picture shows"
    assert not [path.name for path in PICTURES.iterdir() if path.stat().st_size > LARGEST_PICTURE]


@pytest.mark.parametrize("guide", ABOUT_PAGES, ids=lambda path: path.stem)
def test_words_in_bold_in_a_guide_stand_on_a_page(guide: Path) -> None:
    pages = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("pb_app/**/*.py"), *ROOT.glob("voting/*.py")]
    corpus = " ".join(re.sub(r"\s+", " ", path.read_text(encoding="utf-8")) for path in pages)
    bold = re.findall(r"\*\*(.+?)\*\*", guide.read_text(encoding="utf-8"), re.S)
    assert bold
    assert not [words for words in bold if re.sub(r"\s+", " ", words) not in corpus]


@pytest.mark.parametrize("guide", ABOUT_PAGES, ids=lambda path: path.stem)
def test_pages_that_a_guide_names_have_a_route(guide: Path) -> None:
    routes = (ROOT / "tests" / "route_list.txt").read_text(encoding="utf-8").split()
    patterns = [re.compile(re.sub(r"<[^>]+>", "[^/]+", route)) for route in routes]
    pages = [line for line in code_in(guide) if line.startswith("/")]
    assert not [page for page in pages if not any(pattern.fullmatch(page) for pattern in patterns)]


def test_the_release_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert newest
    assert project["version"] == RELEASE == newest[1]


def test_architecture_shows_the_layers_that_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    inside = next(contract for contract in contracts if contract.get("containers") == ["pb_app"])
    there = [re.sub(r"[()]", "", layer) for layer in inside["layers"]]
    drawn = re.search(r"^`(__main__ .*> .*)`$", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.M)
    assert drawn
    assert drawn[1] == " > ".join(there)


def test_the_glossary_has_every_phase_and_every_role() -> None:
    defined = set(re.findall(r"\*\*(.+?)\*\*", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")))
    roles = {"steering group" if role is Role.STEERING else role.value for role in Role}
    assert defined >= roles | {phase.value for phase in Phase}


def test_the_drawing_of_the_phases_is_the_transition_table() -> None:
    table = [f"    {start} --> {end}" for start, ends in TRANSITIONS.items() for end in ends]
    drawn = re.search(
        r"```mermaid\nstateDiagram-v2\n(.*?)\n```", (GUIDES / "code.md").read_text(encoding="utf-8"), re.S
    )
    assert drawn
    assert drawn[1].splitlines() == table, "draw these instead:\n" + "\n".join(table)
