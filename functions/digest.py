"""The digest: each hour, is it the hour of the digest, and was today's mail sent?

It is sent first and noted afterwards. A run that dies between the two sends the mail a second time an hour later; the
other order would lose it. A digest that could not be sent in its hour is sent in a later hour of the same day.
"""

from collections.abc import Mapping
from typing import Any

from earshot.alerting.alert_topic import DIGEST_RUNGS
from earshot.bootstrap import Bootstrap
from earshot.reports.digest.period import period_at
from earshot.reports.digest.text import digest_subject, digest_text
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.powertools import count, logger, observed


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the digest."""
    wired = Bootstrap(environ, clock)
    log, topic = wired.digest_log, wired.alert_topic
    hour, zone = wired.settings.digest_hour, wired.settings.digest_timezone

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        now = clock()
        period = period_at(now, hour, zone)
        is_due = now >= period.end and not log.has(period.day)
        count("DigestsDue", int(is_due))
        if is_due:
            digest = wired.gather_digest(period, now)
            readers = wired.team().mailboxes_on_call(DIGEST_RUNGS, now)
            topic.publish_digest(period.day, digest_subject(digest), digest_text(digest), now, readers)
            log.add(period.day, now)
            logger.info("digest sent", day=period.day.isoformat())
            count("DigestsSent")
        return {"day": period.day.isoformat(), "sent": is_due}

    return observed(handle)


handler = on_first_call(build)
