"""A team that listens for a brand which is quiet at this hour."""

from datetime import timedelta

import pytest

from earshot.cases.incidents.statistics import HourlyCounts
from tests.alerting.team import Team
from tests.fakes import START

# Of the last four weeks, at this time of the day.
QUIET_BRAND = [HourlyCounts(START - timedelta(days=day, hours=by), {}) for day in range(1, 28) for by in (-1, 0, 1)]


@pytest.fixture
def team() -> Team:
    team = Team()
    team.incidents.kept = {hour.at: hour for hour in QUIET_BRAND}
    team.clock.advance(seconds=1)
    return team
