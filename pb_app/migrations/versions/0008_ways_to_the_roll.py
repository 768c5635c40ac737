"""How people come to be on the roll: postcodes, requests, organisations' introductions and lists"""

import sqlalchemy as sa
from alembic import op

import pb_app.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "postcode_area",
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("area_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_postcode_area_area_id_area")),
        sa.PrimaryKeyConstraint("postcode", "area_id", name=op.f("pk_postcode_area")),
    )
    op.create_table(
        "postcode_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("postcodes", sa.Integer(), nullable=False),
        sa.Column("straddling", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_postcode_file_uploaded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postcode_file")),
    )
    op.create_table(
        "voter_source",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("holds_consent", sa.Boolean(), nullable=False),
        sa.Column("made_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('introduction', 'list')", name=op.f("ck_voter_source_kind")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_voter_source_made_by_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_voter_source_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_source")),
    )
    op.create_index(op.f("ix_voter_source_round_id"), "voter_source", ["round_id"], unique=False)
    op.create_table(
        "voter_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("route", sa.String(length=16), nullable=False),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.String(length=32), nullable=True),
        sa.Column("looked_up", sa.Date(), nullable=True),
        sa.Column("doubt", sa.String(length=16), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("shown", sa.String(length=16), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=True),
        sa.Column("shown_to", sa.String(length=120), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("consent_how", sa.String(length=16), nullable=False),
        sa.Column("consent_by", sa.String(length=32), nullable=True),
        sa.Column("consent_ended_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("review_asked_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("review_words", sa.Text(), nullable=False),
        sa.Column("reviewed_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(length=32), nullable=True),
        sa.Column("roll_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("route IN ('live', 'work', 'study', 'volunteer')", name=op.f("ck_voter_request_route")),
        sa.CheckConstraint(
            "status <> 'approved' OR roll_id IS NOT NULL", name=op.f("ck_voter_request_approved_is_on_the_roll")
        ),
        sa.CheckConstraint("status IN ('asked', 'approved', 'refused')", name=op.f("ck_voter_request_status")),
        sa.CheckConstraint(
            "reviewed_by IS NULL OR reviewed_by <> decided_by", name=op.f("ck_voter_request_two_people")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_voter_request_area_id_area")),
        sa.ForeignKeyConstraint(["consent_by"], ["person.id"], name=op.f("fk_voter_request_consent_by_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_voter_request_decided_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_voter_request_person_id_person")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_voter_request_reviewed_by_person")),
        sa.ForeignKeyConstraint(["roll_id"], ["roll_entry.id"], name=op.f("fk_voter_request_roll_id_roll_entry")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_voter_request_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter_request")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_voter_request_round_id_person_id")),
    )
    op.create_index(op.f("ix_voter_request_round_id"), "voter_request", ["round_id"], unique=False)
    op.create_table(
        "held_code",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=32), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=True),
        sa.Column("roll_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(source_id IS NULL) <> (request_id IS NULL)", name=op.f("ck_held_code_one_origin")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["voter_request.id"], name=op.f("fk_held_code_request_id_voter_request")
        ),
        sa.ForeignKeyConstraint(["roll_id"], ["roll_entry.id"], name=op.f("fk_held_code_roll_id_roll_entry")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_held_code_round_id_round")),
        sa.ForeignKeyConstraint(["source_id"], ["voter_source.id"], name=op.f("fk_held_code_source_id_voter_source")),
        sa.PrimaryKeyConstraint("round_id", "code_hash", name=op.f("pk_held_code")),
    )
    op.create_index(op.f("ix_held_code_source_id"), "held_code", ["source_id"], unique=False)
    op.add_column("roll_entry", sa.Column("shown_by", sa.String(length=16), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("roll_entry", "shown_by")
    op.drop_index(op.f("ix_held_code_source_id"), table_name="held_code")
    op.drop_table("held_code")
    op.drop_index(op.f("ix_voter_request_round_id"), table_name="voter_request")
    op.drop_table("voter_request")
    op.drop_index(op.f("ix_voter_source_round_id"), table_name="voter_source")
    op.drop_table("voter_source")
    op.drop_table("postcode_file")
    op.drop_table("postcode_area")
