"""The report of a deployed stack, as its API would give it now."""

from datetime import date, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.sms.budget_table import SmsBudget
from earshot.cases.store.queries import CaseQueries
from earshot.errors import EarshotError
from earshot.mentions.feeds import feeds_of
from earshot.mentions.source_table import SourceTable
from earshot.reports.health import health_of
from earshot.reports.period.report import gather_report
from earshot.reports.period.text import report_text
from earshot.settings import Settings
from infra.ops.stack import Stack, StackError

_FUNCTION = "ApiFunction"


def report_of(session: Any, stack: Stack, first: date, last: date, now: datetime) -> str:
    """The report as text. ``session`` is a boto3 session, or anything with its ``client``.

    EarshotError where AWS refuses, or where the period is none or too long.
    """
    if _FUNCTION not in stack.resources:
        raise StackError(f"The stack has no {_FUNCTION}: deploy this release, or name Earshot's stack with --stack.")
    try:
        function = stack.resources[_FUNCTION]
        configuration = session.client("lambda").get_function_configuration(FunctionName=function)
        settings = Settings(dict(configuration["Environment"]["Variables"]))
        dynamodb = session.client("dynamodb")
        sources = SourceTable(dynamodb, settings.source_table)
        texts = SmsBudget(dynamodb, settings.case_table)
        feeds = feeds_of(settings.brand_handles, settings.search_terms)
        found = gather_report(
            first,
            last,
            queries=CaseQueries(dynamodb, settings.case_table),
            sources=health_of(feeds, {}, sources, texts, now).sources,
            budgets=sources,
            sms_budget=texts,
            limits={
                "x": settings.x_monthly_spend_limit,
                "comprehend": settings.comprehend_monthly_spend_limit,
                "sms": settings.sms_monthly_spend_limit,
            },
            now=now,
        )
    except (ClientError, BotoCoreError) as error:
        raise EarshotError(
            f"The report cannot be gathered ({error}). Your credentials need lambda:GetFunctionConfiguration on "
            "ApiFunction, dynamodb:Query on the case table's indexes, GetItem and BatchGetItem on the source table."
        ) from error
    return report_text(found)
