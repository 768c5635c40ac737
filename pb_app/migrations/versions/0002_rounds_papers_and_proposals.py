"""Rounds, papers and proposals"""

import sqlalchemy as sa
from alembic import op

import pb_app.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("proposing_opens_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("proposing_closes_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("reviewing_closes_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("voting_opens_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("voting_closes_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("announced_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("opening_confirmed_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("changed_closing_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("published_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("decided_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("delivering_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("frozen", sa.LargeBinary(), nullable=True),
        sa.Column("frozen_sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint("kind IN ('cast', 'imported')", name=op.f("ck_round_kind")),
        sa.CheckConstraint(
            "proposing_opens_at <= proposing_closes_at AND proposing_closes_at <= reviewing_closes_at "
            "AND reviewing_closes_at <= voting_opens_at AND voting_opens_at < voting_closes_at",
            name=op.f("ck_round_timetable_in_order"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_round_created_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
    )
    op.create_table(
        "key_copy",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("holder_id", sa.String(length=32), nullable=False),
        sa.Column("copy_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("proved_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name=op.f("fk_key_copy_holder_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_key_copy_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "holder_id", name=op.f("pk_key_copy")),
    )
    op.create_table(
        "paper",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("rulebook_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_paper_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "id", name=op.f("pk_paper")),
    )
    op.create_table(
        "two_person_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> asked_by", name=op.f("ck_two_person_decision_two_people")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_two_person_decision_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["person.id"], name=op.f("fk_two_person_decision_confirmed_by_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_two_person_decision_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_person_decision")),
    )
    with op.batch_alter_table("two_person_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_two_person_decision_round_id"), ["round_id"], unique=False)

    op.create_table(
        "paper_area",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_paper_area_area_id_area")),
        sa.ForeignKeyConstraint(
            ["round_id", "paper_id"], ["paper.round_id", "paper.id"], name=op.f("fk_paper_area_round_id_paper_id_paper")
        ),
        sa.PrimaryKeyConstraint("round_id", "paper_id", "area_id", name=op.f("pk_paper_area")),
    )
    op.create_table(
        "pot",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("spend_by", sa.Date(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_pot_amount_above_zero")),
        sa.ForeignKeyConstraint(
            ["round_id", "paper_id"], ["paper.round_id", "paper.id"], name=op.f("fk_pot_round_id_paper_id_paper")
        ),
        sa.PrimaryKeyConstraint("round_id", "id", name=op.f("pk_pot")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("proposer_id", sa.String(length=32), nullable=False),
        sa.Column("pot_id", sa.String(length=32), nullable=True),
        sa.Column("area_id", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who_benefits", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("group_name", sa.String(length=120), nullable=False),
        sa.Column("interest", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("saved_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'sent', 'question', 'accepted', 'refused', 'withdrawn')",
            name=op.f("ck_proposal_status"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_proposal_area_id_area")),
        sa.ForeignKeyConstraint(["proposer_id"], ["person.id"], name=op.f("fk_proposal_proposer_id_person")),
        sa.ForeignKeyConstraint(
            ["round_id", "pot_id"], ["pot.round_id", "pot.id"], name=op.f("fk_proposal_round_id_pot_id_pot")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_proposal_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_proposer_id"), ["proposer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_round_id"), ["round_id"], unique=False)

    op.create_table(
        "cost_line",
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_cost_line_amount_not_negative")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_cost_line_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("proposal_id", "position", name=op.f("pk_cost_line")),
    )
    op.create_table(
        "photo",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_photo_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("sha256", "proposal_id", name=op.f("pk_photo")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "project",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("paper_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.String(length=32), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("added_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_project_cost_not_negative")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_project_area_id_area")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_project_proposal_id_proposal")),
        sa.ForeignKeyConstraint(
            ["round_id", "paper_id"], ["paper.round_id", "paper.id"], name=op.f("fk_project_round_id_paper_id_paper")
        ),
        sa.PrimaryKeyConstraint("round_id", "paper_id", "id", name=op.f("pk_project")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_project_proposal_id")),
        sa.UniqueConstraint("round_id", "paper_id", "position", name=op.f("uq_project_round_id_paper_id_position")),
    )
    op.create_table(
        "review_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('sent', 'question', 'answer', 'accept', 'refuse')", name=op.f("ck_review_entry_kind")
        ),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_review_entry_by_person")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_review_entry_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_entry")),
    )
    with op.batch_alter_table("review_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_entry_proposal_id"), ["proposal_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("review_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_entry_proposal_id"))

    op.drop_table("review_entry")
    op.drop_table("project")
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_proposal_id"))

    op.drop_table("photo")
    op.drop_table("cost_line")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_round_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_proposer_id"))

    op.drop_table("proposal")
    op.drop_table("pot")
    op.drop_table("paper_area")
    with op.batch_alter_table("two_person_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_two_person_decision_round_id"))

    op.drop_table("two_person_decision")
    op.drop_table("paper")
    op.drop_table("key_copy")
    op.drop_table("round")
