"""Where ballot sheets are given out and handed in"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("paper_rule", sa.Column("places", sa.String(length=300), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("paper_rule", "places")
