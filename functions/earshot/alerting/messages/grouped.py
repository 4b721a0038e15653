"""A message about several cases: how many, about what, and the most urgent of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from earshot.alerting.alert import MAX_NAMED
from earshot.alerting.messages.email import note_lines, subject_line
from earshot.alerting.messages.link_instructions import link_instructions
from earshot.alerting.messages.sms import sms_of_lines
from earshot.alerting.messages.text import (
    MAX_NAME_LENGTH,
    QUOTED,
    author_bound_line,
    duration,
    excerpt,
    shorten,
    shown_link,
    summary_line,
    time_left,
    without_addresses,
)
from earshot.cases.case.case import Case
from earshot.plain_text import one_line

# More cases than anybody reads in an email. The console lists all of them.
MAX_LISTED = 20
MAX_QUOTE_LENGTH = 240
# After a longer pause the cases are not "more" of the last message.
_PAUSE = timedelta(hours=1)


def sms_of_many(cases: Sequence[Case], now: datetime, since: datetime | None, action_link: str | None = None) -> str:
    """The text message: how many cases there are and about what, and the most urgent one in its author's words.

    ``cases`` begin with the most urgent. ``since`` is when the last message about them was sent.
    """
    first = cases[0]
    lines = [f"{str(first.assessment.severity).upper()}: {tally(cases, now, since)}"]
    if action_link:
        lines.append(f"Act: {action_link}")
    lines.append(
        f"Most urgent, {time_left(first, now)}: {shorten(without_addresses(first.author.label), MAX_NAME_LENGTH)}"
    )
    # Of several authors the first: the email and the inbox name them all.
    lines += [line for case in cases if (line := author_bound_line(case))][:1]
    return sms_of_lines(lines, first.posts.headline.text)


def email_subject_of_many(cases: Sequence[Case], now: datetime, since: datetime | None) -> str:
    """``[high] 3 more about 'money' in 5 min: 9 min left``."""
    return subject_line(f"[{cases[0].assessment.severity}] {tally(cases, now, since)}: {time_left(cases[0], now)}")


def email_of_many(
    cases: Sequence[Case],
    rung: int,
    now: datetime,
    since: datetime | None,
    action_link: str | None = None,
    note: str | None = None,
) -> str:
    """The body: each case with what is needed to decide, the most urgent first. ``note`` comes before them."""
    listed = "".join(_listed(number, case, now) for number, case in enumerate(cases[:MAX_LISTED], 1))
    unlisted = len(cases) - MAX_LISTED
    rest = f"And {unlisted} more: the console lists all open cases.\n\n" if unlisted > 0 else ""
    which = f"the {MAX_NAMED} most urgent of them" if len(cases) > MAX_NAMED else "all of them"
    acknowledge = f"Acknowledging by the link acknowledges {which}." if action_link else "Acknowledge the cases."
    return (
        f"{note_lines(note)}{tally(cases, now, since)}, alerting rung {rung}:\n\n{listed}{rest}"
        f"{link_instructions(action_link)}{acknowledge} Then answer each customer yourself. Earshot never posts.\n"
    )


def tally(cases: Sequence[Case], now: datetime, since: datetime | None) -> str:
    """``12 more about 'money' in 10 min``, or ``3 cases, about money (2) and outage (1)`` for several topics."""
    topics = Counter(case.topic for case in cases)
    if len(topics) > 1:
        about = " and ".join(f"{topic} ({count})" for topic, count in topics.most_common(3))
        return f"{len(cases)} cases, about {one_line(about)}"
    about = f"about '{one_line(next(iter(topics)))}'"
    if since is None or now - since >= _PAUSE:
        return f"{len(cases)} cases {about}"
    return f"{len(cases)} more {about} in {duration(now - since)}"


def _listed(number: int, case: Case, now: datetime) -> str:
    bound = f"   {line}.\n" if (line := author_bound_line(case)) else ""
    return (
        f"{number}. {summary_line(case, now)}\n"
        f"   {QUOTED}{excerpt(case.posts.headline.text, MAX_QUOTE_LENGTH) or '(no text)'}\n"
        f"   {shown_link(case.posts.headline.link) or 'no link known'}  (case {case.id})\n{bound}\n"
    )
