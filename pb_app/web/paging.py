"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

Item = TypeVar("Item")
PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Paged(Generic[Item]):
    """One page of a list. Pages count from 1; `total` is the number of items on all pages."""

    items: Sequence[Item]
    page: int
    pages: int
    total: int
    first: int
    """The place of the first item shown, from 1 (0 when there is none)."""


def paged(items: Sequence[Item], *, per_page: int = PER_PAGE) -> Paged[Item]:
    """The page that the address asks for (`?page=2`); one that is not there becomes the nearest that is."""
    pages = max(1, -(-len(items) // per_page))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    start = (page - 1) * per_page
    return Paged(items[start : start + per_page], page, pages, len(items), start + 1 if items else 0)
