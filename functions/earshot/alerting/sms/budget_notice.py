"""The email that tells staff that the month's SMS budget allows fewer text messages, or none."""

from datetime import datetime
from enum import StrEnum

from earshot.mentions.budget import NEARLY


class SmsStop(StrEnum):
    """Which text messages have stopped: ``LESSER`` those about cases below critical, ``ALL`` all of them."""

    LESSER = "lesser"
    ALL = "all"


def budget_notice_subject(stop: SmsStop) -> str:
    """The subject: fewer than 100 printable ASCII characters, as SNS asks for."""
    sent = "no SMS" if stop is SmsStop.ALL else "an SMS for critical cases only"
    return f"Earshot sends {sent} until next month"


def budget_notice(stop: SmsStop, limit: float, now: datetime) -> str:
    """The body, with the remedy. ``limit`` is in US dollars a month."""
    budget = f"the SMS budget of {now:%B %Y} (${limit:.2f})"
    if stop is SmsStop.ALL:
        state, alerts = f"All of {budget} is used up.", "Alerts"
    else:
        state = f"{NEARLY:.0%} of {budget} is used up. The rest is reserved for critical cases."
        alerts = "Alerts for cases below critical"
    return (
        f"{state}\n\n{alerts} are sent by email only until the end of the month (UTC), and each of these emails says "
        "so at its top. Whoever has no confirmed mailbox still gets an SMS.\n\nTo send text messages again now, raise "
        "SmsMonthlySpendLimit and deploy. You get this email once a month.\n"
    )
