"""Make .venv with uv in it, or say in one line what the machine lacks. Standard library only: nothing is there yet."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def refuse(message: str) -> None:
    """Stop with a message that says how to mend it; exit code 2 is "the machine, not the code"."""
    print(f"make setup: {message}", file=sys.stderr)
    raise SystemExit(2)


def check_python() -> None:
    """Refuse a Python that is too old, or one from which Debian split the venv module away."""
    version = sys.version_info[:2]
    if version < OLDEST:
        refuse(
            f"Python {version[0]}.{version[1]} is too old; Commonpot needs 3.11 or newer. "
            "If you have one, name it: make setup PYTHON=python3.12"
        )
    try:
        import ensurepip  # noqa: F401, PLC0415 -- its presence is the question
    except ImportError:
        refuse(
            "this Python cannot make virtual environments. Mend it with: "
            f"sudo apt-get install -y python{version[0]}.{version[1]}-venv"
        )


def make_environment() -> None:
    """Make .venv and put the pinned, hash-checked uv into it."""
    print("Making .venv …", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    locked = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(ROOT / ".ci" / "uv.txt")]
    subprocess.run([*pip, "install", *locked], check=True)


if __name__ == "__main__":
    check_python()
    try:
        make_environment()
    except subprocess.CalledProcessError as failure:
        step = " ".join(map(str, failure.cmd))
        refuse(f"this step failed: {step}. Mend what its message above says, then run make again.")
