"""A paper's own word for what residents give"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("paper", sa.Column("word_one", sa.String(length=20), server_default="", nullable=False))
    op.add_column("paper", sa.Column("word_many", sa.String(length=20), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("paper", "word_many")
    op.drop_column("paper", "word_one")
