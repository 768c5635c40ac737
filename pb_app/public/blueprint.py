"""The one blueprint of the pages for everybody; the views stand in one module for each group of pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("public", __name__)
