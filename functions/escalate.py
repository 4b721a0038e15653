"""The escalator: each minute, do many have one problem, whose alert has nobody acknowledged, whose answer is late?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import boto3

from earshot.alerting.escalation import escalate
from earshot.cases.case.key import ConversationKey
from earshot.cases.incidents.detector import IncidentDetector
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.policy.table import PolicyTable
from earshot.cases.policy.toml_file import parse_policy
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.reloaded_config import ReloadedConfig
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the escalator."""
    settings = Settings(environ)
    dynamodb = boto3.client("dynamodb")
    table = CaseTable(dynamodb, settings.case_table, timedelta(days=settings.retention_days))
    policy_table = PolicyTable(dynamodb, settings.case_table)
    policy = ReloadedConfig(policy_table.read, parse_policy, DEFAULT_POLICY, clock, "PolicyRefused")

    watch = IncidentDetector(
        table, CaseQueries(dynamodb, settings.case_table), IncidentTable(dynamodb, settings.case_table)
    )

    def look(now: datetime) -> Exception | None:
        """Whether many complain about one thing; what went wrong with that, for no ladder must wait for it."""
        try:
            watched = watch.detect(now, policy.now())
        except Exception as error:  # noqa: BLE001 - raised when the ladders are done with
            logger.exception("incidents could not be looked for")
            return error
        for incident in watched.opened:
            logger.info("incident recognised", case=incident)
        for incident in watched.ended:
            logger.info("incident ended", case=incident)
        metrics.add_metric("IncidentsRecognised", MetricUnit.Count, len(watched.opened))
        metrics.add_metric("CasesOfIncidents", MetricUnit.Count, watched.joined)
        return None

    @metrics.log_metrics
    @logger.inject_lambda_context
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
        failed = look(clock())
        done = escalate(table, clock(), policy.now())
        metrics.add_metric("LaddersClimbed", MetricUnit.Count, len(done.climbed))
        metrics.add_metric("CasesDueSoon", MetricUnit.Count, done.logged["due soon"])
        metrics.add_metric("CasesBreached", MetricUnit.Count, done.logged["breached"])
        metrics.add_metric("AcknowledgementsExpired", MetricUnit.Count, done.logged["acknowledgement expired"])
        for key, error in done.failed:
            logger.error("a case could not be looked at", case=ConversationKey.parse(key).case_id, exc_info=error)
        if failed is not None:
            raise failed
        if done.failed:
            # The run counts as failed, so that the alarm on errors sees it; the next minute tries again.
            raise done.failed[0][1]
        return {"looked_at": done.looked_at, "climbed": len(done.climbed)}

    return handle


handler = on_first_call(build)
