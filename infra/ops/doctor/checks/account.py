"""The account: who asks, by which clock, and what Lambda lets it run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.reports.doctor.finding import Finding, failure, ok, warning

CREDENTIALS, CLOCK, CONCURRENCY, RUNTIME = "credentials", "clock", "concurrency", "runtime"
# AWS refuses a signed request that is more than five minutes off.
_REFUSED_AFTER, _WARNED_AFTER = timedelta(minutes=5), timedelta(minutes=1)
# What a new account has for all its functions together. Earshot alone runs more than that at a busy moment: five
# classifiers, a notifier, four schedules, and the requests of staff.
NEW_ACCOUNT, ENOUGH = 10, 40
# The quota "Concurrent executions" of AWS Lambda.
_QUOTA = "L-B99A9384"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who the credentials are, and what AWS's clock showed when it said so; None where it did not say."""

    account: str
    arn: str
    aws_time: datetime | None


def check_caller(caller: Caller, now: datetime) -> Iterator[Finding]:
    """Whether they are fit to deploy with, and whether this machine's clock, ``now``, is right."""
    if caller.arn.endswith(":root"):
        yield warning(
            CREDENTIALS,
            f"These are the credentials of the account {caller.account} itself (root)",
            "Use a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        )
    else:
        yield ok(CREDENTIALS, f"{caller.arn} in account {caller.account}")
    if caller.aws_time is None:
        yield warning(CLOCK, "AWS did not say what time it is", "Compare this machine's clock with https://time.is")
        return
    off = abs(now - caller.aws_time)
    what = f"This machine's clock is {off.total_seconds():.0f} s off AWS's"
    if off > _REFUSED_AFTER:
        yield failure(CLOCK, f"{what}: AWS refuses what it signs", "Set the clock: timedatectl set-ntp true")
    elif off > _WARNED_AFTER:
        yield warning(CLOCK, f"{what}; from 300 s on AWS refuses", "Set the clock: timedatectl set-ntp true")
    else:
        yield ok(CLOCK, f"{what}")


def check_concurrency(limit: int) -> Iterator[Finding]:
    """Whether Lambda runs as many functions at once as Earshot needs; ``limit`` is the account's in this region."""
    what = f"Lambda runs {limit} functions at once in this account and region"
    if limit >= ENOUGH:
        yield ok(CONCURRENCY, what)
        return
    new = "; a new account starts with that" if limit <= NEW_ACCOUNT else ""
    yield warning(
        CONCURRENCY,
        f"{what}{new}: in a storm of complaints alerts wait",
        f"aws service-quotas request-service-quota-increase --service-code lambda --quota-code {_QUOTA} "
        "--desired-value 1000",
    )


def check_runtime(runtime: str, *, is_known: bool) -> Iterator[Finding]:
    """Whether Lambda has the runtime of the functions in this region."""
    if is_known:
        yield ok(RUNTIME, f"Lambda has {runtime}")
    else:
        yield failure(RUNTIME, f"Lambda has no {runtime} in this region", "Take another region: set AWS_REGION")
