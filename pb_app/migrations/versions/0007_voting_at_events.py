"""Voting at events: check-ins, slips, and supervised groups with numbered codes"""

import sqlalchemy as sa
from alembic import op

from pb_app.db import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voter_group",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("starts_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_voter_group_size_above_zero")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_voter_group_area_id_area")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_voter_group_made_by_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_voter_group_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_group")),
        sa.UniqueConstraint("round_id", "name", name=op.f("uq_voter_group_round_id_name")),
    )
    op.create_table(
        "check_in",
        sa.Column("roll_id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("route", sa.String(length=16), nullable=False),
        sa.Column("seen", sa.String(length=16), nullable=False),
        sa.Column("checked_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("route IN ('live', 'work', 'study', 'volunteer')", name=op.f("ck_check_in_route")),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_check_in_checked_by_person")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll_entry.id"], name=op.f("fk_check_in_roll_id_roll_entry")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_check_in_round_id_round")),
        sa.PrimaryKeyConstraint("roll_id", name=op.f("pk_check_in")),
    )
    op.create_index(op.f("ix_check_in_round_id"), "check_in", ["round_id"], unique=False)
    op.create_table(
        "group_code",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("roll_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.CheckConstraint("state IN ('kept', 'out', 'back')", name=op.f("ck_group_code_state")),
        sa.ForeignKeyConstraint(["group_id"], ["voter_group.id"], name=op.f("fk_group_code_group_id_voter_group")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll_entry.id"], name=op.f("fk_group_code_roll_id_roll_entry")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_group_code_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "code_hash", name=op.f("pk_group_code")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_group_code_group_id_number")),
        sa.UniqueConstraint("roll_id", name=op.f("uq_group_code_roll_id")),
    )
    op.create_table(
        "group_issue",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("state IN ('out', 'back')", name=op.f("ck_group_issue_state")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_group_issue_by_person")),
        sa.ForeignKeyConstraint(["group_id"], ["voter_group.id"], name=op.f("fk_group_issue_group_id_voter_group")),
        sa.PrimaryKeyConstraint("group_id", "line", name=op.f("pk_group_issue")),
    )
    op.create_table(
        "slip",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("roll_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["roll_id"], ["roll_entry.id"], name=op.f("fk_slip_roll_id_roll_entry")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_slip_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "code_hash", name=op.f("pk_slip")),
        sa.UniqueConstraint("roll_id", name=op.f("uq_slip_roll_id")),
    )


def downgrade() -> None:
    op.drop_table("slip")
    op.drop_table("group_issue")
    op.drop_table("group_code")
    op.drop_index(op.f("ix_check_in_round_id"), table_name="check_in")
    op.drop_table("check_in")
    op.drop_table("voter_group")
