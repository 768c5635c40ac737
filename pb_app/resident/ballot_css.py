"""The small stylesheet that keeps a ballot's count, list and limit live without script.

CSS counters count the ticks by themselves; which names show, when the limit is passed and which slots fill takes one
rule for each place, so the rules are written for the number of projects shown and the number that may be picked.
A file of our own is allowed by `style-src 'self'`, where a style inside the page is not.
"""

from __future__ import annotations

MOST_PROJECTS = 500
MOST_SLOTS = 20
"""Beyond this, little boxes say less than the number beside them."""


def ballot_css(shown: int, most: int) -> str:
    """Rules for `shown` tick boxes of which `most` may be ticked."""
    return "".join(
        (
            _names(shown),
            _over(most) if most < shown else "",
            _slots(most) if most <= MOST_SLOTS else ".cp-slots{display:none}\n",
            # the summary stands beside the whole list on wide screens
            f"@media (min-width:60em){{.cp-ballot .cp-picks{{grid-row:1 / span {2 * max(shown, 30)}}}}}\n",
        )
    )


def _names(shown: int) -> str:
    """The nth name shows once the nth box is ticked."""
    rules = (f"input:nth-of-type({n}):checked~* .cp-p:nth-child({n})" for n in range(1, shown + 1))
    return ",\n".join(rules) + "{display:flex!important}\n" if shown else ""


def _over(most: int) -> str:
    """One tick too many shows the warning and hides what asks to go on as if all were well."""
    chain = "input:checked~" * (most + 1)
    return f".cp-ballot>{chain}* .cp-over{{display:block}}\n"


def _slots(most: int) -> str:
    rules = ("input:checked~" * n + f"* .cp-slots i:nth-child({n})" for n in range(1, most + 1))
    return ",\n".join(rules) + "{background:var(--cp-good)}\n"
