"""The outbox: what is not done lies in its own order, and claims that came to no end are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NOT_DONE, _DONE = sa.text("done_at IS NULL"), sa.text("done_at IS NOT NULL")


def upgrade() -> None:
    op.add_column(
        "outbox_message", sa.Column("unended", sa.Integer(), server_default="0", nullable=False)
    )
    op.drop_index("ix_outbox_message_done_at_available_at", table_name="outbox_message")
    op.create_index(
        "ix_outbox_message_not_done",
        "outbox_message",
        ["id", "topic"],
        sqlite_where=_NOT_DONE,
        postgresql_where=_NOT_DONE,
    )
    op.create_index(
        "ix_outbox_message_done_at",
        "outbox_message",
        ["done_at"],
        sqlite_where=_DONE,
        postgresql_where=_DONE,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_message_done_at", table_name="outbox_message")
    op.drop_index("ix_outbox_message_not_done", table_name="outbox_message")
    op.create_index(
        "ix_outbox_message_done_at_available_at", "outbox_message", ["done_at", "available_at"]
    )
    op.drop_column("outbox_message", "unended")
