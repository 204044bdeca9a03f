"""The invented sheets that the recordings show."""

import random
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

WARDS = ("Abbey", "Bridge", "Castle", "Hillside", "Meadow", "Riverside")
WORK = ("Leaking tap", "Broken window", "Boiler off", "Door won't close", "Damp wall", "Light out", "Blocked drain")
STATES = ("Open", "Booked", "Done")


def repairs(path: Path, *, rows: int, zoom: int = 140) -> None:
    """A list of repairs. Every name, street and amount is made up, the same each time."""
    draw = random.Random(7)
    book = Workbook()
    sheet = book.active
    sheet.title = "Repairs"
    sheet.append(["Reference", "Ward", "Repair", "Reported", "Cost in £", "State"])
    for number in range(rows):
        day = 1 + number % 28
        cost = draw.randrange(35, 480)
        sheet.append(
            [
                f"R-{2000 + number}",
                draw.choice(WARDS),
                draw.choice(WORK),
                f"2026-03-{day:02}",
                cost,
                draw.choice(STATES),
            ]
        )
    for column, width in enumerate((14, 14, 22, 15, 13, 12), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        cell = sheet.cell(1, column)
        cell.font = Font(name="DejaVu Sans", size=11, bold=True)
        cell.fill = PatternFill("solid", fgColor="CFE4DC")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.font = Font(name="DejaVu Sans", size=11)
    sheet.sheet_view.zoomScale = zoom
    book.save(path)
