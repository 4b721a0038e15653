"""The report of a deployed stack, as its API would give it now."""

from datetime import date, datetime

from earshot.reports.health import health_of
from earshot.reports.period.report import gather_report
from earshot.reports.period.text import report_text
from earshot.reports.period.voice import competitors_in
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import wire_as
from infra.ops.stack import Stack

_NEEDS = (
    "Your credentials need lambda:GetFunctionConfiguration on ApiFunction, dynamodb:Query on the case table's "
    "indexes, GetItem and BatchGetItem on the source table."
)


def report_of(session: AwsSession, stack: Stack, first: date, last: date, now: datetime) -> str:
    """The report from the first day to the last, both included, in UTC, as text.

    EarshotError where AWS refuses, or where the period ends before it begins or is too long.
    """
    with explained("The report cannot be gathered", _NEEDS):
        wired = wire_as("ApiFunction", session, stack)
        found = gather_report(
            first,
            last,
            queries=wired.case_queries,
            counting=wired.case_queries,
            sources=health_of(wired.sources, {}, wired.source_table, wired.sms_budget, now).sources,
            budgets=wired.source_table,
            sms_budget=wired.sms_budget,
            limits=wired.spend_limits,
            now=now,
            ledger=wired.ledger_table,
            competitors=competitors_in(wired.terms_table.read()),
        )
    return report_text(found)
