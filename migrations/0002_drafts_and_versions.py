"""Drafts, versions of guides, and conflicts between folders and browser"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("recording", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("recording_edition", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("agreed_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("moved_to", sa.String(length=10), nullable=True))
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), existing_nullable=False, server_default=None)

    op.create_table(
        "guide_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("system_key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("review_every", sa.Integer(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("cues", sa.JSON(), nullable=False),
        sa.Column("captions_reviewed", sa.Date(), nullable=True),
        sa.Column("captions_note", sa.Text(), nullable=False),
        sa.Column("recording", sa.String(length=64), nullable=True),
        sa.Column("removed", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("next_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_draft")),
        sa.UniqueConstraint("code", name=op.f("uq_guide_draft_code")),
    )
    op.create_table(
        "guide_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_version")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_guide_version_code_number")),
    )
    op.create_table(
        "guide_version_file",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mimetype", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "role", name=op.f("pk_guide_version_file")),
    )
    with op.batch_alter_table("guide_version_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guide_version_file_digest"), ["digest"], unique=False)

    op.create_table(
        "guide_conflict",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_guide_conflict")),
    )


def downgrade() -> None:
    op.drop_table("guide_conflict")
    with op.batch_alter_table("guide_version_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guide_version_file_digest"))

    op.drop_table("guide_version_file")
    op.drop_table("guide_version")
    op.drop_table("guide_draft")
    with op.batch_alter_table("guide", schema=None) as batch_op:
        batch_op.drop_column("moved_to")
        batch_op.drop_column("agreed_hash")
        batch_op.drop_column("recording_edition")
        batch_op.drop_column("recording")
        batch_op.drop_column("version")
