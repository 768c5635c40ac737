"""The reader of ``.pb`` files under mutated texts: ``make fuzz-pabulib``.

Each text is read and comes through every form unchanged, or is refused with a PabulibError that names
a line. Anything else stops the run and prints the text.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import TypeAlias

from tallying import pabulib
from tallying.election_csv import from_csv, to_csv
from tallying.election_json import from_json, to_json
from tallying.file_rules import rulebook_of
from tallying.pabulib import PabulibError, PabulibFile
from tests.fuzz.pb_texts import mutated, seeds

MOST_SECONDS = 1.0
MOST_KIB = 200 * 1024
_CHUNK = 5_000
_SMALL = 2_000


class Broken(AssertionError):  # noqa: N818 -- a finding, not an error of this program
    """What a text did that no text may do."""


Reader: TypeAlias = Callable[[bytes, str], PabulibFile]


def check(text: bytes, read: Reader = pabulib.read) -> str:
    """ "read" or "refused"; raises Broken for anything else."""
    try:
        file = read(text, "fuzz.pb")
    except PabulibError as error:
        _hold(error.line >= 1, f"refused without a line: {error}")
        _hold(bool(error.what and error.mend), f"refused without a word how to mend it: {error}")
        return "refused"
    _check_read(file)
    return "read"


def read_within_limits(text: bytes, name: str) -> PabulibFile:
    """Read a small file, and break if that takes long or much: true only of a process that does nothing else."""
    start, memory = time.process_time(), _peak()
    try:
        return pabulib.read(text, name)
    finally:
        seconds, kib = time.process_time() - start, _peak() - memory
        _hold(seconds < MOST_SECONDS, f"reading took {seconds:.2f} s")
        _hold(kib < MOST_KIB, f"reading took {kib} KiB")


def _check_read(file: PabulibFile) -> None:
    written = pabulib.write(file)
    again = pabulib.read(written, "again.pb")
    _hold(again.election == file.election, "written and read again, the election is another")
    _hold((again.rows, again.selected) == (file.rows, file.selected), "rows or official results changed")
    _hold(again.projects == file.projects, "projects changed")
    _hold(pabulib.write(again) == written, "written twice, the bytes differ")
    rulebook_of(file)
    for form, read, write in _FORMS:
        try:
            data = write(file)
        except PabulibError:
            continue  # a table cannot hold every file, and says so
        other = read(data, "fuzz" + form)
        _hold(other.election == file.election, f"through {form} the election is another")
        _hold(other.rows == file.rows, f"through {form} the rows changed")


_FORMS = ((".json", from_json, to_json), (".csv", from_csv, to_csv))


def check_form(form: str, data: bytes, read: Reader) -> str:
    """The same for a spoilt table or JSON; a fault of JSON's structure has no line."""
    try:
        file = read(data, "fuzz" + form)
    except PabulibError as error:
        _hold(bool(error.what and error.mend), f"refused without a word how to mend it: {error}")
        return "refused"
    _check_read(file)
    return "read"


def _hold(is_so: bool, what: str) -> None:
    if not is_so:
        raise Broken(what)


def _peak() -> int:
    """The most memory this process had so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def run_chunk(seed: int, number: int, read: Reader = read_within_limits) -> Counter[str]:
    """Check so many texts, all made from this seed, and a tenth as many tables and JSON files."""
    random, pool, seen = Random(seed), seeds(), Counter[str]()
    for _ in range(number):
        seen[_checked(seed, ".pb", mutated(random, pool), read)] += 1
    small = [pabulib.read(text, "seed.pb") for text in pool if len(text) < _SMALL]
    for form, load, write in _FORMS:
        pool = [write(file) for file in small]
        for _ in range(number // 20):
            seen["form " + _checked(seed, form, mutated(random, pool), load)] += 1
    return seen


def _checked(seed: int, form: str, text: bytes, read: Reader) -> str:
    """What became of the text; the failing one stands in the message."""
    try:
        return check(text, read) if form == ".pb" else check_form(form, text, read)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise Broken(f"seed {seed}: {what}\nThe text, a {form} file:\n{text!r}") from error


def _chunks(total: int) -> Iterable[int]:
    return [_CHUNK] * (total // _CHUNK) + ([total % _CHUNK] if total % _CHUNK else [])


def main() -> int:
    """Run all; 0: nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    chunks, seen = list(_chunks(args.runs)), Counter[str]()
    with ProcessPoolExecutor(args.jobs) as pool:
        numbers = range(args.seed * 10**6, args.seed * 10**6 + len(chunks))
        try:
            for done, part in enumerate(pool.map(run_chunk, numbers, chunks), start=1):
                seen += part
                if sys.stderr.isatty():
                    sys.stderr.write(f"\r{done * _CHUNK:,} of {args.runs:,}")
        except Broken as error:
            pool.shutdown(cancel_futures=True)
            sys.stdout.write(f"{error}\n")
            return 1
    sys.stdout.write(f"{seen['read'] + seen['refused']:,} texts: {seen['read']:,} read and written again, ")
    sys.stdout.write(f"{seen['refused']:,} refused with their line; nothing else\n")
    sys.stdout.write(f"tables and JSON: {seen['form read']:,} read, {seen['form refused']:,} refused\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
