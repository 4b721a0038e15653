"""The digest: each hour, has the morning come, and was today's mail sent?

It is sent first and noted afterwards. A run that dies between the two sends the mail a second time an hour later; the
other order would lose it. A morning on which nothing could be sent is made up for in any later hour of the day.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import boto3

from earshot.alerting.alert_topic import DIGEST_RUNGS, AlertTopic
from earshot.alerting.roster.on_call import on_call
from earshot.alerting.roster.table import RosterTable
from earshot.alerting.sms.budget_table import SmsBudget
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.mentions.feeds import feeds_of
from earshot.mentions.source_table import SourceTable
from earshot.reports.digest.digest import gather, period_at
from earshot.reports.digest.log import DigestLog
from earshot.reports.digest.text import subject, text
from earshot.reports.health import health_of
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the digest."""
    settings = Settings(environ)
    dynamodb = boto3.client("dynamodb")
    log = DigestLog(dynamodb, settings.case_table)
    queries = CaseQueries(dynamodb, settings.case_table)
    authors = CaseTable(dynamodb, settings.case_table, timedelta(days=settings.retention_days))
    sources = SourceTable(dynamodb, settings.source_table)
    roster = RosterTable(dynamodb, settings.case_table)
    topic = AlertTopic(boto3.client("sns"), settings.alert_topic_arn, settings.sms_max_price)
    feeds = feeds_of(settings.brand_handles, settings.search_terms)
    limits = {
        "x": settings.x_monthly_spend_limit,
        "comprehend": settings.comprehend_monthly_spend_limit,
        "sms": settings.sms_monthly_spend_limit,
    }
    texts = SmsBudget(dynamodb, settings.case_table)
    hour, zone = settings.digest_hour, settings.digest_timezone

    @metrics.log_metrics
    @logger.inject_lambda_context
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        now = clock()
        period = period_at(now, hour, zone)
        is_due = now >= period.end and not log.has(period.day)
        metrics.add_metric("DigestsDue", MetricUnit.Count, int(is_due))
        if is_due:
            digest = gather(
                period,
                hour,
                zone,
                queries=queries,
                authors=authors,
                health=health_of(feeds, limits, sources, texts, now),
                now=now,
            )
            staff = roster.roster()
            readers = [person.id for rung in DIGEST_RUNGS for person in on_call(staff, rung, now)]
            topic.publish_digest(period.day, subject(digest), text(digest), now, list(dict.fromkeys(readers)))
            log.add(period.day, now)
            logger.info("digest sent", day=period.day.isoformat())
            metrics.add_metric("DigestsSent", MetricUnit.Count, 1)
        return {"day": period.day.isoformat(), "sent": is_due}

    return handle


handler = on_first_call(build)
