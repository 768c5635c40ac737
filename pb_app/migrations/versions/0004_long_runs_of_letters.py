"""Long runs of letters: batches with numbers and a state, letters with numbers and replacements

Both tables are made anew with the rows that they held: letter_code points to code_batch, and SQLite can't change either
in place. Batches made before count as downloaded, because their letters are out.
"""

from datetime import UTC, datetime, time
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from pb_app.db import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Row = dict[str, Any]
Rows = list[Row]
_BATCH = ("id", "round_id", "area_id", "size", "made_by")


def upgrade() -> None:
    batches, letters = _take("code_batch", "round_id, made_on, id"), _take("letter_code", "batch_id, code_hash")
    made = _make_batches(
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("ready_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("downloaded_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("voided_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("voided_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('letters', 'labels', 'list')", name=op.f("ck_code_batch_kind")),
        sa.CheckConstraint(
            "downloaded_at IS NULL OR voided_at IS NULL", name=op.f("ck_code_batch_downloaded_or_voided")
        ),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_code_batch_round_id_number")),
    )
    codes = _make_letters(
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("standing", sa.LargeBinary(), nullable=True),
        sa.UniqueConstraint("batch_id", "number", "issue", name=op.f("uq_letter_code_batch_id_number_issue")),
    )
    op.bulk_insert(made, [_out(row, number) for row, number in _numbered(batches, "round_id")])
    for row, number in _numbered(letters, "batch_id"):
        row.update(number=number, issue=1, standing=None)
    op.bulk_insert(codes, letters)


def downgrade() -> None:
    batches, letters = _take("code_batch", "id"), _take("letter_code", "roll_id, issue")
    newest = {row["roll_id"]: row for row in letters}
    out = {row["id"] for row in batches if row["downloaded_at"] is not None}
    made = _make_batches(sa.Column("made_on", sa.Date(), nullable=False))
    codes = _make_letters()
    op.create_index(op.f("ix_code_batch_round_id"), "code_batch", ["round_id"])
    op.create_index(op.f("ix_letter_code_batch_id"), "letter_code", ["batch_id"])
    op.bulk_insert(made, [_made(row) for row in batches if row["id"] in out])
    op.bulk_insert(codes, [_plain(row) for row in newest.values() if row["batch_id"] in out])


def _take(table: str, order: str) -> Rows:
    """The rows of a table, which is then dropped."""
    query = sa.text(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608 -- our own names
    return [dict(row) for row in op.get_bind().execute(query).mappings()]


def _make_batches(*more: sa.schema.SchemaItem) -> sa.Table:
    op.drop_table("letter_code")
    op.drop_table("code_batch")
    return op.create_table(
        "code_batch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_code_batch_area_id_area")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_code_batch_made_by_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_code_batch_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_batch")),
    )


def _make_letters(*more: sa.schema.SchemaItem) -> sa.Table:
    made = op.create_table(
        "letter_code",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("roll_id", sa.String(length=32), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["batch_id"], ["code_batch.id"], name=op.f("fk_letter_code_batch_id_code_batch")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll_entry.id"], name=op.f("fk_letter_code_roll_id_roll_entry")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_letter_code_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "code_hash", name=op.f("pk_letter_code")),
    )
    op.create_index(op.f("ix_letter_code_roll_id"), "letter_code", ["roll_id"])
    return made


def _numbered(rows: Rows, group: str) -> list[tuple[Row, int]]:
    """Each row with its place in its group, from 1."""
    groups = groupby(rows, key=lambda row: row[group])
    return [(row, number) for _, found in groups for number, row in enumerate(found, start=1)]


def _out(row: Row, number: int) -> Row:
    made_at = _moment(row["made_on"])
    out = {"asked_at": made_at, "ready_at": made_at, "downloaded_at": made_at, "voided_at": None, "voided_reason": ""}
    return {**_some(row, *_BATCH), **out, "number": number, "kind": "letters", "done": row["size"]}


def _made(row: Row) -> Row:
    return {**_some(row, *_BATCH), "made_on": _moment(row["asked_at"]).date()}


def _plain(row: Row) -> Row:
    return _some(row, "round_id", "code_hash", "roll_id", "batch_id")


def _some(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}


def _moment(value: Any) -> datetime:
    """A day or a moment as either engine gives it: SQLite as text."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    whole = found if isinstance(found, datetime) else datetime.combine(found, time())
    return whole.replace(tzinfo=UTC) if whole.tzinfo is None else whole
