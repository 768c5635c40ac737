"""People, areas, mail and the log"""

import sqlalchemy as sa
from alembic import op

import pb_app.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity_event",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=True),
        sa.Column("object_ids", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_activity_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_activity_event_hash")),
    )
    with op.batch_alter_table("activity_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_event_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_event_round_id"), ["round_id"], unique=False)

    op.create_table(
        "area",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("name", name=op.f("uq_area_name")),
    )
    op.create_table(
        "council",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("help_email", sa.String(length=254), nullable=False),
        sa.Column("help_phone", sa.String(length=40), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_council_one_council")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council")),
    )
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_outbox_mail_idempotency_key")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("email_confirmed_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_confirmed_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("disabled_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "tries",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("hour", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_hash", "hour", name=op.f("pk_tries")),
    )
    op.create_table(
        "activity_details",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["n"], ["activity_event.n"], name=op.f("fk_activity_details_n_activity_event")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_activity_details")),
    )
    op.create_table(
        "appointment",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("appointed_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("appointed_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "role IN ('officer', 'steering', 'auditor', 'administrator')", name=op.f("ck_appointment_role")
        ),
        sa.ForeignKeyConstraint(["appointed_by"], ["person.id"], name=op.f("fk_appointment_appointed_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_appointment")),
    )
    op.create_table(
        "appointment_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("is_removal", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('officer', 'steering', 'auditor', 'administrator')", name=op.f("ck_appointment_request_role")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> asked_by", name=op.f("ck_appointment_request_two_people")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_appointment_request_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["person.id"], name=op.f("fk_appointment_request_confirmed_by_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_request_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_request")),
    )
    with op.batch_alter_table("appointment_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_request_person_id"), ["person_id"], unique=False)

    op.create_table(
        "area_verification",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.String(length=32), nullable=False),
        sa.Column("route", sa.String(length=16), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("route IN ('live', 'work', 'study', 'volunteer')", name=op.f("ck_area_verification_route")),
        sa.CheckConstraint("status IN ('asked', 'approved', 'refused')", name=op.f("ck_area_verification_status")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_verification_area_id_area")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_area_verification_decided_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_area_verification_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_verification")),
        sa.UniqueConstraint("person_id", name=op.f("uq_area_verification_person_id")),
    )
    op.create_table(
        "mailed_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('confirm', 'reset')", name=op.f("ck_mailed_link_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mailed_link_person_id_person")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_mailed_link")),
    )
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailed_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("used_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", pb_app.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False),
        sa.Column("revoked_at", pb_app.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id_person")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_session")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_session_person_id"))

    op.drop_table("sign_in_session")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_person_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailed_link_person_id"))

    op.drop_table("mailed_link")
    op.drop_table("area_verification")
    with op.batch_alter_table("appointment_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_request_person_id"))

    op.drop_table("appointment_request")
    op.drop_table("appointment")
    op.drop_table("activity_details")
    op.drop_table("tries")
    op.drop_table("person")
    op.drop_table("outbox_mail")
    op.drop_table("council")
    op.drop_table("area")
    with op.batch_alter_table("activity_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_event_round_id"))
        batch_op.drop_index(batch_op.f("ix_activity_event_kind"))

    op.drop_table("activity_event")
