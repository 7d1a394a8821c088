"""Why an act was published although personal data was found in its files."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication_reason",
        sa.Column("paper_id", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=16), nullable=True),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["body_id"], ["body.id"], name=op.f("fk_publication_reason_body_id_body")
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["person.id"], name=op.f("fk_publication_reason_given_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_publication_reason_paper_id_paper")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_reason")),
    )
    op.create_index(op.f("ix_publication_reason_paper_id"), "publication_reason", ["paper_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_publication_reason_paper_id"), table_name="publication_reason")
    op.drop_table("publication_reason")
