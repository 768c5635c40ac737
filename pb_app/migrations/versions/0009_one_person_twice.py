"""Two entries of the roll that are one person: which goes, and which stands"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roll_void",
        sa.Column("roll_id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("stands_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.CheckConstraint("kind IN ('merged', 'voided')", name=op.f("ck_roll_void_kind")),
        sa.CheckConstraint("roll_id <> stands_id", name=op.f("ck_roll_void_two_entries")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll_entry.id"], name=op.f("fk_roll_void_roll_id_roll_entry")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roll_void_round_id_round")),
        sa.ForeignKeyConstraint(["stands_id"], ["roll_entry.id"], name=op.f("fk_roll_void_stands_id_roll_entry")),
        sa.PrimaryKeyConstraint("roll_id", name=op.f("pk_roll_void")),
    )
    op.create_index(op.f("ix_roll_void_round_id"), "roll_void", ["round_id"], unique=False)
    op.create_index(op.f("ix_roll_void_stands_id"), "roll_void", ["stands_id"], unique=False)


def downgrade() -> None:
    op.drop_table("roll_void")
