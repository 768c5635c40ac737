"""The file that a command writes."""

from pathlib import Path

from tallying.commands.sources import InputError


def refuse_overwriting(source: str, target: str) -> None:
    """Raise InputError where a result would be written over what it is made from."""
    try:
        is_same = Path(target).samefile(source)
    except (OSError, ValueError):
        return
    if is_same:
        raise InputError(f"{target}: this would overwrite what is read. Choose another name.")


def write_output(path: str, data: bytes) -> None:
    """Write it; raises InputError where that cannot be."""
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}. Choose another place.") from error
