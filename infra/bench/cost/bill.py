"""From usage to US dollars: what a mention uses, what a month without posts uses, and the sum of both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from infra.bench.cost.prices import MEMORY_PER_CPU, PRICES, WAITS

Usage = Mapping[str, float]
"""Quantities by the names of ``PRICES``."""

# Of 100 mentions, so many are of a case that alerts rung 1. In recorded conversations of four brands with their
# customers it was 4; the sample stream, which was written to show alerts, has 12.
ALERTED = 0.05
MINUTES_A_MONTH = 30 * 24 * 60
GB = 1e9


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill: dollars without the free units of an account, and with them."""

    name: str
    quantity: float
    dollars: float
    after_free: float


def lambda_seconds(cpu: float, calls: Mapping[tuple[str, str], int], memory: int) -> float:
    """How long an invocation lasts in Lambda: its processor time on the share that ``memory`` MB buys, and its waits.

    ``cpu`` is seconds measured on one processor of this machine, taken for as fast as Lambda's.
    """
    waits = sum(WAITS.get(service, 0.0) * count for (service, _), count in calls.items())
    return cpu * max(1.0, MEMORY_PER_CPU / memory) + waits


def scaled(usage: Usage, factor: float) -> dict[str, float]:
    """So many times the usage."""
    return {name: quantity * factor for name, quantity in usage.items()}


def total(usages: Iterable[Usage]) -> dict[str, float]:
    """The sum of several usages."""
    sums: dict[str, float] = {}
    for usage in usages:
        for name, quantity in usage.items():
            sums[name] = sums.get(name, 0.0) + quantity
    return sums


def month(mentions: float, *, mention: Usage, alert: Usage, idle: Usage) -> list[BillLine]:
    """The bill of a month with so many mentions, of which ``ALERTED`` alert somebody."""
    usage = total([scaled(mention, mentions), scaled(alert, mentions * ALERTED), idle])
    unknown = usage.keys() - PRICES.keys()
    if unknown:
        raise ValueError(f"No price is known for {', '.join(sorted(unknown))}: add it to infra/bench/cost/prices.py.")
    return [
        BillLine(name, usage[name], price.of(usage[name]), price.of(usage[name], free=True))
        for name, price in PRICES.items()
        if usage.get(name)
    ]
