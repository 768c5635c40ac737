"""The pictures in docs/guides, made from the demo as it is: `make screenshots`.

Time stands still on a Monday morning, so that the dates in them stay the same from one making to the next.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from pb_app.services.clock import set_time
from tests.journeys.people import Visitor
from tests.journeys.town import Town, serving_town

pytestmark = pytest.mark.screenshots
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "guides" / "images"
MORNING = datetime(2026, 3, 2, 10, tzinfo=UTC)
PHONE, DESK = 360, 1000
COLOURS = 64
Visit = Callable[[], Visitor]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo council on that morning."""
    folder = tmp_path_factory.mktemp("pictures")
    set_time(folder / "clock", MORNING)
    with serving_town(folder, has_round=False) as served:
        yield served


def picture(visitor: Visitor, name: str, *, width: int = DESK, height: int, top: str = "body") -> None:
    """Writes one screen of the page as a small PNG, from the first element that `top` selects."""
    page = visitor.page
    page.set_viewport_size({"width": width, "height": height})
    page.locator(top).first.evaluate("element => window.scrollTo(0, element.getBoundingClientRect().top + scrollY)")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    IMAGES.mkdir(parents=True, exist_ok=True)
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


def test_pictures_of_a_residents_vote_and_of_its_result(visit: Visit) -> None:
    rosa, reader = visit(), visit()
    rosa.sign_in("rosa")
    rosa.go("/rounds/neighbourhood-fund/vote")
    picture(rosa, "vote-papers", width=PHONE, height=700)
    rosa.page.locator("main .cp-task a.govuk-button").first.click()
    for place in (0, 3):
        rosa.page.locator("input.cp-tick").nth(place).check()
    picture(rosa, "vote-ballot", width=PHONE, height=700, top="main h1")
    rosa.press("Continue")
    rosa.press("Leave this list out")
    rosa.press("Cast my vote")
    picture(rosa, "vote-receipt", width=PHONE, height=700, top="main h1")
    reader.go("/rounds/neighbourhood-fund/code")
    picture(reader, "letter-code", width=PHONE, height=700)
    reader.go("/rounds/last-years-fund/results")
    picture(reader, "results", height=1290, top="main h1")


def test_pictures_of_a_proposal_and_of_its_review(visit: Visit) -> None:
    rosa, dana = visit(), visit()
    rosa.sign_in("rosa")
    rosa.go("/rounds/spring-grants/propose")
    rosa.press("Start")
    rosa.fill("Title", "A shed for shared tools")
    rosa.fill("Short summary", "Borrow a drill or a ladder instead of buying one.")
    picture(rosa, "propose", height=900)
    dana.sign_in("dana", is_staff=True)
    dana.go("/officer/rounds/green-grants/proposals")
    dana.follow("Toy swap shed")
    picture(dana, "officer-review", height=900)


def test_pictures_of_what_officers_decide(visit: Visit) -> None:
    tom, ffion = visit(), visit()
    tom.sign_in("tom", is_staff=True)
    tom.go("/officer")
    picture(tom, "officer-today", height=900)
    tom.go("/officer/rounds/new")
    tom.choose("A copy of “Neighbourhood Fund”")
    tom.press("Continue")
    while "How should the money be shared out?" not in tom.page.locator("main h1").first.inner_text():
        tom.press("Save and continue")
    picture(tom, "officer-rule", height=1000)
    tom.go("/officer/rounds/play-fund/opening")
    tom.press("Ask to open the vote")
    ffion.sign_in("ffion", is_staff=True)
    ffion.go("/officer/rounds/play-fund/opening")
    picture(ffion, "officer-opening", height=800)
    ffion.go("/officer/rounds/harbour-fund/sealing")
    picture(ffion, "officer-sealing", height=1100)


def test_pictures_of_an_audit(visit: Visit) -> None:
    amira = visit()
    amira.sign_in("amira", is_staff=True)
    amira.go("/auditor/rounds/last-years-fund")
    picture(amira, "auditor-round", height=980)
    amira.press("Recount now")
    picture(amira, "auditor-recount", height=900)
