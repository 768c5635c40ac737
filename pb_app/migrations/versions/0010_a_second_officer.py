"""Who refused a request for an area, so that another officer answers when it is asked again"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("area_verification", sa.Column("refused_by", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("area_verification", "refused_by")
