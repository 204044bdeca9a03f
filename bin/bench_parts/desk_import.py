"""D1: a desk export of 1,000,000 rows by the command, beside the csv module merely reading the same file.

The file has ten columns (names, subjects and descriptions among them, all invented), two years of days and 60 categories.
Both run as programs of their own; CPU and peak memory are what the system says of them.
"""

import datetime as dt
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bin.bench_parts.rows import Row
from bin.bench_parts.servers import ROOT

ROWS = 1_000_000
ROUNDS = 3
_LOOK_EVERY = 0.02
READ = "import csv, sys\nfor row in csv.reader(open(sys.argv[1], encoding='utf-8', newline='')): pass"
TITLES = (
    "number,opened_at,caller_id,short_description,category,subcategory,cmdb_ci,contact_type,close_code,description\n"
)
FILLER = "The person says that nothing has changed since yesterday and asks for somebody to call back soon"


@dataclass(frozen=True)
class Run:
    """Seconds of CPU and of the clock, peak MB, and what the program printed."""

    cpu: float
    seconds: float
    peak: float
    output: str


def write_export(path: Path) -> float:
    """Write the file; returns its MB."""
    chance = random.Random(2026)
    first = dt.date(2024, 1, 1)
    with path.open("w", encoding="utf-8") as file:
        file.write(TITLES)
        for number in range(ROWS):
            day = first + dt.timedelta(days=number * 730 // ROWS)
            category = chance.randrange(60)
            file.write(
                f"INC{number:08},{day:%d/%m/%Y} {chance.randrange(24):02}:{chance.randrange(60):02}:{number % 60:02},"
                f'Person {number % 5000},"Cannot open, thing {number}",Category {category},Sub {category % 7},'
                f'Item {category % 5},Phone,code {chance.randrange(9)},"{FILLER} {number}"\n'
            )
    return path.stat().st_size / 1_000_000


def run(arguments: list[str], environment: dict[str, str]) -> Run:
    """Run a program to its end. Raises RuntimeError when it fails."""
    with tempfile.TemporaryFile("w+") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        peak = _watch(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    if process.returncode:
        raise RuntimeError(said)
    return Run(cpu=used.ru_utime + used.ru_stime, seconds=seconds, peak=peak, output=said)


def _watch(pid: int) -> float:
    """The most MB a program held, asked for until it ends. What wait4 says would count our own memory, too: a program
    begins as a copy of us."""
    peak = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        peak = max(peak, int(found[1])) if found else peak
        time.sleep(_LOOK_EVERY)
    return peak / 1024


def desk_import_rows() -> list[Row]:
    """R-csv and D1."""
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "incident.csv"
        size = write_export(export)
        environment = {**os.environ, "SHOWHOW_INSTANCE": folder, "SHOWHOW_LOG_LEVEL": "error"}
        run([*flask, "db", "upgrade"], environment)
        rounds = []
        for number in range(ROUNDS):
            reference = run([sys.executable, "-c", READ, str(export)], environment)
            done = run([*flask, "desk-calls", "import", str(export), "--source", f"round-{number}"], environment)
            if f"{ROWS:,} read, {ROWS:,} kept" not in done.output:
                raise RuntimeError(done.output)
            rounds.append((reference, done))
    csv_cpu = statistics.median(one.cpu for one, _ in rounds)
    times = statistics.median(done.cpu / one.cpu for one, done in rounds)
    rate = statistics.median(ROWS / done.seconds for _, done in rounds)
    peak = max(done.peak for _, done in rounds)
    idle = min(one.peak for one, _ in rounds)
    return [
        Row("R-csv", f"the csv module reading {ROWS:,} rows ({size:.0f} MB)", "", "", f"{csv_cpu:.2f} CPU-s, {idle:.0f} MB", True),
        Row(
            "D1",
            f"the same file imported: the command from start to end ({size:.0f} MB)",
            "10 × R-csv; 300 MB",
            "5 ×; 150 MB",
            f"{times:.1f} ×, {rate:,.0f} rows a second, {peak:.0f} MB at most",
            times <= 10 and peak <= 300,
        ),
    ]  # fmt: skip


PARTS = ((("R-csv", "D1"), desk_import_rows),)
