"""The morning digest of a deployed stack, as its own function would compose it now."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.sms.budget_table import SmsBudget
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.errors import EarshotError
from earshot.mentions.feeds import feeds_of
from earshot.mentions.source_table import SourceTable
from earshot.reports.digest.digest import gather_digest
from earshot.reports.digest.period import period_at, period_of
from earshot.reports.digest.text import digest_subject, digest_text
from earshot.reports.health import health_of
from earshot.settings import Settings
from infra.ops.stack import Stack, StackError

_FUNCTION = "DigestFunction"


def digest_of(session: Any, stack: Stack, day: date | None, now: datetime) -> str:
    """The subject and the text. ``session`` is a boto3 session, or anything with its ``client``.

    EarshotError where AWS refuses, or the day is still to come.
    """
    try:
        settings = Settings(_environ(session, stack))
        zone = settings.digest_timezone
        today = period_at(now, settings.digest_hour, zone)
        period = today if day is None else period_of(day, settings.digest_hour, zone)
        if period.day > today.day:
            raise EarshotError(f"{period.day} is still to come: in {zone.key} it is {today.day}.")
        dynamodb = session.client("dynamodb")
        limits = {
            "x": settings.x_monthly_spend_limit,
            "comprehend": settings.comprehend_monthly_spend_limit,
            "sms": settings.sms_monthly_spend_limit,
        }
        sources, texts = SourceTable(dynamodb, settings.source_table), SmsBudget(dynamodb, settings.case_table)
        feeds = feeds_of(settings.brand_handles, settings.search_terms)
        found = gather_digest(
            period,
            settings.digest_hour,
            zone,
            queries=CaseQueries(dynamodb, settings.case_table),
            authors=CaseTable(dynamodb, settings.case_table, timedelta(days=settings.retention_days)),
            health=health_of(feeds, limits, sources, texts, now),
            now=now,
        )
    except (ClientError, BotoCoreError) as error:
        raise EarshotError(
            f"The digest cannot be gathered ({error}). Your credentials need lambda:GetFunctionConfiguration on "
            "DigestFunction, dynamodb:Query, GetItem and BatchGetItem on both tables."
        ) from error
    return f"Subject: {digest_subject(found)}\n\n{digest_text(found)}"


def _environ(session: Any, stack: Stack) -> Mapping[str, str]:
    """The settings that the deployed function has."""
    if _FUNCTION not in stack.resources:
        raise StackError(f"The stack has no {_FUNCTION}: deploy this release, or name Earshot's stack with --stack.")
    configuration = session.client("lambda").get_function_configuration(FunctionName=stack.resources[_FUNCTION])
    return dict(configuration["Environment"]["Variables"])
