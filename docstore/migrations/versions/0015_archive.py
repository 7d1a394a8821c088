"""What an import took in and the office has not judged yet."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive_entry",
        sa.Column("paper_id", sa.String(length=16), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=True),
        sa.Column("replaced", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(length=16), nullable=True),
        sa.Column("decided_at", docstore.models.base.Moment(timezone=True), nullable=True),
        sa.Column("created_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_archive_entry_body_id_body")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_archive_entry_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_archive_entry_paper_id_paper")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_entry")),
        sa.UniqueConstraint("paper_id", name=op.f("uq_archive_entry_paper_id")),
    )
    op.create_index(op.f("ix_archive_entry_body_id_state"), "archive_entry", ["body_id", "state"])
    op.create_index(
        op.f("ix_archive_entry_body_id_number_key"), "archive_entry", ["body_id", "number_key"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_archive_entry_body_id_number_key"), table_name="archive_entry")
    op.drop_index(op.f("ix_archive_entry_body_id_state"), table_name="archive_entry")
    op.drop_table("archive_entry")
