"""Fixtures for every test, and the marks that folders give."""

from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.app", "tests.database", "tests.browser", "tests.services.twins"]

settings.register_profile("patient", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("patient")

MARK_OF_FOLDER = {"journeys": "browser", "conformance": "conformance", "faults": "faults"}
TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the folder they stand in, before `-m` chooses among them."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
        if mark := MARK_OF_FOLDER.get(folder):
            item.add_marker(mark)
