"""Where ballot sheets are handed in: one place a line, and the day on which the places last changed in public"""

import sqlalchemy as sa
from alembic import op

import pb_app.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paper_rule", schema=None) as batch_op:
        batch_op.alter_column("places", type_=sa.String(length=1000), existing_nullable=False)
        batch_op.add_column(sa.Column("places_changed_at", pb_app.db.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    rule = sa.table("paper_rule", sa.column("places"))
    op.execute(sa.update(rule).values(places=sa.func.substr(rule.c.places, 1, 300)))
    with op.batch_alter_table("paper_rule", schema=None) as batch_op:
        batch_op.drop_column("places_changed_at")
        batch_op.alter_column("places", type_=sa.String(length=300), existing_nullable=False)
