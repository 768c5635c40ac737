"""The roll, ballots and records"""

import sqlalchemy as sa
from alembic import op

import pb_app.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_batch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_code_batch_area_id_area")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_code_batch_made_by_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_code_batch_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_batch")),
    )
    with op.batch_alter_table("code_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_batch_round_id"), ["round_id"], unique=False)

    op.create_table(
        "published_record",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("zip", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_published_record_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "revision", name=op.f("pk_published_record")),
    )
    op.create_table(
        "recount",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_recount_by_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_recount_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount")),
    )
    with op.batch_alter_table("recount", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recount_round_id"), ["round_id"], unique=False)

    op.create_table(
        "register_checkpoint",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_register_checkpoint_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "size", name=op.f("pk_register_checkpoint")),
    )
    op.create_table(
        "register_decision",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decided_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_register_decision_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "n", name=op.f("pk_register_decision")),
    )
    op.create_table(
        "register_leaf",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_register_leaf_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "place", name=op.f("pk_register_leaf")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roll_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("area_id", sa.String(length=32), nullable=False),
        sa.Column("voided_reason", sa.String(length=200), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint("way IN ('account', 'letter')", name=op.f("ck_roll_entry_way")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_roll_entry_area_id_area")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roll_entry_person_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roll_entry_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entry")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_roll_entry_round_id_person_id")),
    )
    with op.batch_alter_table("roll_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roll_entry_round_id"), ["round_id"], unique=False)

    op.create_table(
        "sealing_step",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("done_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_sealing_step_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "step", name=op.f("pk_sealing_step")),
    )
    op.create_table(
        "ballot_row",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("k", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("idem", sa.LargeBinary(length=32), nullable=False),
        sa.Column("night", sa.Integer(), nullable=True),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "paper_id"], ["paper.round_id", "paper.id"], name=op.f("fk_ballot_row_round_id_paper_id_paper")
        ),
        sa.PrimaryKeyConstraint("round_id", "paper_id", "k", "version", name=op.f("pk_ballot_row")),
        sa.UniqueConstraint("round_id", "paper_id", "k", "idem", name=op.f("uq_ballot_row_round_id_paper_id_k_idem")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "letter_code",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("roll_id", sa.String(length=32), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["code_batch.id"], name=op.f("fk_letter_code_batch_id_code_batch")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll_entry.id"], name=op.f("fk_letter_code_roll_id_roll_entry")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_letter_code_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "code_hash", name=op.f("pk_letter_code")),
    )
    with op.batch_alter_table("letter_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_code_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_code_roll_id"), ["roll_id"], unique=False)

    op.create_table(
        "opened_ballot",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("tracker", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "paper_id"],
            ["paper.round_id", "paper.id"],
            name=op.f("fk_opened_ballot_round_id_paper_id_paper"),
        ),
        sa.PrimaryKeyConstraint("round_id", "paper_id", "tracker", "version", name=op.f("pk_opened_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roll_paper",
        sa.Column("roll_id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["roll_id"], ["roll_entry.id"], name=op.f("fk_roll_paper_roll_id_roll_entry")),
        sa.ForeignKeyConstraint(
            ["round_id", "paper_id"], ["paper.round_id", "paper.id"], name=op.f("fk_roll_paper_round_id_paper_id_paper")
        ),
        sa.PrimaryKeyConstraint("roll_id", "round_id", "paper_id", name=op.f("pk_roll_paper")),
    )


def downgrade() -> None:
    op.drop_table("roll_paper")
    op.drop_table("opened_ballot")
    with op.batch_alter_table("letter_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_code_roll_id"))
        batch_op.drop_index(batch_op.f("ix_letter_code_batch_id"))

    op.drop_table("letter_code")
    op.drop_table("ballot_row")
    op.drop_table("sealing_step")
    with op.batch_alter_table("roll_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roll_entry_round_id"))

    op.drop_table("roll_entry")
    op.drop_table("register_leaf")
    op.drop_table("register_decision")
    op.drop_table("register_checkpoint")
    with op.batch_alter_table("recount", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recount_round_id"))

    op.drop_table("recount")
    op.drop_table("published_record")
    with op.batch_alter_table("code_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_batch_round_id"))

    op.drop_table("code_batch")
