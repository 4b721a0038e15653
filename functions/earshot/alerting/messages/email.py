"""The email of an alert about one case: its subject, and its body in plain text."""

from datetime import datetime

from earshot.alerting.messages.link_instructions import link_instructions
from earshot.alerting.messages.text import (
    author_and_reach,
    author_bound_line,
    main_reasons,
    quote,
    shorten,
    shown_link,
    time_left,
    utc_minute,
)
from earshot.cases.case.case import Case
from earshot.plain_text import one_line

# SNS refuses a subject of 100 characters or more.
MAX_SUBJECT_LENGTH = 99


def email_subject(case: Case, now: datetime) -> str:
    """``[high] complaint from Jane Doe (@jane), reach 950: 12 min left``."""
    judged = case.assessment
    return subject_line(f"[{judged.severity}] {judged.intent} from {author_and_reach(case)}: {time_left(case, now)}")


def subject_line(subject: str) -> str:
    """A subject as SNS accepts it: fewer than 100 printable ASCII characters."""
    if not subject.isascii():
        from anyascii import anyascii  # most subjects need none of it, and it takes a while to load

        subject = anyascii(subject)
    return shorten(one_line(subject), MAX_SUBJECT_LENGTH)


def email(case: Case, rung: int, now: datetime, action_link: str | None = None, note: str | None = None) -> str:
    """The body: everything that is needed to decide, and the link by which its reader may act.

    ``note`` is about the alert itself and comes first.
    """
    judged = case.assessment
    reasons = (
        "\n".join(f"  - {one_line(reason.text)}{_points(reason.points)}" for reason in main_reasons(case))
        or "  - (none)"
    )
    bound = f"{line}.\n" if (line := author_bound_line(case)) else ""
    return (
        f"{note_lines(note)}{_opening(case)}:\n\n{quote(case.posts.headline.text)}\n\n"
        f"Why you get this: {judged.intent}, {judged.severity}, urgency {judged.urgency} of 100\n{reasons}\n\n"
        f"Answer by: {utc_minute(case.response.due_at)} ({time_left(case, now)})\n"
        f"Where: {shown_link(case.posts.headline.link) or 'no link known'}\n"
        f"Case: {case.id}, alerting rung {rung}\n{bound}\n"
        f"{link_instructions(action_link)}"
        "Acknowledge the case, then answer the customer yourself. Earshot never posts.\n"
    )


def note_lines(note: str | None) -> str:
    """A note as the first lines of an email; nothing where there is none."""
    return "" if note is None else f"{note}\n\n"


def _opening(case: Case) -> str:
    if case.incident is not None:
        return f"Incident since {utc_minute(case.incident.began_at)}: {author_and_reach(case)}"
    reposts = f", reposted {case.posts.spread.reposts} times" if case.posts.spread.reposts else ""
    # A line never begins with a name: it could be one of our own headings.
    return f"From {author_and_reach(case)}{reposts}, on {utc_minute(case.posts.headline.at)}"


def _points(points: int) -> str:
    return f" ({points:+d})" if points else ""
