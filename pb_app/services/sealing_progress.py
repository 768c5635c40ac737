"""Carrying a sealing on from a page: as many steps as fit into a moment, and what to do where one stopped."""

from __future__ import annotations

import time

from sqlalchemy import Engine

from pb_app.services.ballot_box import BoxFaultError
from pb_app.services.clock import Clock
from pb_app.services.keys import KeyMissingError, KeyStore
from pb_app.services.sealing import SealingStoppedError, run_next_step

PATIENCE = 8.0
"""Seconds after which no further step is begun, so that the page answers; the next press goes on from there."""


def carry_on(engine: Engine, keys: KeyStore, *, round_id: str, clock: Clock, patience: float = PATIENCE) -> str:
    """Runs steps, each in a transaction of its own. "" or what people must look at before it can go on.

    Raises NotNowError before two people confirmed.
    """
    begun = time.monotonic()
    try:
        while run_next_step(engine, keys, round_id=round_id, clock=clock):
            if time.monotonic() - begun > patience:
                break
    except (SealingStoppedError, BoxFaultError, KeyMissingError) as stop:
        return str(stop)
    return ""
