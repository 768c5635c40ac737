"""Tests of the web layer add views, so each has an application of its own."""

import pytest
from flask import Flask

from pb_app.config import Config
from pb_app.factory import create_app
from tests.app import found_council


@pytest.fixture
def app(app_config: Config, built_app: Flask) -> Flask:
    """The application, with a council and its areas."""
    made = create_app(app_config)
    made.jinja_env.bytecode_cache = built_app.jinja_env.bytecode_cache
    return found_council(made)
