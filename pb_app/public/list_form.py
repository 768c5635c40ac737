"""The choices above a list of projects, read from the address; and the seed of this browser's own order."""

from __future__ import annotations

import secrets

from flask import request, session

from pb_app.services.public_lists import Wanted

SEED = "order_seed"
COSTS = (5_000_00, 10_000_00, 20_000_00, 50_000_00)
"""The steps of the cost filter, in pence."""

_LONGEST_SEARCH = 100


def wanted() -> Wanted:
    """What the visitor narrowed the list to. A value that makes no sense is left out, never an error."""
    most = request.args.get("most", type=int)
    return Wanted(
        search=request.args.get("q", "").strip()[:_LONGEST_SEARCH],
        area_id=request.args.get("area", ""),
        pot_id=request.args.get("pot", ""),
        status=request.args.get("status", ""),
        most=most if most in COSTS else None,
    )


def order_seed() -> str:
    """A random value that this browser keeps while it is open; the server keeps no copy."""
    if SEED not in session:
        session[SEED] = secrets.token_hex(8)
    return str(session[SEED])
