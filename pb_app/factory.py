"""Builds the application from its settings. Nothing is global: two applications live side by side in the tests."""

from __future__ import annotations

import logging
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from urllib.parse import urlsplit

from flask import Flask, Request, has_request_context, request
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from pb_app import account, auditor, db, officer, public, resident
from pb_app.config import ROOT, Config, check
from pb_app.services.clock import Clock
from pb_app.services.keys import KeyStore
from pb_app.web import access, addresses, compression, errors, filters, halted, headers, login, pages, security
from pb_app.web.context import NAME, Workplace

MOST_BYTES = 12 * 1024 * 1024
"""One request: a photo of 10 MB and the text beside it."""

MOST_TEXT_BYTES = 1024 * 1024
"""The text fields of one request together."""

_HERE = Path(__file__).resolve().parent
_TOKEN_HOURS = timedelta(hours=4)


class UploadInMemory(Request):
    """A request whose uploads never touch the disk: a temporary file would hold addresses in clear."""

    def _get_file_stream(self, *_about: Any, **_more: Any) -> IO[bytes]:
        """A request is limited to `MOST_BYTES`, so the memory is, too."""
        return BytesIO()


class Commonpot(Flask):
    """Flask whose log says which view failed, not the address: an address may hold a mailed link's token."""

    request_class = UploadInMemory

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> None:
        """As Flask's, without the path."""
        where = f"{request.method} {request.endpoint}" if has_request_context() else "no request"
        self.logger.error("Exception in %s", where, exc_info=exc_info)


def create_app(config: Config) -> Flask:
    """The application. Raises ConfigError for unsafe settings and AudienceMissingError for an unguarded view."""
    check(config)
    app = Commonpot(
        "pb_app", root_path=str(_HERE), template_folder=str(_templates()), static_folder=str(_HERE / "static")
    )
    _configure(app, config)
    app.extensions[NAME] = Workplace(
        config, db.make_engine(config.database_url), KeyStore(config.key_dir), Clock(config.clock)
    )
    for part in (addresses, halted, login, security, filters, pages, compression, headers, errors):
        part.init_app(app)
    for package in (public, account, resident, officer, auditor):
        for blueprint in getattr(package, "blueprints", ()):
            app.register_blueprint(blueprint)
    access.public(app.view_functions["static"])
    access.check_audiences(app)
    return app


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-commonpot" if config.is_production else "commonpot",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.is_production,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_TEXT_BYTES,
        MAX_FORM_PARTS=5000,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WTF_CSRF_TIME_LIMIT=int(_TOKEN_HOURS.total_seconds()),
        WTF_CSRF_CHECK_DEFAULT=False,
        PREFERRED_URL_SCHEME="https" if config.is_production else "http",
    )
    if config.is_production:
        app.config["TRUSTED_HOSTS"] = [urlsplit(config.base_url).hostname or ""]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(_templates()),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.logger.setLevel(logging.INFO)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies)  # type: ignore[method-assign]  # the way Flask documents


def _templates() -> Path:
    """Beside the packages in a checkout, inside pb_app in an installed wheel."""
    return ROOT / "templates" if (ROOT / "templates").is_dir() else _HERE / "templates"
