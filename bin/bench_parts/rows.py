"""One line of the table of benchmarks."""

from dataclasses import dataclass


@dataclass
class Row:
    """One line of the table."""

    number: str
    what: str
    must: str
    aim: str
    found: str
    good: bool
