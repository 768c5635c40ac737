"""Accounts: register, sign in, the second step, the area to vote for, appointments, and the demo's mail."""

from pb_app.account import appointments, areas, entering, outbox, overview, registration, second_step
from pb_app.account.blueprint import bp

__all__ = ["appointments", "areas", "blueprints", "entering", "outbox", "overview", "registration", "second_step"]

blueprints = (bp,)
