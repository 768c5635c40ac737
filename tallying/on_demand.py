"""Modules that only some commands need: to load all of them would take longer than to count a small file."""

from importlib import import_module
from typing import Any


def on_demand(name: str) -> Any:
    """The module of this name, loaded when it is first asked for; its functions are not typed here."""
    return import_module(name)
