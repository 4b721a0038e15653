"""Words and numbers that SMS, email and the digest share: how a case, a time and a number are written."""

import re
from datetime import UTC, datetime, timedelta

from earshot.cases.case.case import Case
from earshot.triage.judgement import Reason

MAX_NAME_LENGTH = 40
ELLIPSIS = "..."
# A reply on X begins with the handles that it answers: that of the brand, which the reader knows.
_LEADING_HANDLES = re.compile(r"^(?:@\w+\s+)+")


def summary_line(case: Case, now: datetime) -> str:
    """One case in one line: ``HIGH, 12 min left: Jane Doe (@jane), reach 950``."""
    return f"{case.assessment.severity.upper()}, {time_left(case, now)}: {author_and_reach(case)}"


def author_and_reach(case: Case) -> str:
    """``Jane Doe (@jane), reach 950``: the followers of the customer and of all who reposted, where they are known."""
    label = case.author.label
    if len(label) > MAX_NAME_LENGTH and case.author.handle:
        label = f"@{case.author.handle}"
    return label if case.author.followers is None else f"{label}, reach {short_number(case.spread.reach)}"


def time_left(case: Case, now: datetime) -> str:
    """The time until the case must be answered: ``12 min left``, ``3 h left``, ``late by 2 d``."""
    left = case.response.due_at - now
    return f"{duration(left)} left" if left >= timedelta(0) else f"late by {duration(-left)}"


def duration(time: timedelta) -> str:
    """A length of time, rounded down to minutes, hours or days: ``12 min``, ``3 h``, ``2 d``."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 100:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 72 else f"{hours // 24} d"


def utc_minute(at: datetime) -> str:
    """A time to the minute: ``2026-11-21 09:30 UTC``."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def short_number(number: int) -> str:
    """A number in at most five characters: ``950``, ``12.4k``, ``3.1M``."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0") + letter
    return str(number)


def excerpt(text: str, length: int) -> str:
    """The beginning of a post on one line: without control characters and without the handles it begins with."""
    return shorten(without_leading_handles(printable(text)), length)


def without_leading_handles(text: str) -> str:
    """A post on one line, without the handles it begins with."""
    return _LEADING_HANDLES.sub("", " ".join(text.split()))


def printable(text: str) -> str:
    """The text with a space for each character that is not printable."""
    return "".join(character if character.isprintable() else " " for character in text)


def shorten(text: str, length: int) -> str:
    """At most ``length`` characters, with an ellipsis if it was cut, and cut between words if that loses little."""
    if len(text) <= length:
        return text
    if length <= len(ELLIPSIS):
        return text[:length]
    kept = text[: length - len(ELLIPSIS)]
    whole_words = kept.rpartition(" ")[0]
    return (whole_words if len(whole_words) >= len(kept) * 2 // 3 else kept) + ELLIPSIS


def main_reasons(case: Case) -> list[Reason]:
    """The reasons of the assessment, the weightiest first; those for the intent last, because it is named anyway."""
    return sorted(case.assessment.reasons, key=lambda reason: (reason.rule.startswith("intent."), -reason.points))
