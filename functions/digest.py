"""The digest: each hour, is it the hour of the digest, was today's mail sent, and how much of the budgets is used?

The day is claimed before the mail is sent and confirmed afterwards, so that two runs at once send one. Where the
confirmation is missing the mail may have been lost: it is sent once more an hour later, and says so. What SNS refused
was not sent, and is sent by a later run of the same day.
"""

from collections.abc import Mapping
from typing import Any

from earshot.alerting.alert_topic import DIGEST_RUNGS
from earshot.bootstrap import Bootstrap
from earshot.errors import AlertRefusedError
from earshot.reports.digest.period import period_at
from earshot.reports.digest.text import SECOND_COPY, digest_subject, digest_text
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.powertools import logger, observed


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the digest. Each run also counts the mentions of the days that are over, for the reports."""
    wired = Bootstrap(environ, clock)
    log, topic = wired.digest_log, wired.alert_topic
    hour, zone = wired.settings.digest_hour, wired.settings.digest_timezone

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        now = clock()
        # Each hour, and not from where the money is spent: a budget that is used up is not spent any more.
        wired.check_budgets(now)
        period = period_at(now, hour, zone)
        is_due = now >= period.end and not log.has(period.day)
        if not is_due:
            wired.kept_counts.keep()
            return {"day": period.day.isoformat(), "sent": False}
        # Gathered before the day is claimed: a run that ends here has claimed nothing.
        digest = wired.gather_digest(period, now)
        readers = wired.team().mailboxes_on_call(DIGEST_RUNGS, now)
        attempt = log.claim(period.day, now)
        if attempt is not None:
            text = digest_text(digest) if attempt == 1 else SECOND_COPY + digest_text(digest)
            try:
                topic.publish_digest(period.day, digest_subject(digest), text, now, readers)
            except AlertRefusedError:
                log.release(period.day)
                raise
            log.confirm(period.day, now)
            logger.info("digest sent", day=period.day.isoformat())
        return {"day": period.day.isoformat(), "sent": attempt is not None}

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
