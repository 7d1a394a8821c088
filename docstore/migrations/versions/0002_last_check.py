"""When everything was last checked, and when all agreed."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("installation", schema=None) as batch_op:
        for name in ("checked_at", "check_passed_at"):
            batch_op.add_column(
                sa.Column(name, docstore.models.base.Moment(timezone=True), nullable=True)
            )


def downgrade() -> None:
    with op.batch_alter_table("installation", schema=None) as batch_op:
        for name in ("check_passed_at", "checked_at"):
            batch_op.drop_column(name)
