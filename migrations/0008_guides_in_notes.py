"""the code of a guide that closing notes name"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("desk_count") as table:
        table.add_column(sa.Column("guide", sa.String(length=12), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("desk_count") as table:
        table.drop_column("guide")
