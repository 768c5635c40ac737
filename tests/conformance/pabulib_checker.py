"""Runs inside the environment of Pabulib's checker: what it says of each file, as JSON. Needs nothing of ours."""

import contextlib
import io
import json
import sys
from importlib import import_module


def main() -> None:
    """Print {path: {"errors": {kind: first}, "warnings": {kind: first}}} for the paths given."""
    said = {}
    for path in sys.argv[1:]:
        with contextlib.redirect_stdout(io.StringIO()):
            results = import_module("pabulib.checker").Checker().process_files([path])
        (found,) = (value["results"] for key, value in results.items() if key not in ("metadata", "summary"))
        said[path] = {
            level: {kind: next(iter(texts.values())) for kind, texts in found.get(level, {}).items()}
            for level in ("errors", "warnings")
        }
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
