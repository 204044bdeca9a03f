"""Records the guide “Freeze the heading row”: python freeze_the_heading_row.py FOLDER"""

import sys
import tempfile
from pathlib import Path

from sheets import repairs
from studio import Studio


def main() -> None:
    with tempfile.TemporaryDirectory() as name, Studio(Path(sys.argv[1])) as studio:
        sheet = Path(name) / "repairs.xlsx"
        repairs(sheet, rows=60)
        studio.open_calc(sheet, Path(name) / "profile")
        studio.move(700, 420, 0.2)
        studio.roll()
        studio.step("See what is wrong")
        studio.move(560, 430)
        studio.scroll_down(9, 0.25)
        studio.wait(2.5)
        studio.key("ctrl+Home", 1.2)
        studio.step("Click the first cell below the headings")
        studio.click(128, 205, 1.8)
        studio.step("Open the menu View")
        studio.click(103, 12, 1.8)
        studio.step("Choose Freeze Rows and Columns")
        studio.move(194, 391, 1.4)
        studio.wait(1.2)
        studio.click(194, 391, 1.5)
        studio.step("Scroll: the headings stay")
        studio.move(560, 430)
        studio.scroll_down(12, 0.25)
        studio.wait(3)
        studio.cut()
        studio.poster(studio.moments[3][1] + 5.8)


if __name__ == "__main__":
    main()
