"""The morning digest of a deployed stack, as its own function would compose it now."""

from datetime import date, datetime

from earshot.errors import EarshotError
from earshot.reports.digest.period import DigestPeriod, period_at, period_of
from earshot.reports.digest.text import digest_subject, digest_text
from earshot.settings import Settings
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import wire_as
from infra.ops.stack import Stack

_NEEDS = (
    "Your credentials need lambda:GetFunctionConfiguration on DigestFunction, "
    "dynamodb:Query, GetItem and BatchGetItem on both tables."
)


def digest_of(session: AwsSession, stack: Stack, day: date | None, now: datetime) -> str:
    """Subject and text of the digest of a day, by default of today in the stack's time zone.

    EarshotError where AWS refuses, or the day is in the future.
    """
    with explained("The digest cannot be gathered", _NEEDS):
        wired = wire_as("DigestFunction", session, stack)
        found = wired.gather_digest(_period(wired.settings, day, now), now)
    return f"Subject: {digest_subject(found)}\n\n{digest_text(found)}"


def _period(settings: Settings, day: date | None, now: datetime) -> DigestPeriod:
    zone = settings.digest_timezone
    today = period_at(now, settings.digest_hour, zone)
    period = today if day is None else period_of(day, settings.digest_hour, zone)
    if period.day > today.day:
        raise EarshotError(f"{period.day} is in the future: in {zone.key} it is {today.day}.")
    return period
