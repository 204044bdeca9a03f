"""Desk files for tests."""

import io
from collections.abc import Sequence

import openpyxl

TITLES = "number,opened_at,category,subcategory,cmdb_ci,contact_type,close_code"


def csv_bytes(*rows: str, titles: str = TITLES, encoding: str = "utf-8", end: str = "\n") -> bytes:
    """A CSV of these lines below the titles."""
    return (end.join((titles, *rows)) + end).encode(encoding)


def incident(number: int, opened: str, category: str = "Software", sub: str = "Excel") -> str:
    """A line of a ServiceNow export."""
    return f"INC{number:07},{opened},{category},{sub},,Phone,Solved"


def workbook_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook with one sheet of these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
