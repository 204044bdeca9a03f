"""The figures of a question in plain sentences, each with its numbers."""

from portal.skills_check.rules.bank_figures import QuestionFigures
from portal.skills_check.rules.statistics import SHORTEST_FLAG, SHORTEST_ITEM


def sentences(found: QuestionFigures | None) -> tuple[str, ...]:
    """How a question performs, in words."""
    if found is None:
        return ("Nobody has answered this version in a finished check yet.",)
    if found.facility is None:
        few = f"{found.n} of {SHORTEST_ITEM} attempts so far."
        return (f"{few} Figures are shown from {SHORTEST_ITEM} on, because fewer swing by chance.",)
    told = [f"{_share(found.facility)} of {found.n} attempts got it right."]
    told.append(_apart(found))
    told.append(_tells(found))
    if found.median_seconds is not None:
        told.append(f"Half of the people took {found.median_seconds:.0f} seconds or less.")
    if found.n < SHORTEST_FLAG:
        told.append(f"Warnings are given from {SHORTEST_FLAG} attempts on.")
    return tuple(told)


def _apart(found: QuestionFigures) -> str:
    return f"{found.wrong} were wrong, {found.dont_know} said “I don’t know”, and {found.not_reached} did not reach it."


def _tells(found: QuestionFigures) -> str:
    if found.discrimination is None:
        return "All answers were alike, so it can’t be said whether it tells people apart."
    within = found.discrimination_range
    span = f" (90% range {within.low:.2f} to {within.high:.2f})" if within else ""
    value = found.discrimination
    if value >= 0.3:
        strength = "People who do well elsewhere do clearly better here"
    elif value >= 0.15:
        strength = "People who do well elsewhere do somewhat better here"
    elif value > -0.05:
        strength = "People who do well elsewhere do hardly better here"
    else:
        strength = "People who do well elsewhere do worse here"
    return f"{strength}: item-rest correlation {value:.2f}{span}."


def _share(value: float) -> str:
    return f"{value * 100:.0f}%"
