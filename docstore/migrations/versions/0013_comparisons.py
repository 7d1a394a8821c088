"""What changed from one version to the next, counted."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comparison",
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("before_id", sa.String(length=16), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("made_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_comparison_version_id_version")
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["version.id"], name=op.f("fk_comparison_before_id_version")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_comparison")),
    )
    op.create_index(op.f("ix_comparison_before_id"), "comparison", ["before_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_comparison_before_id"), table_name="comparison")
    op.drop_table("comparison")
