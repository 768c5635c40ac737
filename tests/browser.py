"""A real Chromium for tests: `browser` once a run, `page` afresh for each test, `serve` to put an app on a port."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

ROOT = Path(__file__).resolve().parent.parent
PACKAGED = ROOT / ".venv" / "browser"
PHONE, DESK = 320, 1280


def find_browser(playwright: Playwright) -> Path:
    """PB_BROWSER, else the one of `make setup-test`, the system's, Playwright's own. Raises RuntimeError if none."""
    if named := os.environ.get("PB_BROWSER"):
        return Path(named)
    system = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    candidates = (str(PACKAGED / "chromium"), *system, playwright.chromium.executable_path)
    for candidate in candidates:
        if candidate and Path(candidate).exists():
            return Path(candidate)
    raise RuntimeError("No browser for tests: run `make setup-test`, or set PB_BROWSER to a Chromium's path.")


def environment(executable: Path) -> dict[str, str | float | bool]:
    """What the packaged Chromium needs to find its own libraries and fonts; others get the plain environment."""
    if executable.parent != PACKAGED:
        return {**os.environ}
    return {**os.environ, "LD_LIBRARY_PATH": str(PACKAGED / "lib"), "FONTCONFIG_FILE": str(PACKAGED / "fonts.conf")}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, one for the run."""
    node = ROOT / ".venv" / "bin" / "node"
    if node.exists():  # Playwright's own wants a system library
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    with sync_playwright() as playwright:
        executable = find_browser(playwright)
        chromium = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox"], env=environment(executable)
        )
        yield chromium
        chromium.close()


def _policy_breach(message: str) -> list[str]:
    return [message] if "Content Security Policy" in message else []


@contextmanager
def open_page(browser: Browser, *, width: int = DESK, has_script: bool = True) -> Iterator[Page]:
    """A page in a context of its own: no cookies shared, British English, UK time, every error on the page fatal."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        locale="en-GB",
        timezone_id="Europe/London",
        java_script_enabled=has_script,
        accept_downloads=True,
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.extend(_policy_breach(message.text)))
    yield page
    context.close()
    assert not faults, f"the browser complained: {faults}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desk-wide page without cookies."""
    with open_page(browser) as page:
        yield page


@pytest.fixture
def serve() -> Iterator[Callable[[WSGIApplication], str]]:
    """A function that puts a WSGI application on a free local port and returns its address, until the test ends."""
    with ExitStack() as stack:

        def start(application: WSGIApplication) -> str:
            return stack.enter_context(serving(application))

        yield start


@contextmanager
def serving(application: WSGIApplication) -> Iterator[str]:
    """Serve an application from a thread; give its address, without a slash at the end."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
