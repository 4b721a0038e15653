"""What a deployed stack heard of some days, and what its month will cost."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from earshot.cases.removal.sweep.purse import swept
from earshot.mentions.sources.x.thinning import RESERVED
from earshot.mentions.sources.youtube.units import UNITS_OF_A_KEY, pacific_day
from earshot.plain_text import one_line
from earshot.reports.counts import count_days, days_of, end_of, midnight
from earshot.reports.health import Spending, health_of
from earshot.reports.listening.coverage import coverage_lines, gather_coverage
from earshot.reports.listening.forecast import LOOKED_BACK, Forecast, forecast
from earshot.triage.judgement import Intent
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import wire_as
from infra.ops.stack import Stack

_NEEDS = (
    "Your credentials need lambda:GetFunctionConfiguration on ApiFunction, dynamodb:GetItem and BatchGetItem on the "
    "source table, and for the budget dynamodb:Query on the case table's indexes."
)


def coverage_report(session: AwsSession, stack: Stack, first: date, last: date, now: datetime) -> Iterator[str]:
    """What each source heard of the days (UTC), both included, in lines.

    EarshotError where AWS refuses, or where the period ends before it begins or is too long.
    """
    days = days_of(first, last)
    with explained("What was heard cannot be read", _NEEDS):
        wired = wire_as("ApiFunction", session, stack)
        sources = health_of(wired.sources, {}, wired.source_table, wired.sms_budget, now).sources
        found = gather_coverage(sources, wired.ledger_table, midnight(days[0]), end_of(days[-1]), now)
    yield f"{first} to {last} (UTC)"
    yield from coverage_lines(found)


def budget_report(session: AwsSession, stack: Stack, now: datetime) -> Iterator[str]:
    """What the month will cost, what the money brought, and what waits when it runs low. EarshotError: AWS refuses."""
    with explained("What the month costs cannot be read", _NEEDS):
        wired = wire_as("ApiFunction", session, stack)
        health = health_of(wired.sources, wired.spend_limits, wired.source_table, wired.sms_budget, now)
        week = gather_coverage(health.sources, wired.ledger_table, now - LOOKED_BACK, now, now)
        yesterday = now.date() - timedelta(days=1)
        counted = count_days(wired.case_queries, days_of(yesterday - LOOKED_BACK + timedelta(days=1), yesterday))
        complaints = sum(volume.by_intent[Intent.COMPLAINT] for volume in counted.values())
        found = forecast(week, health.spending, complaints, now, swept(wired.source_table, now))
        thinning, units = wired.brands.now().thinning, wired.units_table.used(pacific_day(now))
    yield from _forecast_lines(found, health.spending)
    limit = wired.spend_limits["x"]
    yield "When the budget of X runs low:"
    for share, step in thinning.steps:
        yield f"  from ${share * (1 - RESERVED) * limit:.2f} on: {step.label} wait"
    yield f"  from ${(1 - RESERVED) * limit:.2f} on: only the newest mentions are read, at intervals"
    for one in units:
        shares = ", ".join(f"{number:,} for {share}" for share, number in sorted(one.by_share.items()))
        yield f"YouTube, today in California: {one.total:,} of the {UNITS_OF_A_KEY:,} units of a key: {shares}"


def _forecast_lines(found: Forecast, spending: tuple[Spending, ...]) -> Iterator[str]:
    limits = {one.service: one.limit_usd for one in spending}
    yield f"The month will cost about ${found.month / 1e6:.2f}"
    for one in found.services:
        over = " - MORE THAN ITS LIMIT" if one.month / 1e6 > limits[one.service] > 0 else ""
        spent = f"${(one.spent or 0) / 1e6:.2f} so far, ${one.a_day / 1e6:.2f} a day"
        yield f"  {one.service}: {spent}, ${one.month / 1e6:.2f} of ${limits[one.service]:.2f}{over}"
    if found.causes:
        yield "X, by the last seven days"
    for one in found.causes:
        yield f"  {one.cause}: ${one.a_day / 1e6:.2f} a day, ${one.month / 1e6:.2f} in the rest of the month"
    cost = "" if found.cost_of_a_complaint is None else f": ${found.cost_of_a_complaint / 1e6:.2f} for each"
    yield f"{found.complaints} complaints in the last seven days{cost}"
    if found.brought:
        yield "What each source brought in the last seven days, the dearest first"
    for one in found.brought:
        each = one.cost_of_a_post
        price = "nothing that no other brought" if each is None else f"${each / 1e6:.4f} for each that it alone brought"
        yield f"  {one_line(one.source)}: {one.posts} posts, {one.alone} alone, ${one.cost / 1e6:.2f}: {price}"
