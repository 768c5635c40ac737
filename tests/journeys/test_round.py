"""One round from a resident's idea to a record that a laptop has checked, through a real browser."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from PIL import Image

from tallying.cli import main as pb_tally
from tests.journeys.officers import hold_key, note_a_mistake, withdraw_a_project
from tests.journeys.people import Visitor
from tests.journeys.town import ROUND, Town

TITLE = "Steps down to the water"
Visit = Callable[[], Visitor]


def test_a_round_goes_from_an_idea_to_a_record_that_anyone_can_recount(
    town: Town, visit: Visit, tmp_path: Path
) -> None:
    rosa, dana, tom = visit(), visit(), visit()
    _propose(rosa)
    _ask_and_accept(dana, rosa)
    _open(town, dana, tom)
    _vote(town, rosa, visit)
    note_a_mistake(dana, tom, rosa)
    _seal(town, dana, tom)
    record = _read_result(visit(), tmp_path)
    _recount(town, record, tmp_path)
    _audit(visit())
    withdraw_a_project(dana, tom, visit())


def _propose(rosa: Visitor) -> None:
    rosa.sign_in("rosa")
    rosa.go(f"/rounds/{ROUND}")
    rosa.look("round-proposing")
    rosa.follow("Propose a project")
    rosa.look("propose")
    rosa.press("Start")
    rosa.fill("Title", TITLE)
    rosa.fill("Short summary", "Twelve wide steps where people swim already.")
    rosa.fill("What do you want to do?", "Build twelve steps with a rail on both sides.")
    rosa.fill("Who is it for?", "Swimmers and rowers, about 300 a week in summer.")
    rosa.choose("Alder Quay")
    rosa.fill("Where exactly?", "Beside the old crane")
    rosa.choose("Harbour pot")
    rosa.fill("Line 1: for what", "Stone and rail")
    rosa.page.locator("#amount-1").fill("9,800")
    rosa.choose("No")
    rosa.page.get_by_label("Choose a photo").set_input_files(
        {"name": "quay.jpg", "mimeType": "image/jpeg", "buffer": _photo()}
    )
    rosa.fill("What does it show?", "The quay wall where the steps would be")
    rosa.press("Add this photo")
    rosa.says("The quay wall where the steps would be")
    rosa.look("proposal-form")
    rosa.press("Check and send")
    rosa.says("£9,800")
    rosa.look("proposal-check")
    rosa.press("Send my proposal")
    rosa.look("my-proposals")


def _photo() -> bytes:
    kept = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 900)).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


def _ask_and_accept(dana: Visitor, rosa: Visitor) -> None:
    dana.sign_in("dana", is_staff=True)
    dana.go("/officer")
    dana.look("officer-desk")
    _review(dana, "Ask", "Who owns the crane?")
    rosa.go("/my-proposals")
    rosa.follow(f"Answer about {TITLE}")
    rosa.says("Who owns the crane?")
    rosa.look("answer")
    rosa.fill("Your answer", "The harbour trust, and they agree.")
    rosa.press("Send my answer")
    _review(dana, "can be done", "Our engineer agrees with the cost.")
    dana.go(f"/officer/rounds/{ROUND}/papers")
    dana.follow(f"Put “{TITLE}” on a paper")
    dana.look("put-on-paper")
    dana.press("Put it on the paper")
    dana.says(TITLE)
    dana.look("ballot-papers")


def _review(dana: Visitor, answer: str, words: str) -> None:
    dana.go(f"/officer/rounds/{ROUND}/proposals")
    dana.follow(TITLE)
    dana.look("review")
    dana.choose(answer)
    dana.page.locator("main textarea").fill(words)
    dana.press("Answer")


def _open(town: Town, dana: Visitor, tom: Visitor) -> None:
    town.pb("clock", "+4d1h")
    dana.go(f"/officer/rounds/{ROUND}/opening")
    dana.says("Two people each take a sealed copy of the key")
    tom.sign_in("tom", is_staff=True)
    hold_key(dana, "four words for Dana")
    hold_key(tom, "four words for Tom")
    dana.go(f"/officer/rounds/{ROUND}/opening")
    dana.look("opening")
    dana.press("Ask to open the vote")
    dana.says("Waiting for someone else")
    tom.go(f"/officer/rounds/{ROUND}/opening")
    tom.look("opening-confirm")
    tom.press("Confirm the opening")
    tom.says("Everything on the ballot papers is fixed")
    town.pb("clock", "+1d")


def _vote(town: Town, rosa: Visitor, visit: Visit) -> None:
    rosa.go(f"/rounds/{ROUND}")
    rosa.look("round-voting")
    _cast(rosa, TITLE, "vote")
    sam = visit()
    sam.sign_in("sam")
    _cast(sam, "Benches on the harbour wall")
    _vote_with_a_letter(town, visit)
    rosa.go(f"/rounds/{ROUND}/vote")
    rosa.follow("Change my vote")
    rosa.page.get_by_label("A lifebelt every fifty metres").check()
    rosa.press("Continue")
    rosa.press("Cast my vote")
    rosa.says("It takes the place of your earlier vote")


def _cast(voter: Visitor, title: str, picture: str = "") -> str:
    """Votes for one project on the round's only paper; gives the tracker on the receipt."""
    voter.go(f"/rounds/{ROUND}/vote")
    if picture:
        voter.look(f"{picture}-overview")
    voter.page.locator("main .cp-task a.govuk-button").first.click()
    voter.page.get_by_label(title).check()
    if picture:
        voter.look(f"{picture}-ballot")
    voter.press("Continue")
    if picture:
        voter.look(f"{picture}-check")
    voter.press("Cast my vote")
    voter.says("Your vote is in")
    if picture:
        voter.look(f"{picture}-receipt")
    return voter.page.locator(".cp-receipt .cp-code").first.inner_text()


def _vote_with_a_letter(town: Town, visit: Visit) -> None:
    code = town.letter_codes(3)[0]
    first, second = visit(), visit()
    _type_code(first, code.lower().replace("-", " "))
    tracker = _cast(first, TITLE)
    first.press("Finish and forget my code here")
    _type_code(second, code)
    second.says("This code has been used")
    second.look("code-used")
    second.fill("Tracker from your receipt", tracker)
    second.press("Continue")
    second.follow("Change my vote")
    second.page.get_by_label("Benches on the harbour wall").check()
    second.press("Continue")
    second.press("Cast my vote")
    second.says("It takes the place of your earlier vote")


def _type_code(voter: Visitor, code: str) -> None:
    voter.go(f"/rounds/{ROUND}/code")
    voter.look("code")
    voter.fill("Your code", code)
    voter.press("Continue")


def _seal(town: Town, dana: Visitor, tom: Visitor) -> None:
    town.pb("clock", "+8d")
    dana.go(f"/officer/rounds/{ROUND}/sealing")
    dana.choose("Publish")
    dana.press("Ask to seal the count")
    dana.says("reason")
    dana.look("sealing-needs-a-reason")
    dana.choose("Publish")
    dana.page.locator("main textarea").fill(
        "A trial in one street: all three voters agreed that the ballots are published."
    )
    dana.press("Ask to seal the count")
    tom.go(f"/officer/rounds/{ROUND}/sealing")
    tom.look("sealing-confirm")
    tom.press("Confirm and seal the count")
    dana.go(f"/officer/rounds/{ROUND}/sealing")
    dana.look("sealing-staged")
    dana.press("Publish the record")
    dana.says("The result is public")


def _read_result(visitor: Visitor, tmp_path: Path) -> Path:
    visitor.go(f"/rounds/{ROUND}/results")
    for words in (TITLE, "Benches on the harbour wall", "A lifebelt every fifty metres"):
        visitor.says(words)
    visitor.look("results")
    with visitor.page.expect_download() as download:
        visitor.follow("Download the record")
    target = tmp_path / "record.zip"
    download.value.save_as(target)
    visitor.go(f"/rounds/{ROUND}/check-receipt")
    visitor.look("check-receipt")
    return target


def _recount(town: Town, record: Path, tmp_path: Path) -> None:
    assert "The record holds." in _tally("verify", str(record), expected=0)
    signer = town.pb("keys", "fingerprint")
    assert "The record holds." in _tally("verify", str(record), "--signer", signer, expected=0)
    _tally("verify", str(record), "--signer", "0000 " * 7 + "0001", expected=1)
    assert TITLE in _tally("count", str(record), expected=0)
    assert TITLE in _tally("explain", str(record), expected=0)
    for name in zipfile.ZipFile(record).namelist():
        folder = tmp_path / "changed"
        shutil.rmtree(folder, ignore_errors=True)
        zipfile.ZipFile(record).extractall(folder)
        changed = bytearray((folder / name).read_bytes())
        changed[len(changed) // 2] ^= 1
        (folder / name).write_bytes(changed)
        with redirect_stdout(io.StringIO()) as said:
            assert pb_tally(["verify", str(folder)]) == 1
        assert Path(name).name in said.getvalue()


def _tally(*words: str, expected: int) -> str:
    ran = subprocess.run([sys.executable, "-m", "tallying", *words], capture_output=True, text=True, check=False)
    assert ran.returncode == expected, f"pb-tally {' '.join(words)}: exit {ran.returncode}\n{ran.stdout}{ran.stderr}"
    assert "Traceback" not in ran.stderr
    return ran.stdout


def _audit(auditor: Visitor) -> None:
    auditor.sign_in("amira", is_staff=True)
    auditor.go(f"/auditor/rounds/{ROUND}")
    auditor.look("auditor-round")
    auditor.follow("Recount")
    auditor.look("auditor-recount")
    auditor.go("/auditor/log")
    auditor.look("auditor-log")


@pytest.mark.parametrize(
    "path", ["/", "/guarantees", "/help", "/accessibility", "/privacy", "/cookies", "/account/register"]
)
def test_every_page_for_everybody_is_in_order_at_both_widths(visit: Visit, path: str) -> None:
    visitor = visit()
    visitor.go(path)
    visitor.look(f"page{path.replace('/', '-')}")
