"""What was expected beforehand, and design problems"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "design_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("system", sa.String(length=80), nullable=False),
        sa.Column("screen", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("fixed_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_card")),
    )
    with op.batch_alter_table("design_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_design_card_system"), ["system"], unique=False)

    op.create_table(
        "impact_expectation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("fall", sa.Float(), nullable=False),
        sa.Column("by_day", sa.Date(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_expectation")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_impact_expectation_kind_code")),
    )


def downgrade() -> None:

    op.drop_table("impact_expectation")
    with op.batch_alter_table("design_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_design_card_system"))

    op.drop_table("design_card")
