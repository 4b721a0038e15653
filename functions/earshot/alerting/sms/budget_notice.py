"""The mail that tells staff that text messages have stopped for this month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from earshot.alerting.alert_topic import DIGEST_RUNGS, AlertTopic
from earshot.alerting.roster.on_call import ids_on_call
from earshot.alerting.roster.roster import Roster
from earshot.alerting.sms.gate import SmsStop, subject_of, text_of


@dataclass(frozen=True, slots=True)
class BudgetNotice:
    """Sends the mail to whoever is on call on the rungs that get the digest. ``limit`` is US dollars a month."""

    topic: AlertTopic
    read_roster: Callable[[], Roster]
    limit: float

    def __call__(self, stop: SmsStop, now: datetime) -> None:
        """Send it. Whatever SNS raises is raised."""
        readers = ids_on_call(self.read_roster(), DIGEST_RUNGS, now)
        name = f"sms-budget#{now:%Y-%m}#{stop}"
        text = text_of(stop, self.limit, now)
        self.topic.publish_notice(name, "sms-budget", subject_of(stop), text, now, readers)
