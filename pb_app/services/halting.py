"""Standing still: when a register is not the one that was signed before, the pages can only be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Halt:
    """Why nothing may be changed; "" while all is well. One for each running application."""

    reason: str = ""
