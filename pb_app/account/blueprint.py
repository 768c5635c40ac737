"""The one blueprint of account pages; the views stand in one module for each group of pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("account", __name__)
