"""The morning digest of a deployed stack, as its own function would compose it now."""

from __future__ import annotations

from datetime import date, datetime

from earshot.errors import EarshotError
from earshot.mentions.feeds import feeds_of
from earshot.reports.digest.digest import DigestPeriod, gather, period_at, period_of
from earshot.reports.digest.text import subject, text
from earshot.reports.health import health_of
from earshot.settings import Settings
from infra.aws_session import AwsSession
from infra.ops.adapters import StackAdapters
from infra.ops.aws_errors import explained
from infra.ops.spend_limits import spend_limits
from infra.ops.stack import Stack

_NEEDS = (
    "Your credentials need lambda:GetFunctionConfiguration on DigestFunction, "
    "dynamodb:Query, GetItem and BatchGetItem on both tables."
)


def digest_of(session: AwsSession, stack: Stack, day: date | None, now: datetime) -> str:
    """Subject and text of the digest of a day, by default of today in the stack's time zone.

    EarshotError where AWS refuses, or the day is in the future.
    """
    adapters = StackAdapters(session, stack)
    with explained("The digest cannot be gathered", _NEEDS):
        settings = adapters.settings("DigestFunction")
        health = health_of(
            feeds_of(settings.brand_handles, settings.search_terms),
            spend_limits(settings),
            adapters.sources(),
            adapters.sms_budget(),
            now,
        )
        found = gather(
            _period(settings, day, now),
            settings.digest_hour,
            settings.digest_timezone,
            queries=adapters.case_queries(),
            authors=adapters.case_table(),
            health=health,
            now=now,
        )
    return f"Subject: {subject(found)}\n\n{text(found)}"


def _period(settings: Settings, day: date | None, now: datetime) -> DigestPeriod:
    zone = settings.digest_timezone
    today = period_at(now, settings.digest_hour, zone)
    period = today if day is None else period_of(day, settings.digest_hour, zone)
    if period.day > today.day:
        raise EarshotError(f"{period.day} is in the future: in {zone.key} it is {today.day}.")
    return period
