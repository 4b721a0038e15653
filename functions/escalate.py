"""The escalator: each minute, whose alert has nobody acknowledged in time?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import boto3

from earshot.alerts.escalation import escalate
from earshot.cases.table import CaseTable
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the escalator."""
    settings = Settings(environ)
    table = CaseTable(boto3.client("dynamodb"), settings.case_table, timedelta(days=settings.retention_days))

    @metrics.log_metrics
    @logger.inject_lambda_context
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
        done = escalate(table, clock())
        metrics.add_metric("LaddersClimbed", MetricUnit.Count, len(done.climbed))
        for key, error in done.failed:
            logger.error("a ladder could not climb", case=key.replace("#", "-", 1), exc_info=error)
        if done.failed:
            # The run counts as failed, so that the alarm on errors sees it; the next minute tries again.
            raise done.failed[0][1]
        return {"looked_at": done.looked_at, "climbed": len(done.climbed)}

    return handle


handler = on_first_call(build)
