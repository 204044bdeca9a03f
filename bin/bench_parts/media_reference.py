"""The framework's own way to send a file, behind the same HTTP server as the portal."""

import sys
from pathlib import Path

import waitress
from flask import Flask, send_file


def create(path: Path) -> Flask:
    """One address that sends one file, ranges included."""
    app = Flask(__name__)

    @app.get("/")
    def hello() -> str:
        return "Hello"

    @app.get("/file")
    def file():
        return send_file(path, conditional=True, max_age=3600)

    return app


if __name__ == "__main__":
    waitress.serve(create(Path(sys.argv[2])), host="127.0.0.1", port=int(sys.argv[1]), threads=8, ident=None)
