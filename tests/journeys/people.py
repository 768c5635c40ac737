"""Somebody at a browser: signs in, presses, fills in, and has every page looked at."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.accessibility import assert_accessible
from tests.browser import DESK, PHONE
from tests.journeys.town import Town

PASSWORD = "westmere-demo"
SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots" / "journey"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A page of one person's browser in the town."""

    town: Town
    page: Page

    def go(self, path: str) -> None:
        """Opens a path of the town."""
        answer = self.page.goto(self.town.url + path)
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"

    def look(self, name: str) -> None:
        """Has the page checked at both widths; with PB_PICTURES (`make journey`) pictured, too."""
        for width in (PHONE, DESK):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert_accessible(self.page)
            if os.environ.get("PB_PICTURES"):
                self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)

    def press(self, name: str) -> None:
        """Presses the button with exactly these words."""
        self.page.get_by_role("button", name=name, exact=True).locator("visible=true").last.click()

    def follow(self, name: str) -> None:
        """Follows the first link or button that holds these words."""
        self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name)).first.click()

    def fill(self, label: str, text: str) -> None:
        """Writes into the box with this label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str) -> None:
        """Chooses the radio with this label."""
        self.page.get_by_role("radio", name=label).check()

    def says(self, words: str) -> None:
        """Fails unless the page holds these words."""
        text = self.page.locator("main").inner_text()
        assert words.casefold() in text.casefold(), f"{self.page.url} does not say {words!r}:\n{text[:1500]}"

    def sign_in(self, name: str, *, is_staff: bool = False) -> None:
        """Signs in as a demo person, with the second factor where it is asked."""
        self.go("/account/sign-in")
        self.fill("E-mail address", f"{name}@westmere.example")
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        if is_staff:
            self.fill("Code", self.town.pb("demo-code", name))
            self.press("Go on")
