"""Tables to take away."""

from flask import Response


def csv_download(text: str, name: str) -> Response:
    """A table for a spreadsheet: UTF-8 with the mark that makes a spreadsheet read it so."""
    response = Response("\ufeff" + text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
