"""Build the browser assets into pb_app/static/vendor: installed and built on each machine, never committed."""

import json
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
FRONTEND = PACKAGES / "govuk-frontend"
VENDOR = ROOT / "pb_app" / "static" / "vendor"
FORBIDDEN = re.compile(r"@font-face|GDS Transport|crest", re.IGNORECASE)


def style() -> str:
    """Compile .ci/govuk.scss; raise ValueError if a government font or crest came through."""
    sass = [str(ROOT / ".venv" / "bin" / "node"), str(PACKAGES / "sass" / "sass.js")]
    options = ["--no-source-map", "--style=compressed", "--quiet-deps", f"--load-path={PACKAGES}"]
    source = str(ROOT / ".ci" / "govuk.scss")
    css = subprocess.run([*sass, *options, source], check=True, capture_output=True, text=True).stdout
    if found := FORBIDDEN.search(css):
        raise ValueError(f"govuk-frontend.min.css still holds {found.group()!r}: mend .ci/govuk.scss")
    return css


def script() -> str:
    """Return the enhancement script without its pointer to a source map that we do not serve."""
    built = (FRONTEND / "dist" / "govuk" / "govuk-frontend.min.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=\S+\s*$", "", built)


def build() -> None:
    """Write style and script afresh, each with its licence on top."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    version = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))["version"]
    licence = f"/*! govuk-frontend {version}, Crown copyright (Government Digital Service), MIT Licence */\n"
    (VENDOR / "govuk-frontend.min.css").write_text(licence + style(), encoding="utf-8")
    (VENDOR / "govuk-frontend.min.js").write_text(licence + script(), encoding="utf-8")


if __name__ == "__main__":
    build()
