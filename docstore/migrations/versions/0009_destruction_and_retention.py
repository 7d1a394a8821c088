"""Recorded destruction of versions; how long a council keeps receipts and sign-ins."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_destruction", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("basis", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("erased_at", docstore.models.base.Moment(timezone=True), nullable=True)
        )
    with op.batch_alter_table("body", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("keep_receipts_months", sa.Integer(), nullable=False, server_default="60")
        )
        batch_op.add_column(
            sa.Column("keep_sign_ins_days", sa.Integer(), nullable=False, server_default="30")
        )


def downgrade() -> None:
    with op.batch_alter_table("body", schema=None) as batch_op:
        batch_op.drop_column("keep_sign_ins_days")
        batch_op.drop_column("keep_receipts_months")
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
        batch_op.drop_column("basis")
        batch_op.drop_column("is_destruction")
