"""What was measured on: processor, memory, versions."""

import os
import platform
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

from tallying.release import RELEASE

_PACKAGES = "from importlib.metadata import version as v; print(v('pabutools'), v('gmpy2'))"


@cache
def describe(their_python: Path) -> str:
    """One line, with the versions of pabutools."""
    versions = "pabutools is not installed"
    if their_python.exists():
        done = subprocess.run([str(their_python), "-c", _PACKAGES], check=True, capture_output=True, text=True)
        pabutools, gmpy2 = done.stdout.split()
        versions = f"pabutools {pabutools} with gmpy2 {gmpy2}"
    return f"{own_description()}; {versions}"


def own_description() -> str:
    """One line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.machine()}"
    release = f"commonpot {metadata.version('commonpot')} (tallying {RELEASE})"
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB; {system}, {python}; {release}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
