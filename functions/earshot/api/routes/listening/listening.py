"""Reading what was heard and what was missed, and what hearing costs."""

from datetime import timedelta

from earshot.api.auth.roles import Role
from earshot.api.parameters import FirstDay, LastDay
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.routes.listening.schemas import Budget, Coverage
from earshot.cases.removal.sweep.purse import swept
from earshot.mentions.sources.x.thinning import RESERVED
from earshot.mentions.sources.youtube.units import pacific_day
from earshot.reports.counts import count_days, days_of, end_of, midnight
from earshot.reports.listening.coverage import gather_coverage
from earshot.reports.listening.forecast import LOOKED_BACK, forecast
from earshot.triage.judgement import Intent


@app.get(
    "/coverage",
    role=Role.VIEWER,
    operation_id="coverage",
    summary="What was heard and what was missed",
    tags=["reports"],
    responses=json_responses(Coverage, 400),
)
def coverage(first: FirstDay, last: LastDay) -> Coverage:
    """For each source what it read, delivered, left out and missed in these days, and what that cost. A time is that in
    which posts were written: what was read late was heard."""
    deps = app.deps
    days, now = days_of(first, last), deps.clock()
    found = gather_coverage(deps.health({}).sources, deps.ledger, midnight(days[0]), end_of(days[-1]), now)
    return Coverage.of(first, last, now, found)


@app.get(
    "/budget",
    role=Role.VIEWER,
    operation_id="budget",
    summary="What the month will cost",
    tags=["reports"],
    responses=json_responses(Budget),
)
def budget() -> Budget:
    """The forecast by the last seven days, what each source brought for its money, and what waits when the budget of X
    runs low."""
    deps = app.deps
    now, limits = deps.clock(), dict(deps.spend_limits)
    health = deps.health(limits)
    yesterday = now.date() - timedelta(days=1)
    counted = count_days(deps.counting, days_of(yesterday - LOOKED_BACK + timedelta(days=1), yesterday))
    complaints = sum(volume.by_intent[Intent.COMPLAINT] for volume in counted.values())
    week = gather_coverage(health.sources, deps.ledger, now - LOOKED_BACK, now, now)
    found = forecast(week, health.spending, complaints, now, swept(deps.sources, now))
    return Budget.of(found, limits, deps.brands().thinning, RESERVED, now, deps.units.used(pacific_day(now)))
