"""Names without capitals and accents, so that the database finds them at a check-in desk"""

import sqlalchemy as sa
from alembic import op

from voting.name_search import searchable

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (("person", "id"), ("check_in", "roll_id"))


def upgrade() -> None:
    for name, key in TABLES:
        op.add_column(name, sa.Column("search_name", sa.Text(), server_default="", nullable=False))
        table = sa.table(name, sa.column(key), sa.column("name"), sa.column("search_name"))
        rows = op.get_bind().execute(sa.select(table.c[key], table.c.name)).all()
        values = [{"this": this, "found": searchable(text)} for this, text in rows]
        if values:
            change = sa.update(table).where(table.c[key] == sa.bindparam("this"))
            op.get_bind().execute(change.values(search_name=sa.bindparam("found")), values)


def downgrade() -> None:
    for name, _ in TABLES:
        op.drop_column(name, "search_name")
