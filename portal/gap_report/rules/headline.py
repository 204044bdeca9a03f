"""The sentences a reader needs first."""

from portal.core.text import counted
from portal.evidence.rules.releases import period_words
from portal.gap_report.rules.report import Report
from portal.gap_report.rules.verdicts import Verdict

NAMED = (Verdict.TRAINING_GAP, Verdict.DESIGN_PROBLEM, Verdict.HIDDEN_GAP)


def headline(report: Report) -> tuple[str, ...]:
    """How many calls there were beside the benchmark, and how many systems have which verdict."""
    return _calls(report), _verdicts(report)


def _calls(report: Report) -> str:
    period = period_words(report.months)
    a_year = report.calls_a_user_a_year
    if not report.calls or a_year is None:
        return f"No calls are stored for {period}."
    told = (
        f"In {period} staff made {counted(report.calls, 'call')}, {a_year:.1f} a user a year "
        f"(median of London councils {report.options.benchmark_calls:g})."
    )
    if report.weeks < report.weeks_in_period:
        told += f" The calls stored cover {report.weeks} of its {report.weeks_in_period} weeks."
    return told


def _verdicts(report: Report) -> str:
    counts = {verdict: len(report.with_verdict(verdict)) for verdict in Verdict}
    named = [(verdict.words.lower(), counts[verdict]) for verdict in NAMED if counts[verdict]]
    healthy, open_ones = counts[Verdict.HEALTHY], counts[Verdict.NOT_ENOUGH_EVIDENCE]
    parts = [f"{words} in {counted(count, 'system')}" for words, count in named]
    if healthy:
        parts.append(f"{counted(healthy, 'system')} {'is' if healthy == 1 else 'are'} healthy")
    told = "; ".join(parts)
    sentences = [told[0].upper() + told[1:] + "."] if told else []
    if open_ones:
        sentences.append(f"The figures can’t tell yet about {counted(open_ones, 'system')}.")
    return " ".join(sentences)
