"""Two verifiers, written apart from the same pages, say the same of records whole and tampered with.

`docs/formats/verify.mjs` runs on node alone. PB_SECOND_RECORDS and PB_SECOND_TAMPERED say how many are compared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tallying.commitment import fingerprint
from tallying.contents import Decision
from tallying.record import load
from tallying.signed_note import NoteKey, NoteSignature
from tallying.verify import verify
from tests.tallying.random_records import Files, random_record, tampered
from tests.tallying.records import KEY, OTHER, OTHER_KEY, example_files, finished, imported_files, lines_of

VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "formats" / "verify.mjs"
NODE = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
RECORDS = int(os.environ.get("PB_SECOND_RECORDS", "8"))
TAMPERED = int(os.environ.get("PB_SECOND_TAMPERED", "24"))

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not here: the second verifier was NOT run")


def written(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def second(folder: Path, since: bytes = b"") -> tuple[bool, str]:
    """Whether verify.mjs holds the record good, also against a saved checkpoint, and what it printed."""
    saved = folder.with_name(f"{folder.name}.checkpoint")
    if since:
        saved.write_bytes(since)
    command = [NODE or "node", str(VERIFIER), str(folder), *(("--since", str(saved)) if since else ())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.rstrip().endswith("The record holds." if done.returncode == 0 else "The record does not hold.")
    return done.returncode == 0, done.stdout + done.stderr


def disagreement(files: Mapping[str, bytes], folder: Path, since: bytes = b"") -> str:
    """What the two say where they do not say the same; "" where they do."""
    written(folder, files)
    report = verify(load(folder), since=since)
    holds, printed = second(folder, since)
    shutil.rmtree(folder)
    return "" if holds == report.holds else "\n".join([*report.lines(), "verify.mjs:", printed])


@pytest.mark.parametrize(
    "files",
    [
        example_files(), example_files(decision=Decision.WITHHOLD), imported_files(),
    ],
    ids=["cast", "withheld", "imported"],
)  # fmt: skip
def test_the_second_verifier_holds_an_honest_record_good(files: Files, tmp_path: Path) -> None:
    holds, printed = second(written(tmp_path / "record", files))
    assert holds, printed


def test_both_verifiers_hold_records_of_every_rule_that_both_count_good(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        records = [written(tmp_path / str(seed), random_record(seed)) for seed in range(RECORDS)]
        for folder, (holds, printed) in zip(records, pool.map(second, records), strict=True):
            assert verify(load(folder)).holds
            assert holds, printed
            assert "recounted" in printed, printed


def test_both_verifiers_say_the_same_of_records_that_were_tampered_with(tmp_path: Path) -> None:
    records = [random_record(seed) for seed in range(RECORDS)]
    made = [(tampered(records[n % RECORDS], n), tmp_path / str(n)) for n in range(TAMPERED)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: disagreement(*one), made))
    differing = [text for text in found if text]
    assert not differing, f"{len(differing)} of {len(made)}:\n\n" + "\n\n".join(differing[:3])


def test_the_second_verifier_compares_a_fingerprint_and_a_saved_checkpoint(tmp_path: Path) -> None:
    files = example_files()
    folder, saved, other = written(tmp_path / "record", files), tmp_path / "saved", tmp_path / "other"
    saved.write_bytes(files["checkpoint"])
    other.write_bytes(files["checkpoint"].replace(b"spring-2026", b"autumn-2026"))
    rewritten = tmp_path / "rewritten"
    rewritten.write_bytes(finished(files, lines_of(files)[:-2] + lines_of(files)[-1:])["checkpoint"])

    def exit_code(*options: str) -> int:
        command = [NODE or "node", str(VERIFIER), *options]
        return subprocess.run(command, capture_output=True, check=False, timeout=120).returncode

    assert exit_code(str(folder), "--signer", fingerprint(KEY).upper(), "--since", str(saved)) == 0
    saved.write_bytes(b"\xef\xbb\xbf" + files["checkpoint"].replace(b"\n\n", b"\n").replace(b"\n", b" \r\n").rstrip())
    assert exit_code(str(folder), "--since", str(saved)) == 0
    witness = NoteSignature("witness.example", NoteKey("witness.example", OTHER_KEY).id, OTHER.sign(b"seen"))
    saved.write_bytes(files["checkpoint"] + witness.line.encode())
    assert exit_code(str(folder), "--since", str(saved)) == 0
    assert exit_code(str(folder), "--signer", fingerprint(OTHER_KEY)) == 1
    assert exit_code(str(folder), "--since", str(rewritten)) == 1
    assert exit_code(str(folder), "--since", str(other)) == 2
    assert exit_code(str(written(tmp_path / "outside", {"inside/format.json": b"{}\n"}))) == 2
    assert exit_code(str(tmp_path / "nothing")) == exit_code() == exit_code(str(folder), "--sinse") == 2
