"""Where a page's text comes from: from the file, from a picture of it, or from a clerk's hand."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "page_text",
        sa.Column("origin", sa.String(length=10), nullable=False, server_default="file"),
    )
    op.add_column("page_text", sa.Column("confidence", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("page_text", "confidence")
    op.drop_column("page_text", "origin")
