"""The API: what staff see of the cases, and do with them. API Gateway asks for a token before it calls.

Two routes ask for none: those of the links in alerts, which carry a signature of their own.
"""

from collections.abc import Mapping
from datetime import timedelta
from secrets import token_bytes
from typing import Any

import boto3
from aws_lambda_powertools.logging import correlation_paths
from botocore.config import Config

from earshot.alerting.links.signing_secret import LinkSecret
from earshot.alerting.links.table import LinkTable
from earshot.alerting.mute.silence_table import SilenceTable
from earshot.alerting.recipients.subscriptions import Subscriptions
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.table import RosterTable
from earshot.alerting.sms.budget_table import SmsBudget
from earshot.api.app import answer
from earshot.api.case_actions import ActionResult
from earshot.api.links.app import LinkDependencies, answer_link, is_link
from earshot.api.resolver import Dependencies
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.policy.table import PolicyTable
from earshot.cases.policy.toml_file import parse_policy
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.cursor import key_of
from earshot.cases.store.listing import Keys
from earshot.cases.store.queries import CaseQueries
from earshot.errors import LinkError
from earshot.mentions.feeds import feeds_of
from earshot.mentions.source_table import SourceTable
from earshot.reloaded_config import ReloadedConfig
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer

# Somebody waits, and API Gateway gives up at 30 s: no read may hang for as long as that.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the API."""
    settings = Settings(environ)
    dynamodb = boto3.client("dynamodb", config=_CONFIG)
    cases = CaseTable(dynamodb, settings.case_table, timedelta(days=settings.retention_days))
    policy_table = PolicyTable(dynamodb, settings.case_table)
    policy = ReloadedConfig(policy_table.read, parse_policy, DEFAULT_POLICY, clock, "PolicyRefused")
    secret = LinkSecret(boto3.client("secretsmanager", config=_CONFIG), settings.link_secret_id, clock)
    desk = Dependencies(
        cases=cases,
        queries=CaseQueries(dynamodb, settings.case_table, cursor_keys(secret)),
        sources=SourceTable(dynamodb, settings.source_table),
        texts=SmsBudget(dynamodb, settings.case_table),
        staffing=RosterAdmin(
            RosterTable(dynamodb, settings.case_table),
            Subscriptions(boto3.client("sns", config=_CONFIG), settings.alert_topic_arn),
        ),
        silences=SilenceTable(dynamodb, settings.case_table),
        incidents=IncidentTable(dynamodb, settings.case_table),
        feeds=feeds_of(settings.brand_handles, settings.search_terms),
        limits={
            "x": settings.x_monthly_spend_limit,
            "comprehend": settings.comprehend_monthly_spend_limit,
            "sms": settings.sms_monthly_spend_limit,
        },
        clock=clock,
        report=_report,
        policy=policy.now,
        brands=settings.brand_handles,
    )
    links = LinkDependencies(cases, LinkTable(dynamodb, settings.case_table), secret, clock, _report, policy.now)

    @metrics.log_metrics
    @logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        metrics.add_metric("ApiRequests", MetricUnit.Count, 1)
        if is_link(event):
            given = answer_link(event, links)
        else:
            given = answer(event, context, desk)
            logger.info("request answered", path=event.get("rawPath"), status=given["statusCode"])
        metrics.add_metric("ApiRequestsRefused", MetricUnit.Count, int(given["statusCode"] >= 400))
        return given

    return handle


def cursor_keys(secret: LinkSecret) -> Keys:
    """Gives the keys that cursors are signed with, made of the secret of the links.

    Where the secret cannot be read a key of this process stands in: the first page of a list never waits for it, and
    the worst that a cursor can meet is to be refused.
    """
    own_key = token_bytes()

    def keys(*, fresh: bool = False) -> tuple[bytes, ...]:
        try:
            return tuple(map(key_of, secret(fresh=fresh)))
        except LinkError:
            logger.exception("cursors are signed with a key of this process")
            return (own_key,)

    return keys


def _report(acted: ActionResult) -> None:
    """One log line and the metrics of what somebody did; who it was stands in the log of the case."""
    if acted.entry is None:
        return
    logger.info("staff acted", case=acted.case.id, what=acted.entry.what)
    if acted.entry.what == "acknowledged":
        waited = (acted.entry.at - acted.case.response.waiting_since).total_seconds()
        metrics.add_metric("TimeToAcknowledge", MetricUnit.Seconds, max(0.0, waited))
    if acted.entry.what == "dismissed":
        metrics.add_metric("CasesDismissed", MetricUnit.Count, 1)
    if acted.entry.what == "resolved":
        metrics.add_metric("CasesResolved", MetricUnit.Count, 1)


handler = on_first_call(build)
