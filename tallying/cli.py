"""``pb-tally``: count, verify, receipt, compare, explain, check, convert. Standard library only.

Exit codes: 0 done; 1 the check failed or the outcome is undecided; 2 the input is wrong: one line
says file, line, what, and how to mend it.
"""

import argparse
import gc
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from tallying.commands.sources import InputError
from tallying.commands.terminal import Help, one_line
from tallying.election import ElectionError
from tallying.on_demand import on_demand
from tallying.pabulib import PabulibError
from tallying.record_error import RecordError
from tallying.release import RELEASE
from tallying.rulebook import RulebookError

WRONG_INPUT = 2
_COMMANDS = {
    "count": "counting",
    "verify": "verifying",
    "receipt": "receipt_checking",
    "explain": "explaining",
    "compare": "comparing",
    "check": "checking",
    "convert": "converting",
}
_GROUP = re.compile(r"[0-9A-Fa-f]{4}")
_KNOWN = (InputError, PabulibError, RecordError, RulebookError, ElectionError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Never a traceback."""
    with _without_search_for_cycles():
        words = sys.argv[1:] if argv is None else list(argv)
        return _run(_parsed(words))


def command() -> NoReturn:
    """``pb-tally`` as a process. It ends without freeing every ballot of a city, which takes a tenth of the time."""
    code = main()
    with suppress(OSError):
        sys.stdout.flush()
    os._exit(code)


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    """The arguments; the project of ``explain`` may also stand after its options."""
    parser = build_parser(words[:1])
    if not words:
        parser.print_help(sys.stderr)
        parser.exit(WRONG_INPUT)
    if not words[0].startswith("-") and words[0] not in _COMMANDS:
        parser.error(f"there is no command {words[0]!r}. Known: {', '.join(_COMMANDS)}")
    args, rest = parser.parse_known_args(_signer_as_one_word(words))
    if len(rest) == 1 and not rest[0].startswith("-") and getattr(args, "project", "") is None:
        args.project = rest[0]
    elif rest:
        parser.prog = f"{parser.prog} {words[0]}"
        parser.error(f"unknown here: {' '.join(rest)}")
    return args


def _signer_as_one_word(words: Sequence[str]) -> list[str]:
    """The words, with the groups of a fingerprint as it stands on a letter joined, if nobody quoted them."""
    joined: list[str] = []
    for place, word in enumerate(words):
        is_next_group = _GROUP.fullmatch(word) and place > 1 and _GROUP.fullmatch(words[place - 1])
        if is_next_group and "--signer" in joined[-2:-1]:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _run(args: argparse.Namespace) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except _KNOWN as error:
        return _refuse(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _refuse("stopped; nothing was decided.")
    except MemoryError:
        return _refuse("there is too little memory for this. Close other programs, or use a larger machine.")
    except Exception as error:  # noqa: BLE001 -- the last resort: a stranger must never meet a traceback
        what = f"{type(error).__name__}: {error}"
        return _refuse(f"this is a fault of pb-tally, not yours ({what}). Report it with the file, if you can.")
    return code


@contextmanager
def _without_search_for_cycles() -> Iterator[None]:
    """A count makes millions of small values and no cycles: to look for cycles among them takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse(message: str) -> int:
    sys.stderr.write(one_line(f"pb-tally: {message}") + "\n")
    return WRONG_INPUT


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the list of all options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=Help, **options)

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_INPUT, one_line(f"{self.prog}: {message}. See {self.prog} --help") + "\n")


def build_parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The command line: of the command that these words begin with, else the whole, as ``--help`` shows it."""
    parser = _Parser(
        prog="pb-tally",
        description="Count participatory-budgeting votes again: exactly, offline, from public bytes.",
        epilog="examples:\n  pb-tally count city.pb\n  pb-tally verify record.zip\n  pb-tally count --help\n",
    )
    parser.add_argument("--version", action="version", version=f"pb-tally {RELEASE}")
    parsers = parser.add_subparsers(prog=parser.prog, metavar="COMMAND", required=True)
    asked = [word for word in words[:1] if word in _COMMANDS]
    for command in asked or _COMMANDS:
        on_demand(f"tallying.commands.{_COMMANDS[command]}").add(parsers)
    return parser
