"""What officers do by two in the journey: keep the key, note a mistake, change an outcome."""

from __future__ import annotations

from tests.journeys.people import Visitor
from tests.journeys.town import ROUND


def hold_key(holder: Visitor, passphrase: str) -> None:
    """Takes a copy to print, types it in again and proves it."""
    holder.go(f"/officer/rounds/{ROUND}/key")
    holder.look("key-copies")
    holder.fill("A passphrase of your own", passphrase)
    holder.fill("The same again", passphrase)
    holder.press("Show it to print")
    holder.look("key-copy")
    code = holder.page.locator(".cp-keycode").inner_text()
    holder.fill("Or the code, as it is printed", code.lower())
    holder.fill("Your passphrase", passphrase)
    holder.press("Prove my copy")
    holder.says("Your copy opens the test box")


def note_a_mistake(dana: Visitor, tom: Visitor, rosa: Visitor) -> None:
    """Two people note a mistake in the text of the second project; a voter reads it on the ballot."""
    dana.go(f"/officer/rounds/{ROUND}/errata")
    dana.page.get_by_label("Where is the mistake?").select_option(index=2)
    dana.fill("What else should people know?", "The steps have a rail on one side, and not on both.")
    dana.fill("How did the mistake come about?", "The drawing was changed after the text was written.")
    dana.look("erratum")
    dana.press("Ask for this note")
    tom.go(f"/officer/rounds/{ROUND}/errata")
    tom.look("erratum-confirm")
    tom.press("Confirm the note")
    rosa.go(f"/rounds/{ROUND}/vote")
    rosa.follow("Change my vote")
    rosa.says("a rail on one side")
    rosa.look("erratum-on-the-ballot")
    rosa.go(f"/rounds/{ROUND}")
    rosa.says("a rail on one side")
    rosa.look("erratum-on-the-round")
    dana.go(f"/officer/rounds/{ROUND}/double-entries")
    dana.look("double-entries")


def withdraw_a_project(dana: Visitor, tom: Visitor, reader: Visitor) -> None:
    """After the result two people withdraw a project; a reader finds both results."""
    dana.go(f"/officer/rounds/{ROUND}/later")
    dana.look("after-the-result")
    dana.follow("The steering group decides otherwise than the count")
    dana.look("departure")
    dana.go(f"/officer/rounds/{ROUND}/later")
    dana.follow("A funded project is withdrawn")
    dana.page.get_by_role("radio").first.check()
    dana.fill("Why is it withdrawn?", "The swimmers found another place.")
    dana.look("withdrawal")
    dana.press("Ask for this")
    tom.go(f"/officer/rounds/{ROUND}/later")
    tom.look("withdrawal-confirm")
    tom.press("Confirm and publish")
    tom.says("The new result is public")
    reader.go(f"/rounds/{ROUND}/results")
    reader.says("What changed since the first result")
    reader.look("results-changed")
    reader.go(f"/rounds/{ROUND}/results/1")
    reader.look("results-first")
