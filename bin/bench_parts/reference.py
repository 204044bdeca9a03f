"""R-hello, a bare Flask view, and R-flow, a bare sitting of 20 answers: what the framework itself costs.

R-flow: one page through the ORM, 20 durable saves, one closing save, on SQLite with WAL and full sync.
"""

import sys

import waitress
from flask import Flask, request
from sqlalchemy import String, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """Tables of the reference."""


class Item(Base):
    """One answer."""

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(String(40), default="")
    done: Mapped[bool] = mapped_column(default=False)


def create(path: str) -> Flask:
    """The reference application on a database file."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def prepare(connection, _record) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    Base.metadata.create_all(engine)
    app = Flask(__name__)

    @app.get("/")
    def hello() -> str:
        return "Hello"

    @app.get("/page")
    def page() -> str:
        with Session(engine) as session, session.begin():
            session.add_all([Item() for _ in range(20)])
            session.flush()
            rows = session.scalars(select(Item).order_by(Item.id.desc()).limit(20)).all()
            return ",".join(str(row.id) for row in rows)

    @app.post("/save")
    def save() -> str:
        with Session(engine) as session, session.begin():
            row = session.get_one(Item, int(request.form["id"]))
            row.answer = request.form["answer"]
        return "ok"

    @app.post("/close")
    def close() -> str:
        with Session(engine) as session, session.begin():
            session.get_one(Item, int(request.form["id"])).done = True
        return "ok"

    return app


if __name__ == "__main__":
    waitress.serve(create(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), threads=8, _quiet=True)
