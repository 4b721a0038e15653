"""Words and numbers that SMS, email and the digest share: how a case, a time and a number are written.

What strangers wrote is always visibly theirs: on one line, or with ``QUOTED`` before each of its lines.
"""

import re
import textwrap
from datetime import UTC, datetime, timedelta

from earshot.cases.case.case import Case
from earshot.plain_text import ELLIPSIS, one_line
from earshot.triage.judgement import Reason

MAX_NAME_LENGTH = 40
# Before each line of a post, as in every mail program.
QUOTED = "> "
# A mail quotes so much of a post: about two pages. SNS refuses a message over 256 KB, and a post of X may have more.
MAX_QUOTE_LENGTH, MAX_QUOTED_LINES = 4_000, 60
# Mail programs wrap longer lines themselves, and the rest would look like a line of ours.
_QUOTE_WIDTH = 96
# A link is longer than any that a network makes.
MAX_LINK_LENGTH = 500
# A reply on X begins with the handles that it answers: that of the brand, which the reader knows.
_LEADING_HANDLES = re.compile(r"^(?:@\w+\s+)+")


def summary_line(case: Case, now: datetime) -> str:
    """One case in one line: ``HIGH, 12 min left: Jane Doe (@jane), reach 950``."""
    return f"{case.assessment.severity.upper()}, {time_left(case, now)}: {author_and_reach(case)}"


def author_and_reach(case: Case) -> str:
    """``Jane Doe (@jane), reach 950``: the followers of the customer and of all who reposted, where they are known."""
    label = without_addresses(case.author.label)
    if len(label) > MAX_NAME_LENGTH and case.author.handle:
        label = f"@{one_line(case.author.handle)}"
    # Where even the handle is long, its beginning must do. An incident's is our own.
    label = label if case.incident is not None else shorten(label, MAX_NAME_LENGTH)
    return label if case.author.followers is None else f"{label}, reach {short_number(case.posts.spread.reach)}"


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
    return shorten(without_leading_handles(text), length)


def without_leading_handles(text: str) -> str:
    """A post on one line, without the handles it begins with."""
    return _LEADING_HANDLES.sub("", one_line(text))


def author_bound_line(case: Case) -> str | None:
    """That no further case of this author, or of new accounts, alerts for a while: in the alerts of the last that does.

    None in all others.
    """
    until = case.ladder.author_bound_until
    if until is None or case.ladder.is_withheld:
        return None
    more = "More cases of new accounts" if case.ladder.is_crowd else "More of theirs"
    return f"{more} do not alert before {until.astimezone(UTC):%H:%M} UTC: see the inbox"


def quote(text: str) -> str:
    """A post as a mail quotes it: each line behind ``QUOTED``, and where it is long its beginning, with a note."""
    lines: list[str] = []
    for line in map(one_line, text[:MAX_QUOTE_LENGTH].splitlines()):
        if line:
            lines += textwrap.wrap(line, _QUOTE_WIDTH, break_long_words=False, break_on_hyphens=False)
        elif lines and lines[-1]:
            lines.append("")
    shown = "\n".join(f"{QUOTED}{line}".rstrip() for line in lines[:MAX_QUOTED_LINES]) or "(no text)"
    is_cut = len(text) > MAX_QUOTE_LENGTH or len(lines) > MAX_QUOTED_LINES
    return f"{shown}\n(cut: the post has {len(text):,} characters)" if is_cut else shown


def without_addresses(text: str) -> str:
    """The text with ``(link)`` for each web address in it: a phone opens what it takes for one, whoever wrote it."""
    return " ".join("(link)" if _is_address(word) else word for word in text.split(" "))


def shown_link(link: str | None) -> str | None:
    """The link of a post; None where there is none, or one that is no web address or longer than any network's."""
    is_address = link is not None and link.startswith(("https://", "http://")) and link == one_line(link)
    return link if is_address and link is not None and " " not in link and len(link) <= MAX_LINK_LENGTH else None


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


def _is_address(word: str) -> bool:
    host, slash, _ = word.partition("/")
    return "://" in word or word.lower().startswith("www.") or bool(slash and "." in host.strip("."))
