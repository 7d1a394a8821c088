"""When a meeting was called off, and what its recipients were told."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: a table that others point to cannot be made anew under SQLite's foreign keys.
    op.add_column(
        "meeting",
        sa.Column("cancelled_at", docstore.models.base.Moment(timezone=True), nullable=True),
    )
    op.add_column(
        "meeting", sa.Column("cancelled_reason", sa.Text(), nullable=False, server_default="")
    )


def downgrade() -> None:
    for name in ("cancelled_reason", "cancelled_at"):
        op.drop_column("meeting", name)
