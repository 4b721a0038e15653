"""The email that tells staff that the month's SMS budget allows fewer text messages, or none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from earshot.alerting.alert_topic import DIGEST_RUNGS, AlertTopic
from earshot.alerting.roster.contacts import Team
from earshot.alerting.sms.gate import SmsStop
from earshot.mentions.budget import WARNING_SHARE


@dataclass(frozen=True, slots=True)
class BudgetNotice:
    """Sends the email to whoever is on call for the rungs that get the digest. ``limit`` is in US dollars a month."""

    topic: AlertTopic
    read_team: Callable[[], Team]
    limit: float

    def __call__(self, stop: SmsStop, now: datetime) -> None:
        """Send it. Whatever the table or SNS raises is raised."""
        readers = self.read_team().mailboxes_on_call(DIGEST_RUNGS, now)
        name, text = f"sms-budget#{now:%Y-%m}#{stop}", budget_notice(stop, self.limit, now)
        self.topic.publish_notice(name, "sms-budget", budget_notice_subject(stop), text, now, readers)


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
        state = f"{WARNING_SHARE:.0%} of {budget} is used up. The rest is reserved for critical cases."
        alerts = "Alerts for cases below critical"
    return (
        f"{state}\n\n{alerts} are sent by email only until the end of the month (UTC), and each of these emails says "
        "so at its top. Whoever has no confirmed mailbox still gets an SMS.\n\nTo send text messages again now, raise "
        "SmsMonthlySpendLimit and deploy. You get this email once a month.\n"
    )
