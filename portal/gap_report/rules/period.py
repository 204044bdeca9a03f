"""Which months a report is about."""

from collections.abc import Sequence

from portal.core.errors import NotFound
from portal.core.periods import Months
from portal.evidence.rules.releases import Release, period_words

MOST_MONTHS = 12


class NoCoveringRelease(NotFound):
    """No release holds the answers of a period."""

    def __init__(self, months: Months) -> None:
        self.months = months
        first, last = months.keys()
        super().__init__(
            f"No release covers {period_words(months)}, so there are no figures to report. Close one with "
            f"“flask gap-report release --title TITLE --from {first} --to {last}”, or choose months that are covered."
        )


class NoReleaseYet(NotFound):
    """Nothing has been released."""

    def __init__(self) -> None:
        super().__init__("No release is closed yet, so there are no figures. The page “Gap report” says how to begin.")


def usual_months(releases: Sequence[Release]) -> Months:
    """The newest twelve months that releases cover without a gap, fewer where there are fewer; at least one release."""
    months = releases[-1].months
    for release in reversed(releases[:-1]):
        if release.months.end != months.start:
            break
        months = Months(first=release.months.first, last=months.last)
    year, month = months.last
    earliest = year * 12 + month - MOST_MONTHS
    return Months(first=max(months.first, (earliest // 12, earliest % 12 + 1)), last=months.last)


def offered_months(releases: Sequence[Release]) -> tuple[tuple[int, int], ...]:
    """Every month (year, month) that a release covers, in order."""
    numbers = sorted(
        {
            number
            for release in releases
            for number in range(_number(release.months.first), _number(release.months.last) + 1)
        }
    )
    return tuple((number // 12, number % 12 + 1) for number in numbers)


def asked_months(first: str, last: str) -> Months | None:
    """The months somebody asked for (``2026-01``), or None where they aren't any."""
    try:
        return Months.parse(first, last)
    except ValueError:
        return None


def _number(month: tuple[int, int]) -> int:
    return month[0] * 12 + month[1] - 1
