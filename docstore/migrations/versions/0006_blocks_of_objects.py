"""The hash of each block of an object, by which a part of it is checked alone."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Objects from before have none; upkeep reads them and fills it in.
    op.add_column("stored_object", sa.Column("blocks", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("stored_object", "blocks")
