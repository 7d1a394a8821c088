"""What the office decided on each thing that an act's text says of itself."""

import sqlalchemy as sa
from alembic import op

import docstore.models.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "act_fact",
        sa.Column("paper_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("about_on", sa.Date(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("replaced", sa.Text(), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=16), nullable=True),
        sa.Column("decided_at", docstore.models.base.Moment(timezone=True), nullable=False),
        sa.Column("body_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_act_fact_body_id_body")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_act_fact_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_act_fact_paper_id_paper")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_act_fact_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_fact")),
        sa.UniqueConstraint("paper_id", "kind", "key", name=op.f("uq_act_fact_paper_id_kind_key")),
    )
    op.create_index(op.f("ix_act_fact_body_id_key"), "act_fact", ["body_id", "key"])
    op.create_index(op.f("ix_act_fact_version_id"), "act_fact", ["version_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_act_fact_version_id"), table_name="act_fact")
    op.drop_index(op.f("ix_act_fact_body_id_key"), table_name="act_fact")
    op.drop_table("act_fact")
