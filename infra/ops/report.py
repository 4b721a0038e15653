"""The report of a deployed stack, as its API would give it now."""

from __future__ import annotations

from datetime import date, datetime

from earshot.mentions.feeds import feeds_of
from earshot.reports.health import health_of
from earshot.reports.period.report import gather
from earshot.reports.period.text import text
from infra.aws_session import AwsSession
from infra.ops.adapters import StackAdapters
from infra.ops.aws_errors import explained
from infra.ops.spend_limits import spend_limits
from infra.ops.stack import Stack

_NEEDS = (
    "Your credentials need lambda:GetFunctionConfiguration on ApiFunction, dynamodb:Query on the case table's "
    "indexes, GetItem and BatchGetItem on the source table."
)


def report_of(session: AwsSession, stack: Stack, first: date, last: date, now: datetime) -> str:
    """The report from the first day to the last, both included, in UTC, as text.

    EarshotError where AWS refuses, or where the period ends before it begins or is too long.
    """
    adapters = StackAdapters(session, stack)
    with explained("The report cannot be gathered", _NEEDS):
        settings = adapters.settings("ApiFunction")
        sources, sms_budget = adapters.sources(), adapters.sms_budget()
        feeds = feeds_of(settings.brand_handles, settings.search_terms)
        found = gather(
            first,
            last,
            queries=adapters.case_queries(),
            sources=health_of(feeds, {}, sources, sms_budget, now).sources,
            budgets=sources,
            texts=sms_budget,
            limits=spend_limits(settings),
            now=now,
        )
    return text(found)
