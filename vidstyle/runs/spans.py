"""Start and end times as a user writes them."""

import re
from fractions import Fraction

from vidstyle.errors import UsageError
from vidstyle.video.source import Span

# FFmpeg counts in 64 bits of microseconds, which so many digits cannot exceed.
_TIME = re.compile(r"(?:(?:(\d{1,9}):)?(\d{1,9}):)?(\d{1,9}(?:\.\d*)?|\.\d+)")


def parse_time(time: str | float) -> Fraction:
    """Seconds from `90`, `1:30`, `0:01:30.25`. `UsageError` where it is none of these."""
    text = str(time)
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"'{text}' is not a time: write seconds (12.5) or [HH:]MM:SS (1:02.5)")
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + Fraction(seconds)


def parse_span(start: str | float | None, end: str | float | None) -> Span:
    """The part of a video between two times, either of which may be left open."""
    span = Span(
        None if start is None else parse_time(start), None if end is None else parse_time(end)
    )
    if span.end is not None and span.end <= (span.start or 0):
        raise UsageError(f"the end ({end}) is not after the start ({start or 0})")
    return span
