"""An application with a few more addresses, whose views a test brings itself; routes are compiled once."""

import pytest
from flask import Flask

from pb_app.config import Config
from pb_app.factory import create_app
from tests.app import copy_app, workplace_of
from tests.web.pages import VIEWS, add_addresses


@pytest.fixture(scope="session")
def built_with_views(built_app: Flask) -> Flask:
    """Never asked anything itself."""
    made = create_app(workplace_of(built_app).config)
    made.jinja_env.bytecode_cache = built_app.jinja_env.bytecode_cache
    add_addresses(made)
    return made


@pytest.fixture
def app_with_views(built_with_views: Flask, app_config: Config) -> Flask:
    """The application, with a council and its areas, for `add_view`. A module puts it in the place of `app`."""
    made = copy_app(built_with_views, app_config)
    made.extensions[VIEWS] = {}
    return made
