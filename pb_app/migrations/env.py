"""Alembic's entry: runs the revisions on the connection that `pb_app.migrations` hands over."""

from __future__ import annotations

from alembic import context

import pb_app.models
from pb_app.db import Base

assert pb_app.models  # noqa: S101 -- imported so that the metadata is whole
attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    include_name=attributes.get("include_name"),
    include_object=attributes.get("include_object"),
)
context.run_migrations()
