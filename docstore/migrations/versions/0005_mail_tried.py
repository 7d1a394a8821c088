"""When a council's test mail was last taken over by the mail server."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "body",
        sa.Column("mail_tried_at", docstore.models.base.Moment(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("body", "mail_tried_at")
