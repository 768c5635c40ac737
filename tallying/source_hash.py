"""The hash of the source of the count: which code made a record, or checked it."""

from pathlib import Path

from tallying.canonical import dumps, sha256_hex

_HERE = Path(__file__).parent


def source_sha256() -> str:
    """SHA-256 over the names and SHA-256 of all Python files of this package, sorted by name.

    A record names the release that wrote it, so that a reader can fetch the same one elsewhere.
    """
    names = sorted(path.relative_to(_HERE).as_posix() for path in _HERE.rglob("*.py"))
    return sha256_hex(dumps([[name, sha256_hex((_HERE / name).read_bytes())] for name in names]))
