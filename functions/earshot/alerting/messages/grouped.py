"""What a message says that tells of many cases at once: how many, about what, and the most urgent of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from earshot.alerting.messages.link_instructions import HOW_TO_ACT
from earshot.alerting.messages.message import (
    NAME_MOST,
    excerpt,
    fitted_sms,
    headline,
    in_plain_letters,
    span,
    subject_line,
    time_left,
)
from earshot.cases.case.case import Case

# More than anybody reads in a mail; the console has them all.
LISTED_MOST = 20
QUOTED_MOST = 240
# After a longer pause it is news again, and no "more".
_PAUSE = timedelta(hours=1)


def sms_of_many(cases: Sequence[Case], now: datetime, since: datetime | None, act: str | None = None) -> str:
    """The text message: how many there are and about what, and the most urgent in the words of its author."""
    first = cases[0]
    lines = [f"{str(first.assessment.severity).upper()}: {tally(cases, now, since)}", *([f"Act: {act}"] if act else [])]
    who = excerpt(first.author.label, NAME_MOST)
    return fitted_sms([*lines, f"Most urgent, {time_left(first, now)}: {who}"], first.headline.text)


def email_subject_of_many(cases: Sequence[Case], now: datetime, since: datetime | None) -> str:
    """One line of fewer than 100 printable characters, as SNS asks for."""
    return subject_line(f"[{cases[0].assessment.severity}] {tally(cases, now, since)}: {time_left(cases[0], now)}")


def email_of_many(
    cases: Sequence[Case],
    rung: int,
    now: datetime,
    since: datetime | None,
    act: str | None = None,
    note: str | None = None,
) -> str:
    """The mail: every case with what it takes to decide, the most urgent first; above them ``note``."""
    listed = "".join(
        f"{number}. {headline(case, now)}\n"
        f"   {excerpt(case.headline.text, QUOTED_MOST) or '(no text)'}\n"
        f"   {case.headline.link or 'no link known'}  (case {case.id})\n\n"
        for number, case in enumerate(cases[:LISTED_MOST], 1)
    )
    unlisted = len(cases) - LISTED_MOST
    rest = f"And {unlisted} more: see the open cases.\n\n" if unlisted > 0 else ""
    acting = "Acknowledging by the link takes them all." if act else "Acknowledge the cases."
    return (
        f"{note + chr(10) * 2 if note else ''}{tally(cases, now, since)}, alerting rung {rung}:\n\n{listed}{rest}"
        f"{HOW_TO_ACT.format(act) if act else ''}{acting} Reply to each as a person. Earshot never posts.\n"
    )


def tally(cases: Sequence[Case], now: datetime, since: datetime | None) -> str:
    """``12 more about 'money' in 10 min``; ``3 cases, about money (2) and outage (1)`` where they differ."""
    topics = Counter(case.topic for case in cases)
    is_more = since is not None and now - since < _PAUSE
    if len(topics) > 1:
        about = " and ".join(f"{topic} ({count})" for topic, count in topics.most_common(3))
        return f"{len(cases)} cases, about {in_plain_letters(about)}"
    more, within = (" more", f" in {span(now - since)}") if is_more and since is not None else (" cases", "")
    return f"{len(cases)}{more} about '{in_plain_letters(next(iter(topics)))}'{within}"
