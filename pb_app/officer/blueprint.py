"""The one blueprint of the officers' pages; the views stand in one module for each group of pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("officer", __name__)
