"""What a machine can find wrong for people: axe-core's rules, pages that scroll sideways, focus that hides."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${rule.help}: ${node.target.join(" ")}`));
}"""


@cache
def _axe() -> str:
    return f"() => {{ {AXE.read_text(encoding='utf-8')} }}"


def violations(page: Page) -> list[str]:
    """Each violation of WCAG 2.2 A and AA or best practice that axe finds: rule, meaning, where.

    Raises RuntimeError for a page opened without script: axe would wait for ever.
    """
    if not _runs_script(page):
        raise RuntimeError("open the page with script to let axe look at it: open_page(browser, has_script=True)")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(RUN, STANDARDS)
    return found


def _runs_script(page: Page) -> bool:
    """Whether the page's own scripts run; `evaluate` itself always does."""
    runs: bool = page.evaluate("() => matchMedia('(scripting: enabled)').matches")
    return runs


def sideways(page: Page) -> int:
    """By how many CSS pixels the page is wider than its window; 0 is right."""
    width: int = page.evaluate("() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)")
    return width


def assert_accessible(page: Page) -> None:
    """Fail with every fault of the page as it stands, at the width it has."""
    faults = violations(page)
    if wider := sideways(page):
        faults.append(f"the page scrolls sideways by {wider} px")
    width = page.viewport_size["width"] if page.viewport_size else "?"
    assert not faults, f"{page.url} at {width} px:\n  " + "\n  ".join(faults)
