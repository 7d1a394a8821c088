"""Answers kept for requests sent again; when a packet says that its meeting begins."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Moment = docstore.models.base.Moment


def upgrade() -> None:
    op.create_table(
        "kept_answer",
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_kept_answer_body_id_body")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kept_answer_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "key_hash", name=op.f("pk_kept_answer")),
    )
    op.create_index(op.f("ix_kept_answer_made_at"), "kept_answer", ["made_at"])
    # Added in place: a table that others point to cannot be made anew under SQLite's foreign keys.
    op.add_column(
        "packet",
        sa.Column(
            "starts_at",
            Moment(timezone=True),
            nullable=False,
            server_default=sa.text("'1970-01-01 00:00:00+00:00'")
            if op.get_bind().dialect.name == "postgresql"
            else sa.text("'1970-01-01 00:00:00.000000'"),
        ),
    )
    packet = sa.table(
        "packet",
        sa.column("id", sa.String),
        sa.column("manifest", sa.Text),
        sa.column("starts_at", Moment(timezone=True)),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(packet.c.id, packet.c.manifest)).all():
        said = datetime.fromisoformat(json.loads(row.manifest)["meeting"]["starts_at"])
        connection.execute(sa.update(packet).where(packet.c.id == row.id).values(starts_at=said))


def downgrade() -> None:
    op.drop_column("packet", "starts_at")
    op.drop_index(op.f("ix_kept_answer_made_at"), table_name="kept_answer")
    op.drop_table("kept_answer")
