"""Records the guide “Add up a column”: python add_up_a_column.py FOLDER"""

import sys
import tempfile
import time
from pathlib import Path

from sheets import repairs
from studio import Studio


def main() -> None:
    with tempfile.TemporaryDirectory() as name, Studio(Path(sys.argv[1])) as studio:
        sheet = Path(name) / "repairs.xlsx"
        repairs(sheet, rows=12)
        studio.open_calc(sheet, Path(name) / "profile")
        studio.move(700, 620, 0.2)
        studio.roll()
        studio.step("Click the cell below the numbers")
        studio.click(945, 541, 1.6)
        studio.step("Type =SUM(")
        studio.type("=SUM(", 1.2)
        studio.step("Mark the numbers")
        studio.move(945, 205)
        time.sleep(0.4)
        studio.do("mousedown", "1")
        studio.move(945, 513, 2.0)
        studio.do("mouseup", "1")
        studio.wait(1.6)
        studio.step("Close the bracket and press Enter")
        studio.type(")", 1.0)
        studio.key("Return", 1.8)
        studio.step("Or let the program do it")
        studio.click(945, 541, 0.8)
        studio.key("Delete", 0.8)
        studio.click(210, 122, 1.4)
        studio.click(235, 147, 1.4)
        studio.key("Return", 1.0)
        studio.click(945, 541, 2.5)
        studio.cut()
        studio.poster(studio.moments[3][1] - 0.6)


if __name__ == "__main__":
    main()
