"""attempts: how they ask, deadlines, sendings, late answers, later marks; what is done to a question afterwards"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("question") as table:
        table.add_column(sa.Column("withdrawn_at", MOMENT, nullable=True))
    with op.batch_alter_table("attempt") as table:
        table.add_column(sa.Column("mode", sa.String(length=40), nullable=False, server_default="check"))
        table.add_column(sa.Column("audience", sa.String(length=40), nullable=False, server_default="staff"))
        table.add_column(sa.Column("seed", sa.String(length=32), nullable=False, server_default=""))
        table.add_column(sa.Column("plan", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("deadline_at", MOMENT, nullable=True))
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.create_index(table.f("ix_attempt_deadline_at"), ["deadline_at"], unique=False)
        table.create_index(table.f("ix_attempt_parent_id"), ["parent_id"], unique=False)
    with op.batch_alter_table("attempt_item") as table:
        table.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("events", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("why", sa.JSON(), nullable=True))
    # Answers that were kept before sequences were counted count as one.
    op.execute("UPDATE attempt_item SET sequence = 1 WHERE outcome IS NOT NULL")
    op.create_table(
        "late_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_late_answer_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_answer")),
        sa.UniqueConstraint("attempt_id", "position", "event", name=op.f("uq_late_answer_attempt_id_position_event")),
    )
    op.create_table(
        "question_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_change_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_change")),
    )
    with op.batch_alter_table("question_change") as table:
        table.create_index(table.f("ix_question_change_question_id"), ["question_id"], unique=False)
    op.create_table(
        "question_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=120), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_note_question_id_question")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_note")),
    )
    with op.batch_alter_table("question_note") as table:
        table.create_index(table.f("ix_question_note_question_id"), ["question_id"], unique=False)
    op.create_table(
        "attempt_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_mark_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["question_change.id"], name=op.f("fk_attempt_mark_change_id_question_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_mark")),
    )
    with op.batch_alter_table("attempt_mark") as table:
        table.create_index(table.f("ix_attempt_mark_attempt_id"), ["attempt_id"], unique=False)
    op.create_table(
        "kept_attempt",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_kept_attempt_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_kept_attempt")),
    )
    with op.batch_alter_table("kept_attempt") as table:
        table.create_index(table.f("ix_kept_attempt_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    for name in ("kept_attempt", "attempt_mark", "question_note", "question_change", "late_answer"):
        op.drop_table(name)
    with op.batch_alter_table("attempt_item") as table:
        for name in ("why", "events", "sequence"):
            table.drop_column(name)
    with op.batch_alter_table("attempt") as table:
        table.drop_index("ix_attempt_parent_id")
        table.drop_index("ix_attempt_deadline_at")
        for name in ("parent_id", "deadline_at", "plan", "seed", "audience", "mode"):
            table.drop_column(name)
    with op.batch_alter_table("question") as table:
        table.drop_column("withdrawn_at")
