"""The one blueprint of auditors' pages; the views stand in one module for each group of pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("auditor", __name__, url_prefix="/auditor")
