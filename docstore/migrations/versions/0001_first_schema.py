"""The first schema."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_subject_hash"), ["subject_hash"], unique=False)

    op.create_table(
        "body",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("teryt", sa.String(length=7), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("emblem_sha256", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("own_phones", sa.JSON(), nullable=False),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("slug", name=op.f("uq_body_slug")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("setup_code_hash", sa.String(length=64), nullable=True),
        sa.Column("setup_tries", sa.Integer(), nullable=False),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("available_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("done_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("failed_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_message_done_at_available_at", ["done_at", "available_at"], unique=False
        )
        batch_op.create_index("ix_outbox_message_topic_key", ["topic", "key"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.String(length=64), nullable=False),
        sa.Column("chain_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_ledger_entry_body_id_body")
        ),
        sa.PrimaryKeyConstraint("body_id", "seq", name=op.f("pk_ledger_entry")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_ledger_head_body_id_body")),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "legislative_term",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_legislative_term_body_id_body")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legislative_term")),
        sa.UniqueConstraint("body_id", "number", name=op.f("uq_legislative_term_body_id_number")),
    )
    op.create_table(
        "organization",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_organization_body_id_body")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("body_id", "name", name=op.f("uq_organization_body_id_name")),
    )
    op.create_table(
        "person",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("left_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_person_body_id_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_body_id_email", ["body_id", "email"], unique=False)

    op.create_table(
        "stored_object",
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("touched_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_stored_object_body_id_body")
        ),
        sa.PrimaryKeyConstraint("body_id", "sha256", name=op.f("pk_stored_object")),
    )
    op.create_table(
        "credential",
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_credential_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "duty",
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_duty_body_id_body")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_duty_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("person_id", "role", name=op.f("uq_duty_person_id_role")),
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_body_id"), ["body_id"], unique=False)

    op.create_table(
        "guest",
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_guest_body_id_body")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_guest_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
        sa.UniqueConstraint("person_id", name=op.f("uq_guest_person_id")),
    )
    with op.batch_alter_table("guest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guest_body_id"), ["body_id"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("organization_id", sa.String(length=16), nullable=False),
        sa.Column("term_id", sa.String(length=16), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("starts_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("ends_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=16), nullable=True),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_meeting_body_id_body")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name=op.f("fk_meeting_changed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_meeting_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["legislative_term.id"], name=op.f("fk_meeting_term_id_legislative_term")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(
            "ix_meeting_body_id_starts_at", ["body_id", "starts_at"], unique=False
        )

    op.create_table(
        "membership",
        sa.Column("organization_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_membership_body_id_body")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_membership_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "organization_id",
            "person_id",
            "starts_on",
            name=op.f("uq_membership_organization_id_person_id_starts_on"),
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_membership_person_id"), ["person_id"], unique=False)

    op.create_table(
        "paper",
        sa.Column("term_id", sa.String(length=16), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("druk", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("status_basis", sa.Text(), nullable=False),
        sa.Column("status_set_by", sa.String(length=16), nullable=True),
        sa.Column("status_set_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("published_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=16), nullable=True),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(number = '') = (number_key IS NULL)", name=op.f("ck_paper_number_has_key")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_paper_body_id_body")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name=op.f("fk_paper_published_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["status_set_by"], ["person.id"], name=op.f("fk_paper_status_set_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["legislative_term.id"], name=op.f("fk_paper_term_id_legislative_term")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint(
            "body_id", "term_id", "number_key", name=op.f("uq_paper_body_id_term_id_number_key")
        ),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(
            "ix_paper_body_id_adopted_on", ["body_id", "adopted_on"], unique=False
        )

    op.create_table(
        "sign_in",
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("seen_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_sign_in_body_id_body")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "agenda_item",
        sa.Column("meeting_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_agenda_item_body_id_body")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index(
            "ix_agenda_item_meeting_id_position", ["meeting_id", "position"], unique=False
        )

    op.create_table(
        "link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("meeting_id", sa.String(length=16), nullable=True),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("used_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_link_body_id_body")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_link_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_link_person_id_person")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "packet",
        sa.Column("meeting_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=16), nullable=True),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("personal_data_reason", sa.Text(), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_packet_body_id_body")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_packet_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name=op.f("fk_packet_published_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_packet_meeting_id_number")),
    )
    op.create_table(
        "consideration",
        sa.Column("item_id", sa.String(length=16), nullable=False),
        sa.Column("paper_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_consideration_body_id_body")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["agenda_item.id"],
            name=op.f("fk_consideration_item_id_agenda_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_consideration_paper_id_paper")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consideration")),
        sa.UniqueConstraint("item_id", "paper_id", name=op.f("uq_consideration_item_id_paper_id")),
    )
    with op.batch_alter_table("consideration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consideration_paper_id"), ["paper_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("paper_id", sa.String(length=16), nullable=True),
        sa.Column("item_id", sa.String(length=16), nullable=True),
        sa.Column("meeting_id", sa.String(length=16), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("audience_ids", sa.JSON(), nullable=False),
        sa.Column("audience_ground", sa.String(length=40), nullable=False),
        sa.Column("audience_reason", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("removed_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN paper_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN item_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN meeting_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_document_one_owner"),
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_document_body_id_body")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_document_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_document_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_document_paper_id_paper")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_body_id"), ["body_id"], unique=False)
        batch_op.create_index("ix_document_item_id", ["item_id"], unique=False)
        batch_op.create_index("ix_document_meeting_id", ["meeting_id"], unique=False)
        batch_op.create_index("ix_document_paper_id", ["paper_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("packet_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=16), nullable=True),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_notice_body_id_body")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_notice_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["packet.id"], name=op.f("fk_notice_packet_id_packet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_packet_id"), ["packet_id"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("packet_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("first_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("last_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_receipt_body_id_body")),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["packet.id"], name=op.f("fk_receipt_packet_id_packet")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_receipt_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint(
            "packet_id",
            "person_id",
            "kind",
            "subject",
            name=op.f("uq_receipt_packet_id_person_id_kind_subject"),
        ),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index("ix_receipt_person_id", ["person_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("notice_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("accepted_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_delivery_body_id_body")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id_notice")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_delivery_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "notice_id",
            "person_id",
            "channel",
            name=op.f("uq_delivery_notice_id_person_id_channel"),
        ),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_person_id"), ["person_id"], unique=False)

    op.create_table(
        "version",
        sa.Column("document_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=16), nullable=True),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("indexed", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_version_author_id_person")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_version_body_id_body")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_version_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_version_document_id_number")),
    )
    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.create_index("ix_version_body_id_sha256", ["body_id", "sha256"], unique=False)
        batch_op.create_index(
            "ix_version_stale",
            ["id"],
            unique=False,
            sqlite_where=sa.text("revision > indexed"),
            postgresql_where=sa.text("revision > indexed"),
        )

    op.create_table(
        "exclusion",
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("document_id", sa.String(length=16), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=True),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("legal_ground", sa.String(length=40), nullable=False),
        sa.Column("excluded_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_members", sa.Boolean(), nullable=False),
        sa.Column("was_public", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=True),
        sa.Column("made_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("index_cleared_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_exclusion_body_id_body")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_exclusion_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_exclusion_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_exclusion_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
    )
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exclusion_body_id"), ["body_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exclusion_document_id"), ["document_id"], unique=False)

    op.create_table(
        "facts",
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("text_state", sa.String(length=10), nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("mergeable", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("personal_data", sa.JSON(), nullable=False),
        sa.Column("made_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_facts_version_id_version")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_facts")),
    )
    op.create_table(
        "packet_entry",
        sa.Column("packet_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("item_position", sa.Integer(), nullable=False),
        sa.Column("first_page", sa.Integer(), nullable=True),
        sa.Column("is_narrowed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["packet.id"], name=op.f("fk_packet_entry_packet_id_packet")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_packet_entry_version_id_version")
        ),
        sa.PrimaryKeyConstraint("packet_id", "position", name=op.f("pk_packet_entry")),
    )
    with op.batch_alter_table("packet_entry", schema=None) as batch_op:
        batch_op.create_index("ix_packet_entry_version_id", ["version_id"], unique=False)

    op.create_table(
        "page_text",
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_page_text_version_id_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "page", name=op.f("pk_page_text")),
    )
    op.create_table(
        "rendition",
        sa.Column("version_id", sa.String(length=16), nullable=True),
        sa.Column("packet_id", sa.String(length=16), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("tool", sa.String(length=120), nullable=False),
        sa.Column("problem", sa.String(length=60), nullable=False),
        sa.Column("made_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_rendition_body_id_body")),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["packet.id"], name=op.f("fk_rendition_packet_id_packet")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_rendition_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("packet_id", "kind", name=op.f("uq_rendition_packet_id_kind")),
        sa.UniqueConstraint("version_id", "kind", name=op.f("uq_rendition_version_id_kind")),
    )
    op.create_table(
        "version_audience",
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_version_audience_version_id_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "token", name=op.f("pk_version_audience")),
    )
    with op.batch_alter_table("version_audience", schema=None) as batch_op:
        batch_op.create_index("ix_version_audience_token", ["token"], unique=False)

    op.create_table(
        "vote",
        sa.Column("paper_id", sa.String(length=16), nullable=False),
        sa.Column("consideration_id", sa.String(length=16), nullable=True),
        sa.Column("version_id", sa.String(length=16), nullable=True),
        sa.Column("voted_on", sa.Date(), nullable=False),
        sa.Column("in_favour", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("no_voice", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("absent", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_vote_body_id_body")),
        sa.ForeignKeyConstraint(
            ["consideration_id"],
            ["consideration.id"],
            name=op.f("fk_vote_consideration_id_consideration"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_vote_paper_id_paper")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_vote_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("consideration_id", name=op.f("uq_vote_consideration_id")),
    )
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vote_paper_id"), ["paper_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_paper_id"))

    op.drop_table("vote")
    with op.batch_alter_table("version_audience", schema=None) as batch_op:
        batch_op.drop_index("ix_version_audience_token")

    op.drop_table("version_audience")
    op.drop_table("rendition")
    op.drop_table("page_text")
    with op.batch_alter_table("packet_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_packet_entry_version_id")

    op.drop_table("packet_entry")
    op.drop_table("facts")
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exclusion_document_id"))
        batch_op.drop_index(batch_op.f("ix_exclusion_body_id"))

    op.drop_table("exclusion")
    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_version_stale",
            sqlite_where=sa.text("revision > indexed"),
            postgresql_where=sa.text("revision > indexed"),
        )
        batch_op.drop_index("ix_version_body_id_sha256")

    op.drop_table("version")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_person_id"))

    op.drop_table("delivery")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index("ix_receipt_person_id")

    op.drop_table("receipt")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_packet_id"))

    op.drop_table("notice")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index("ix_document_paper_id")
        batch_op.drop_index("ix_document_meeting_id")
        batch_op.drop_index("ix_document_item_id")
        batch_op.drop_index(batch_op.f("ix_document_body_id"))

    op.drop_table("document")
    with op.batch_alter_table("consideration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consideration_paper_id"))

    op.drop_table("consideration")
    op.drop_table("packet")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_person_id"))

    op.drop_table("link")
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_index("ix_agenda_item_meeting_id_position")

    op.drop_table("agenda_item")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index("ix_paper_body_id_adopted_on")

    op.drop_table("paper")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_person_id"))
        batch_op.drop_index(batch_op.f("ix_membership_organization_id"))

    op.drop_table("membership")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_body_id_starts_at")

    op.drop_table("meeting")
    with op.batch_alter_table("guest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_body_id"))

    op.drop_table("guest")
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_body_id"))

    op.drop_table("duty")
    op.drop_table("credential")
    op.drop_table("stored_object")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_body_id_email")

    op.drop_table("person")
    op.drop_table("organization")
    op.drop_table("legislative_term")
    op.drop_table("ledger_head")
    op.drop_table("ledger_entry")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_topic_key")
        batch_op.drop_index("ix_outbox_message_done_at_available_at")

    op.drop_table("outbox_message")
    op.drop_table("installation")
    op.drop_table("body")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_subject_hash"))

    op.drop_table("attempt")
