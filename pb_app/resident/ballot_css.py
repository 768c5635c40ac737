"""The small stylesheets that keep a ballot's count, list and limit live without script.

CSS counters count the marks by themselves; which names show, when the limit is passed and which slots fill takes one
rule for each place, so the rules are written for the number of projects shown and the number that may be picked. What
is left of a basket takes one rule for each project. A file of our own is allowed by `style-src 'self'`, where a style
inside the page is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd

from tallying.election import Project

MOST_PROJECTS = 500
MOST_SLOTS = 20
"""Beyond this, little boxes say less than the number beside them."""

MARKED = {"tick": "input{}:checked", "number": "input{}:not(:placeholder-shown)"}
"""How each box says that it is marked; a number box is marked as soon as something stands in it."""

_BONUS = ".cp-ballot>[data-bonus]:checked~* "
_MOST_GROUPED = 1_000_000
"""Pounds: above this what is left is written without commas, to keep the file small."""

_NOTHING = '@counter-style cp-nothing{system:cyclic;symbols:"less than £0"}'
_PLAIN_POUNDS = (
    '@counter-style cp-sign{system:cyclic;symbols:"£";range:0 infinite;fallback:cp-nothing}\n'
    "@counter-style cp-pounds{system:extends decimal;range:0 infinite;fallback:cp-enough}\n"
    f".cp-left::before{{content:counter(left,cp-sign) counter(left,cp-pounds)}}\n{_NOTHING}"
)
_ENOUGH = '@counter-style cp-enough{system:cyclic;symbols:""}'
_OVERSPENT = (
    '@counter-style cp-too-much{system:cyclic;symbols:"That is more than the money. Take something out.";'
    "range:infinite -1;fallback:cp-enough}\n"
    ".cp-poor::before{content:counter(left,cp-too-much)}"
)
"""What says without script that a basket costs too much: a counter that is this sentence below nothing.

Left out where pence are rounded up: it would come too early.
"""


def ballot_css(shown: int, most: int, box: str = "tick") -> str:
    """Rules for `shown` boxes of which `most` may be marked; `box` is a key of MARKED."""
    marked = MARKED[box]
    return "".join(
        (
            _names(shown, marked),
            _over(most, shown, marked.format("")) if most < shown else "",
            _slots(most, marked.format("")) if most <= MOST_SLOTS else ".cp-slots{display:none}\n",
            # the summary stands beside the whole list on wide screens
            f"@media (min-width:60em){{.cp-ballot .cp-picks{{grid-row:1 / span {2 * max(shown, 30)}}}}}\n",
        )
    )


def basket_css(projects: Iterable[Project], budget: int) -> str:
    """What each ticked project takes from the budget (pence), as a counter and as a part of the bar.

    Costs are counted in whole pounds, rounded up: the page never promises more than is left. The counter holds twice
    the pounds left, and one: so the thousands and the three figures after them are told apart by it (`_pounds`).
    """
    lines = list(projects)
    pounds = {line.id: -(-line.cost // 100) for line in lines}
    whole = budget // 100
    is_grouped = whole <= _MOST_GROUPED
    rules = [f".cp-ballot{{counter-reset:picked left {2 * whole + 1 if is_grouped else whole}}}"]
    for line in lines:
        name, taken = _quoted(line.id), pounds[line.id] * (2 if is_grouped else 1)
        rules.append(f".cp-tick[value={name}]:checked{{counter-increment:picked left -{taken}}}")
        rules.append(f".cp-basketbar [data-p={name}]{{width:{_percent(line.cost, budget)}}}")
    shown = _pounds(whole, gcd(1000, whole, *pounds.values())) if is_grouped else _PLAIN_POUNDS
    is_exact = not budget % 100 and not any(line.cost % 100 for line in lines)
    return "\n".join([*rules, shown, _ENOUGH, *([_OVERSPENT] if is_exact else [])]) + "\n"


def _names(shown: int, marked: str) -> str:
    """The nth name shows once the nth box is marked."""
    rules = (f"{marked.format(f':nth-of-type({n})')}~* .cp-p:nth-child({n})" for n in range(1, shown + 1))
    return ",\n".join(rules) + "{display:flex!important}\n" if shown else ""


def _over(most: int, shown: int, marked: str) -> str:
    """One mark too many shows the warning, and how many are too many; a mark of the bonus allows one more."""
    return "".join(
        (
            f"{_chain(most + 1, marked)}{{display:block}}\n",
            f"{_BONUS}.cp-over{{display:none!important}}\n",
            f"{_chain(most + 2, marked)}{{display:block!important}}\n",
            _excess("cp-excess", most, shown),
            _excess("cp-excess-bonus", most + 1, shown, _BONUS),
        )
    )


def _chain(count: int, marked: str) -> str:
    return f".cp-ballot>{f'{marked}~' * count}* .cp-over"


def _excess(name: str, most: int, shown: int, where: str = "") -> str:
    """By how many the count is above `most`: a symbol for each number."""
    above = " ".join(f'"{n}"' for n in range(1, max(shown - most, 1) + 1))
    style = f"@counter-style {name}{{system:fixed {most + 1};symbols:{above}}}\n"
    return f"{style}{where}.cp-excess::before{{content:counter(picked,{name})}}\n"


def _slots(most: int, marked: str) -> str:
    rules = (f"{marked}~" * n + f"* .cp-slots i:nth-child({n})" for n in range(1, most + 1))
    return ",\n".join(rules) + "{background:var(--cp-good)}\n"


def _pounds(whole: int, step: int) -> str:
    """The counter as `£12,350`: a symbol for each thousand, one for each step within it; below nothing: words."""
    thousands = [f'{2000 * n} "£{n},"' for n in range(whole // 1000, 0, -1)]
    rest = range(1000 - step, -1, -step)
    grouped = ",".join([*thousands, *(f'{2 * n + 1} "{n:03d}"' for n in rest)])
    small = ",".join(f'{2 * n + 1} "£{n}"' for n in rest)
    styles = (
        f"@counter-style cp-pounds{{system:additive;range:2000 infinite;additive-symbols:{grouped};fallback:cp-few}}",
        f"@counter-style cp-few{{system:additive;range:1 1999;additive-symbols:{small};fallback:cp-nothing}}",
        _NOTHING,
    )
    return "\n".join(styles)


def _percent(part: int, whole: int) -> str:
    return f"{min(10_000, part * 10_000 // whole) / 100:g}%" if whole else "0"


def _quoted(text: str) -> str:
    """A CSS string: every character that is not a plain letter or digit as its code point."""
    return '"' + "".join(char if char.isascii() and char.isalnum() else f"\\{ord(char):x} " for char in text) + '"'
