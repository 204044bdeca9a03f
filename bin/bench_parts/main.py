"""Runs the measurements and writes docs/benchmarks.md."""

import datetime as dt
import platform
import statistics
import subprocess
import sys

from bin.bench_parts import (
    adaptive_check,
    bank,
    desk_import,
    impact,
    measurement,
    media,
    recovery,
    search,
    sittings,
    weights,
)
from bin.bench_parts.rows import Row
from bin.bench_parts.servers import ROOT

ROUNDS = 3
PAGE = ROOT / "docs" / "benchmarks.md"


def sitting_rows() -> list[Row]:
    """P2, P3 and P4: medians of three rounds, each beside its own references."""
    rounds = [sittings.measure() for _ in range(ROUNDS)]
    hello = statistics.median(one[0].hello for one in rounds) * 1000
    flow = statistics.median(one[0].flow for one in rounds)
    sitting = statistics.median(one[1] for one in rounds)
    save = statistics.median(one[2] for one in rounds) * 1000
    times = statistics.median(one[1] / one[0].flow for one in rounds)
    save_times = statistics.median(one[2] / one[0].hello for one in rounds)
    median, p99, worst = (statistics.median(one[3][index] for one in rounds) for index in range(3))
    return [
        Row("R-hello", "a bare Flask view", "", "", f"{hello:.2f} ms CPU", True),
        Row("R-flow", "a bare sitting of 20 answers", "", "", f"{flow:.3f} CPU-s", True),
        Row("P2", "a 20-question sitting without JavaScript", "8 × R-flow", "5 ×", f"{sitting:.3f} CPU-s, {times:.1f} ×", times <= 8),
        Row("P3", "one saved answer", "8 × R-hello", "5 ×", f"{save:.2f} ms CPU, {save_times:.1f} ×", save_times <= 8),
        Row(
            "P4",
            "10,000 saves, 8 people at once: 99th percentile and worst",
            "60 and 500 ms",
            "25 and 200 ms",
            f"{p99:.0f} and {worst:.0f} ms (median {median:.0f})",
            p99 <= 60 and worst <= 500,
        ),
    ]  # fmt: skip


def statement_rows() -> list[Row]:
    """P7."""
    found = weights.statements()
    saved = found.pop("check: a save")
    page = max(found, key=lambda name: found[name])
    text = f"{found[page]} ({page}) / {saved}"
    return [
        Row(
            "P7", "SQL statements: the most of a page / a save", "8 / 5", "4 / 3", text, found[page] <= 8 and saved <= 5
        )
    ]


def start_rows() -> list[Row]:
    """P11."""
    found = weights.start_and_memory()
    text = f"{found.seconds:.1f} s; {found.pss:.0f} MB ({found.rss:.0f} MB if shared pages are counted twice)"
    good = found.seconds <= 2 and found.pss <= 160
    return [Row("P11", "start to first page; memory of web and worker, idle", "2 s; 160 MB", "1 s; 120 MB", text, good)]


def page_rows() -> list[Row]:
    """P12."""
    sizes = weights.guide_page_bytes()
    total = sum(sizes.values()) / 1000
    largest = ", ".join(
        f"{name} {size / 1000:.0f}" for name, size in sorted(sizes.items(), key=lambda one: -one[1])[:5]
    )
    return [
        Row(
            "P12",
            "a guide page without its video, transferred",
            "100 KB",
            "50 KB",
            f"{total:.0f} KB ({largest})",
            total <= 100,
        )
    ]


def fresh_rows() -> list[Row]:
    """P14."""
    found = weights.fresh_machine()
    text = f"{found.seconds:.0f} s, {found.downloaded:.0f} MB downloaded ({found.on_disk:.0f} MB on disk)"
    good = found.seconds <= 90 and found.downloaded <= 150
    return [Row("P14", "fresh clone to first page", "90 s, 150 MB", "30 s, 100 MB", text, good)]


def recovery_rows() -> list[Row]:
    """R1."""
    return [
        Row(
            "R1",
            f"confirmed answers lost, {engine}",
            "0",
            "0",
            f"{found.lost} of {found.acknowledged:,} over {found.kills} kills (slowest first page {found.slowest:.1f} s)",
            found.lost == 0,
        )
        for engine, found in recovery.on_both().items()
    ]


PARTS = (
    (("P2", "P3", "P4"), sitting_rows),
    (("P7",), statement_rows),
    (("P11",), start_rows),
    (("P12",), page_rows),
    (("P14",), fresh_rows),
    (("R1",), recovery_rows),
    *adaptive_check.PARTS,
    *bank.PARTS,
    *desk_import.PARTS,
    *measurement.PARTS,
    *impact.PARTS,
    *search.PARTS,
    *media.PARTS,
)
ROWS = tuple(number for numbers, _ in PARTS for number in numbers)


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| # | what | must | aim | seen | |", "|---|---|---|---|---|---|"]
    for row in rows:
        verdict = "" if not row.must else "met" if row.good else "**falls short**"
        lines.append(f"| {row.number} | {row.what} | {row.must} | {row.aim} | {row.found} | {verdict} |")
    return "\n".join(lines) + "\n"


def page(rows: list[Row]) -> str:
    """docs/benchmarks.md."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return (
        "# Benchmarks\n\n"
        f"Written by `bin/bench` on {dt.date.today():%-d %B %Y} at commit {commit.stdout.strip()}: "
        f"Python {platform.python_version()}, {platform.machine()}, two cores. Medians of {ROUNDS} rounds where a row "
        "names a reference. CPU is that of the whole server process tree. The references are measured in the same "
        "run, behind the same HTTP server, so that a busy machine shifts both. Nothing here is asserted in a test.\n\n"
        + table(rows)
    )


def main() -> None:
    wanted = set(sys.argv[1:])
    if "measurement" in wanted:
        wanted = wanted - {"measurement"} | {row for rows, _ in (*measurement.PARTS, *impact.PARTS) for row in rows}
    unknown = wanted - set(ROWS)
    if unknown:
        sys.exit(f"There is no row {', '.join(sorted(unknown))}. Rows: {', '.join(ROWS)}.")
    rows: list[Row] = []
    for numbers, measure in PARTS:
        if not wanted or wanted & set(numbers):
            found = measure()
            rows += found
            print(table(found), flush=True)
    if not wanted:
        PAGE.write_text(page(rows))
        print(f"Written to {PAGE.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
