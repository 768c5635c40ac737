"""Scans of paper ballots, encrypted until the count is sealed"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_scan",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("sheet", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("sheet > 0", name=op.f("ck_sheet_scan_sheet_above_zero")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_sheet_scan_added_by_person")),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batch.id"], name=op.f("fk_sheet_scan_batch_id_paper_batch")),
        sa.PrimaryKeyConstraint("batch_id", "sheet", name=op.f("pk_sheet_scan")),
        sa.UniqueConstraint("batch_id", "mark", name=op.f("uq_sheet_scan_batch_id_mark")),
    )


def downgrade() -> None:
    op.drop_table("sheet_scan")
