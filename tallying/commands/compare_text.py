"""Several outcomes side by side for people: ``pb-tally compare``."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from tallying.choices import Satisfaction
from tallying.commands.rule_words import in_one_line
from tallying.commands.sources import Countable
from tallying.commands.tables import WIDTH, hanging, paragraph, table
from tallying.commands.terminal import one_line
from tallying.election import Election
from tallying.explain_words import people, percent
from tallying.measures import Measures, Part, Shift
from tallying.money import SIGNS, shown, shown_share
from tallying.outcome import Outcome
from tallying.proportionality import Violation
from tallying.rulebook import Rulebook
from tallying.values import frozen_value

_MOST_PARTS = 15
_MOST_CLAIMS = 2
_LABEL = 32
"""Characters that the widest label takes."""
_SMALL = 1_000


@frozen_value
class Compared:
    """One of the rules: its outcome and measures; ``satisfaction`` is what claims are measured by."""

    rulebook: Rulebook
    outcome: Outcome
    measures: Measures
    satisfaction: Satisfaction


Row = tuple[str, ...]


class _Amounts:
    """Amounts short enough for as many columns as there are rules: in thousands or millions where they must be."""

    def __init__(self, election: Election, columns: int) -> None:
        self._exponent, self._is_sign = election.exponent, election.currency in SIGNS
        self._currency = election.currency if self._is_sign else ""
        room = (WIDTH - _LABEL) // columns - 2
        scales = [(1, ""), (1_000, "thousand "), (1_000_000, "million ")]
        fitting = [item for item in scales if len(self._shown(election.budget, item[0])) <= room]
        self._scale, words = (fitting or scales[-1:])[0]
        sign = SIGNS.get(election.currency, one_line(election.currency)) if words or not self._is_sign else ""
        named = f"{words}{sign}" if sign else words.replace(" ", "s")
        self.unit = f" ({named})" if named else ""
        self.said = f"Amounts in {named}" if named else ""

    def whole(self, minor: int) -> str:
        """An amount in minor units, as a cell; in thousands it is rounded down, and its label says of what."""
        return self._shown(minor, self._scale)

    def share(self, minor: Fraction) -> str:
        """A fraction of minor units, rounded down; pence only where amounts are small."""
        if self._scale == 1 and minor < _SMALL * 10**self._exponent:
            return shown_share(minor, self._exponent, self._currency)
        return self._shown(int(minor) // 10**self._exponent * 10**self._exponent, self._scale)

    def _shown(self, minor: int, scale: int) -> str:
        if scale == 1:
            return shown(minor, self._exponent, self._currency)
        return f"{minor // (scale * 10**self._exponent):,}"


def comparison_lines(paper: Countable, rules: Sequence[Compared], shifts: Sequence[Shift]) -> list[str]:
    """The whole text."""
    lines = [one_line(paper.title)]
    letters = "ABCDEF"[: len(rules)]
    for letter, item in zip(letters, rules, strict=True):
        lines += paragraph(letter, in_one_line(item.rulebook))
    right, amounts = range(1, len(rules) + 1), _Amounts(paper.election, len(rules))
    rows = _measure_rows(paper.election, rules, shifts, amounts)
    lines += ["", *table([(amounts.said, *letters), *rows], right, indent=0, cut=0)]
    for title, parts in (("Money by area", _areas), ("Money by category", _categories)):
        rows = _part_rows(rules, parts, amounts)
        if rows:
            lines += ["", *table([(f"{title}{amounts.unit}", *letters), *rows], right, indent=0, cut=0)]
    lines += ["", *_changed_lines(paper.election, rules, letters, amounts)]
    return [*lines, *_claim_lines(paper.election, rules, letters)]


def _measure_rows(
    election: Election, rules: Sequence[Compared], shifts: Sequence[Shift], amounts: _Amounts
) -> list[Row]:
    rows: list[tuple[str, Callable[[Compared], str]]] = [
        (f"Projects funded, of {len(election.projects)}", lambda item: str(len(item.outcome.funded))),
        ("Money used", lambda item: amounts.whole(item.outcome.cost)),
        ("Share of the money", lambda item: _percent(item.measures.used)),
        ("Voters with a pick that won", lambda item: _percent(item.measures.with_one)),
        ("Money on a voter’s picks", lambda item: amounts.share(item.measures.mean)),
        ("  a quarter have at most", lambda item: amounts.whole(item.measures.quartiles[0])),
        ("  half have at most", lambda item: amounts.whole(item.measures.quartiles[1])),
        ("  three quarters have at most", lambda item: amounts.whole(item.measures.quartiles[2])),
        ("Claims left open (EJR+)", lambda item: str(len(item.measures.violations))),
        ("Paid for by equal shares", _is_paid),
    ]
    voters = election.voters or 1
    cells: list[Row] = [(label, *(say(item) for item in rules)) for label, say in rows]
    cells.append(("Voters better off than in A", *("–", *(_percent(Fraction(s.more, voters)) for s in shifts[1:]))))
    cells.append(("Voters worse off than in A", *("–", *(_percent(Fraction(s.less, voters)) for s in shifts[1:]))))
    return cells


def _is_paid(item: Compared) -> str:
    prices = item.measures.prices
    if prices is None:
        return "–"
    return f"{len(prices.paid)} of {len(item.outcome.funded)}" if prices.holds else "NO"


def _areas(measures: Measures) -> Sequence[Part]:
    return measures.areas


def _categories(measures: Measures) -> Sequence[Part]:
    return measures.categories


def _part_rows(rules: Sequence[Compared], parts: Callable[[Measures], Sequence[Part]], amounts: _Amounts) -> list[Row]:
    """What each area or category got; the rest of very many is left to ``--json``."""
    columns = [parts(item.measures) for item in rules]
    rows = [
        (_cut(one_line(row[0].name) or "(none)"), *(amounts.whole(part.amount) for part in row))
        for row in zip(*columns, strict=True)
    ]
    if len(rows) <= _MOST_PARTS:
        return rows
    more = f"… {len(rows) - _MOST_PARTS} more: --json"
    return [*rows[:_MOST_PARTS], (more, *("" for _ in rules))]


def _cut(name: str) -> str:
    return name if len(name) <= 28 else name[:27] + "…"


def _changed_lines(election: Election, rules: Sequence[Compared], letters: str, amounts: _Amounts) -> list[str]:
    funded = [set(item.outcome.funded_ids) for item in rules]
    changed = [item for item in election.projects if len({item.id in one for one in funded}) > 1]
    if not changed:
        return [f"{'Both' if len(rules) == 2 else 'All'} fund the same projects."]
    head = ("", "Projects that change", f"Cost{amounts.unit}", *letters)
    rows = [
        (
            one_line(project.id),
            one_line(project.name),
            amounts.whole(project.cost),
            *("yes" if project.id in one else "no" for one in funded),
        )
        for project in changed
    ]
    return table([head, *rows], right=range(2, 3 + len(rules)), indent=0)


def _claim_lines(election: Election, rules: Sequence[Compared], letters: str) -> Iterable[str]:
    """The certificates: who has a claim, and to what."""
    for letter, item in zip(letters, rules, strict=True):
        claims = item.measures.violations
        for claim in claims[:_MOST_CLAIMS]:
            yield ""
            yield from hanging(one_line(f"{letter}, claim left open: {claim_text(election, claim, item.satisfaction)}"))
        if len(claims) > _MOST_CLAIMS:
            yield f"  … and {len(claims) - _MOST_CLAIMS} more: --json lists them all"


def claim_text(election: Election, claim: Violation, satisfaction: Satisfaction) -> str:
    """A certificate in words."""
    name = election.project(claim.project_id).name or claim.project_id
    cost = shown(claim.cost, election.exponent, election.currency)
    share = shown_share(claim.share, election.exponent, election.currency)
    text = f"{people(claim.voters)} picked “{name}” ({cost}). Their share of the money is {share}, yet none of them has"
    if not claim.has:
        return f"{text.removesuffix(' none of them has')} nothing that any of them picked won."
    if satisfaction is Satisfaction.COST:
        return f"{text} more than {shown(claim.has, election.exponent, election.currency)} of it on their picks."
    words = str(satisfaction).replace("_", " ")
    return f"{text} more than {claim.has:,} from what won, measured by {words}."


def _percent(share: Fraction) -> str:
    return percent(Fraction(share.numerator * 1000 // share.denominator, 1000))
