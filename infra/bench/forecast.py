"""How wrong the forecast of a month's cost is: simulated months of 1,000, 10,000 and 100,000 mentions.

python -m infra.bench.forecast

A month has quiet nights and weekends, chance (each hour's mentions are Poisson), one SMS for each twentieth mention,
and in half of the months a viral day, the 20th, with ten times as much. The product's own forecast is asked on some
days with what the ledger and the counters would say, and compared with what the month came to.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import mean

import click

from earshot.mentions.ledger.coverage import SourceCoverage
from earshot.mentions.ledger.hour import Entry
from earshot.reports.health import Spending
from earshot.reports.listening.forecast import LOOKED_BACK, forecast
from infra.bench.cost.bill import ALERTED
from infra.bench.cost.prices import PRICES

MENTIONS = (1_000, 10_000, 100_000)
ASKED_ON = (3, 7, 14, 21)
MONTHS = 40
DAYS, VIRAL_DAY, VIRAL = 30, 20, 10
# A Sunday: its month has as many weekends as months have on average.
_BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
_HOURS = [0.3] * 7 + [1.0] * 3 + [1.6] * 10 + [0.8] * 4
_WEEK = [1.1] * 5 + [0.75] * 2
_MILLION = 1_000_000


def hours(mentions: int, seed: int, *, viral: bool) -> list[int]:
    """How many mentions each hour of a month has, of about so many in all without the viral day."""
    chance = Random(seed)  # noqa: S311 - no secret
    days = [_BEGIN + timedelta(days=day) for day in range(DAYS)]
    shape = [share * _WEEK[day.weekday()] for day in days for share in _HOURS]
    usual = [mentions * share / sum(shape) for share in shape]
    return [
        _poisson(expected * VIRAL if viral and hour // 24 == VIRAL_DAY - 1 else expected, chance)
        for hour, expected in enumerate(usual)
    ]


def _poisson(expected: float, chance: Random) -> int:
    """How many came where so many are expected: by the waits between them or, of many, by their spread."""
    if expected > 50:
        return max(0, round(chance.gauss(expected, math.sqrt(expected))))
    waited, count = chance.expovariate(1), 0
    while waited < expected:
        waited += chance.expovariate(1)
        count += 1
    return count


def error(month: Sequence[int], day: int) -> float:
    """How far the forecast after so many days is from what the month came to: 0.1 is a tenth too much."""
    post, sms = PRICES["x_post"].of(1), 2 * PRICES["sms_part"].of(1) * ALERTED
    now, done = _BEGIN + timedelta(days=day), day * 24
    looked_back = int(LOOKED_BACK / timedelta(hours=1))
    lately = sum(month[max(done - looked_back, 0) : done])
    start = max(now - LOOKED_BACK, _BEGIN)
    entry = Entry(runs=1, read=lately, delivered=lately, cost=round(lately * post * _MILLION))
    covered = SourceCoverage("x#mentions#NimbusAir", start, now, entry, (), _BEGIN)
    so_far = sum(month[:done])
    spending = (Spending("x", "2026-11", so_far * post, 0.0), Spending("sms", "2026-11", so_far * sms, 0.0))
    came_to = sum(month) * (post + sms) * _MILLION
    return forecast([covered], spending, 0, now).month / came_to - 1


def rows() -> Iterator[tuple[int, bool, list[float], list[float]]]:
    """For each size of month: mentions, whether viral, and by ``ASKED_ON`` the mean error and the mean distance."""
    for mentions in MENTIONS:
        for viral in (False, True):
            months = [hours(mentions, seed, viral=viral) for seed in range(MONTHS)]
            found = [[error(month, day) for month in months] for day in ASKED_ON]
            yield mentions, viral, [mean(one) for one in found], [mean(map(abs, one)) for one in found]


@click.command()
def main() -> None:
    """Print the table of docs/cost.md."""
    heads = [f"after {day} days" for day in ASKED_ON]
    click.echo(f"| mentions in a month | {' | '.join(heads)} |\n| :-- |{' --: |' * len(heads)}")
    for mentions, viral, means, distances in rows():
        cells = [f"{one:+.0%} (off by {far:.0%})" for one, far in zip(means, distances, strict=True)]
        click.echo(f"| {mentions:,}{', with a viral day' if viral else ''} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
