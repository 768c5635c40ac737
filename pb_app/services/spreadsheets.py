"""Lists as CSV files that open safely in a spreadsheet (RFC 4180, UTF-8 with a byte-order mark for Excel)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from pb_app.services.public_lists import Entry
from tallying.money import amount_text

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """A header line and rows. Text that a spreadsheet would run as a formula gets a quote in front."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def csv_rows(rows: Iterable[Sequence[str | int]]) -> str:
    """More rows of a file that `csv_text` began."""
    return csv_text((), rows).removeprefix("\ufeff\r\n")


def entries_csv(entries: Iterable[Entry]) -> str:
    """Proposals or projects by title; costs in pounds with two decimals."""
    head = ("title", "cost_pounds", "pot", "area", "place", "status", "summary", "project", "proposal")
    rows = (
        (
            entry.title,
            amount_text(entry.cost, 2),
            entry.pot_name,
            entry.area_name,
            entry.place,
            entry.status,
            entry.summary,
            entry.project_id,
            entry.proposal_id,
        )
        for entry in sorted(entries, key=lambda entry: (entry.title.casefold(), entry.key))
    )
    return csv_text(head, rows)


def _safe(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
