"""the index of words, synonyms, topics of questions, searches that led nowhere"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE search_fts_search_document USING fts5(title, words, place, body, "
    "content='search_document', content_rowid='id', tokenize='porter unicode61')",
    "CREATE TRIGGER search_fts_search_document_add AFTER INSERT ON search_document BEGIN "
    "INSERT INTO search_fts_search_document(rowid, title, words, place, body) "
    "VALUES (new.id, new.title, new.words, new.place, new.body); END",
    "CREATE TRIGGER search_fts_search_document_drop AFTER DELETE ON search_document BEGIN "
    "INSERT INTO search_fts_search_document(search_fts_search_document, rowid, title, words, place, body) "
    "VALUES ('delete', old.id, old.title, old.words, old.place, old.body); END",
    "CREATE TRIGGER search_fts_search_document_change AFTER UPDATE ON search_document BEGIN "
    "INSERT INTO search_fts_search_document(search_fts_search_document, rowid, title, words, place, body) "
    "VALUES ('delete', old.id, old.title, old.words, old.place, old.body); "
    "INSERT INTO search_fts_search_document(rowid, title, words, place, body) "
    "VALUES (new.id, new.title, new.words, new.place, new.body); END",
    "CREATE VIRTUAL TABLE search_fts_search_word USING fts5(grams, content='search_word', content_rowid='id', "
    "tokenize='trigram')",
    "CREATE TRIGGER search_fts_search_word_add AFTER INSERT ON search_word BEGIN "
    "INSERT INTO search_fts_search_word(rowid, grams) VALUES (new.id, new.grams); END",
    "CREATE TRIGGER search_fts_search_word_drop AFTER DELETE ON search_word BEGIN "
    "INSERT INTO search_fts_search_word(search_fts_search_word, rowid, grams) VALUES ('delete', old.id, old.grams); END",
    "CREATE TRIGGER search_fts_search_word_change AFTER UPDATE ON search_word BEGIN "
    "INSERT INTO search_fts_search_word(search_fts_search_word, rowid, grams) VALUES ('delete', old.id, old.grams); "
    "INSERT INTO search_fts_search_word(rowid, grams) VALUES (new.id, new.grams); END",
)
POSTGRESQL = (
    "ALTER TABLE search_document ADD COLUMN search_fts_vector tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', words), 'B') || "
    "setweight(to_tsvector('english', place), 'C') || setweight(to_tsvector('english', body), 'D')) STORED",
    "CREATE INDEX search_fts_vector ON search_document USING gin (search_fts_vector)",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX search_fts_grams ON search_word USING gin (word gin_trgm_ops)",
)


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("facet", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("key", name=op.f("uq_search_document_key")),
    )
    op.create_index(op.f("ix_search_document_facet"), "search_document", ["facet"])
    op.create_table(
        "search_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("stem", sa.String(length=40), nullable=False),
        sa.Column("grams", sa.String(length=44), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
        sa.UniqueConstraint("word", name=op.f("uq_search_word_word")),
    )
    op.create_index(op.f("ix_search_word_stem"), "search_word", ["stem"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    op.create_table(
        "guide_topic",
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_guide_topic")),
    )
    op.create_table(
        "guide_synonyms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("agreed", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("file", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_synonyms")),
    )
    op.create_table(
        "guide_search_miss",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_search_miss")),
        sa.UniqueConstraint("term", "week", name=op.f("uq_guide_search_miss_term_week")),
    )
    op.create_index(op.f("ix_guide_search_miss_week"), "guide_search_miss", ["week"])
    op.create_table(
        "guide_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("system_key", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_wish")),
    )
    op.create_index(op.f("ix_guide_wish_week"), "guide_wish", ["week"])
    for table, columns in (
        ("guide_answer_count", [sa.Column(name, sa.Integer(), nullable=False) for name in ("yes", "partly", "no")]),
        (
            "guide_watch_count",
            [sa.Column("plays", sa.Integer(), nullable=False), sa.Column("bins", sa.JSON(), nullable=False)],
        ),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("code", sa.String(length=10), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("week", sa.Date(), nullable=False),
            *columns,
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("code", "version", "week", name=op.f(f"uq_{table}_code_version_week")),
        )
        op.create_index(op.f(f"ix_{table}_week"), table, ["week"])
    op.create_table(
        "guide_path",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_guide_path")),
    )
