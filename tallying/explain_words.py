"""Numbers and names in words: places, people, shares, lists."""

from collections.abc import Sequence
from fractions import Fraction


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    ending = "th" if number % 100 in (11, 12, 13) else endings.get(number % 10, "th")
    return f"{number:,}{ending}"


def people(number: int) -> str:
    """1 voter, 1,399 voters."""
    return "1 voter" if number == 1 else f"{number:,} voters"


def percent(share: Fraction) -> str:
    """5%, 2.5%; at most four decimals."""
    return f"{float(share * 100):.4f}".rstrip("0").rstrip(".") + "%"


def exact(value: Fraction) -> str:
    """1,399; a value that is not whole with six digits."""
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.6g}"


def listed(names: Sequence[str]) -> str:
    """“A” and “B”; “A”, “B” and “C”."""
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
