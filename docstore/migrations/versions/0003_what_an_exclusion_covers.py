"""An exclusion of a whole document covers the versions there were, not those that follow."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("through", sa.Integer(), nullable=False, server_default="0"))
    # Which versions were meant is not known any more: all that there are, lest one comes back.
    op.execute(
        "UPDATE exclusion SET through = COALESCE((SELECT MAX(version.number) FROM version"
        " WHERE version.document_id = exclusion.document_id), 0)"
    )


def downgrade() -> None:
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.drop_column("through")
