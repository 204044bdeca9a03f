"""import history with undo, presets of the council's own, files being read, live feeds"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("desk_import") as table:
        table.add_column(sa.Column("way", sa.String(length=40), nullable=False, server_default="command"))
        table.add_column(sa.Column("skipped", sa.Text(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("undone_by", sa.Integer(), nullable=True))
    # Previews live for a day: those that wait now would lack what the new pages ask of them.
    op.execute("DELETE FROM desk_preview")
    with op.batch_alter_table("desk_preview") as table:
        table.add_column(sa.Column("state", sa.String(length=40), nullable=False))
        table.add_column(sa.Column("source", sa.String(length=60), nullable=False))
        table.add_column(sa.Column("preset", sa.Text(), nullable=False))
        table.add_column(sa.Column("columns", sa.Text(), nullable=False))
        table.add_column(sa.Column("problem", sa.Text(), nullable=False))
        table.add_column(sa.Column("rows_read", sa.Integer(), nullable=False))
        table.add_column(sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False))
    op.create_table(
        "desk_replaced",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("from_import_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("granularity", sa.String(length=40), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["desk_import.id"], name=op.f("fk_desk_replaced_import_id_desk_import"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_replaced")),
    )
    with op.batch_alter_table("desk_replaced") as table:
        table.create_index(table.f("ix_desk_replaced_import_id"), ["import_id"], unique=False)
        table.create_index(table.f("ix_desk_replaced_from_import_id"), ["from_import_id"], unique=False)
    op.create_table(
        "desk_preset",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_preset")),
    )
    op.create_table(
        "desk_feed",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("pulled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_to", sa.Date(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_desk_feed")),
    )


def downgrade() -> None:
    op.drop_table("desk_feed")
    op.drop_table("desk_preset")
    op.drop_table("desk_replaced")
    with op.batch_alter_table("desk_preview") as table:
        for name in ("heard_at", "rows_read", "problem", "columns", "preset", "source", "state"):
            table.drop_column(name)
    with op.batch_alter_table("desk_import") as table:
        for name in ("undone_by", "undone_at", "skipped", "way"):
            table.drop_column(name)
