"""Run a command on its own, with a limit of processor time: seconds, peak memory, and what it printed."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds and MiB of a whole process; ``is_done``: it ended by itself, and without an error."""

    wall: float
    cpu: float
    peak: float
    is_done: bool
    printed: str
    error: str


def measure(command: Sequence[str], limit: float) -> Measured:
    """Run the command; the system stops it after ``limit`` seconds of processor time."""
    with TemporaryFile() as out, TemporaryFile() as errors:
        start = time.perf_counter()
        limited = ["prlimit", f"--cpu={ceil(limit)}", *command]
        process = subprocess.Popen(limited, stdout=out, stderr=errors, cwd=ROOT, env=_usual_environment())
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        printed, error = out.read().decode(), errors.read().decode()
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return Measured(wall, cpu, peak, process.returncode == 0, printed, error)


def _usual_environment() -> dict[str, str]:
    """Without the wish to compile every module at each start, which some developers' machines have."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
