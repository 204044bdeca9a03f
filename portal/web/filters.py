"""How dates, times and numbers read on a page."""

import datetime as dt
from collections.abc import Callable, Mapping

from portal.web.context import local


def long_date(day: dt.date | dt.datetime) -> str:
    """14 March 2026, in the council's zone."""
    moment = local(day) if isinstance(day, dt.datetime) else day
    return f"{moment.day} {moment:%B %Y}"


def clock_time(moment: dt.datetime) -> str:
    """14:03, in the council's zone."""
    return f"{local(moment):%H:%M}"


def video_time(seconds: float) -> str:
    """0:24"""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def duration(seconds: float) -> str:
    """“45 seconds”, “1 minute”, “2 minutes”: rounded to what a person plans with."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} seconds"
    minutes = round(whole / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def iso_duration(seconds: float) -> str:
    """PT45S, for the datetime attribute of <time>."""
    return f"PT{round(seconds)}S"


def whole(number: float) -> str:
    """78,000"""
    return f"{round(number):,}"


def percent(share: float) -> str:
    """A share from 0 to 1 as whole per cents: 31%"""
    return f"{round(share * 100)}%"


FILTERS: Mapping[str, Callable[..., str]] = {
    "long_date": long_date,
    "clock_time": clock_time,
    "video_time": video_time,
    "duration": duration,
    "iso_duration": iso_duration,
    "whole": whole,
    "percent": percent,
}
