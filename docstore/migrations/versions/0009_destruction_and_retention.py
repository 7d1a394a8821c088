"""Recorded destruction of versions; how long a council keeps receipts and sign-ins."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


# Columns come and go in place: a table that others point to cannot be made anew under SQLite's
# foreign keys.


def upgrade() -> None:
    op.add_column(
        "exclusion",
        sa.Column("is_destruction", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "exclusion", sa.Column("basis", sa.String(length=300), nullable=False, server_default="")
    )
    op.add_column(
        "exclusion",
        sa.Column("erased_at", docstore.models.base.Moment(timezone=True), nullable=True),
    )
    op.add_column(
        "body", sa.Column("keep_receipts_months", sa.Integer(), nullable=False, server_default="60")
    )
    op.add_column(
        "body", sa.Column("keep_sign_ins_days", sa.Integer(), nullable=False, server_default="30")
    )


def downgrade() -> None:
    for table, column in (
        ("body", "keep_sign_ins_days"),
        ("body", "keep_receipts_months"),
        ("exclusion", "erased_at"),
        ("exclusion", "basis"),
        ("exclusion", "is_destruction"),
    ):
        op.drop_column(table, column)
