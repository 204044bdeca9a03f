"""Figures and periods as people read them."""

from portal.core.privacy import Band
from portal.gap_report.rules.estimates import Range

LOWEST, HIGHEST = 0.05, 0.95


def share_words(share: float) -> str:
    """“54%”; at the coded ends “5% or less” and “95% or more”."""
    if share <= LOWEST:
        return "5% or less"
    return "95% or more" if share >= HIGHEST else f"{round(share * 100)}%"


def share_range(share: Range | None) -> str:
    """“50% to 58%”, or a dash where the figure is withheld."""
    return "–" if share is None else f"{share_words(share.low)} to {share_words(share.high)}"


def rate_words(rate: float) -> str:
    """“13.4”; two places under one call, where the first says too little."""
    return f"{rate:.1f}" if rate >= 1 else f"{rate:.2f}"


def rate_range(rate: Range | None) -> str:
    """“12.9 to 13.9”, or a dash where there is none."""
    return "–" if rate is None else f"{rate_words(rate.low)} to {rate_words(rate.high)}"


def band_words(people: Band | None) -> str:
    """“20 to 49”, or that there are too few to say."""
    return "Fewer than 10" if people is None else people.words


def people_words(people: Band | None) -> str:
    """“20 to 49 people”, or that there are too few to say."""
    return f"{band_words(people)} people"


def people_of_users(people: Band | None, users: int) -> str:
    """“50 to 99 of 240 users, volunteers”: how many stand behind a figure, among how many."""
    return f"{band_words(people)} of {users:,} users, volunteers"


def share_text(share: Range | None) -> str:
    """“54% (50% to 58%)”, or that the figure is withheld."""
    return "Withheld" if share is None else f"{share_words(share.mid)} ({share_range(share)})"


def rate_text(rate: Range | None) -> str:
    """“13.4 (12.9 to 13.9)”, or that there are none."""
    return "None mapped" if rate is None else f"{rate_words(rate.mid)} ({rate_range(rate)})"
