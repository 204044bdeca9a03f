"""where questions live, who changed them, how they perform, imports that wait"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_run")),
    )
    op.create_table(
        "question_import",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("system_key", sa.String(length=80), nullable=False),
        sa.Column("skill_key", sa.String(length=80), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_import")),
    )
    op.create_table(
        "question_home",
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("file_version_id", sa.Integer(), nullable=True),
        sa.Column("offered_version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_home_question_id_question")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_question_home")),
    )
    op.create_table(
        "question_edit",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_question_edit_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_question_edit")),
    )
    op.create_table(
        "question_figures",
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_figures_question_id_question")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_question_figures")),
    )
    op.create_table(
        "question_parameters",
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("a", sa.Float(), nullable=False),
        sa.Column("b", sa.Float(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("anchored", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_parameters_question_id_question")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_question_parameters")),
    )


def downgrade() -> None:
    for table in (
        "question_parameters",
        "question_figures",
        "question_edit",
        "question_home",
        "question_import",
        "bank_run",
    ):
        op.drop_table(table)
