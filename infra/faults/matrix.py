"""Which faults are injected."""

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from infra.faults.injector import Call, Fault, FaultKind
from infra.faults.play import Outcome, Trial
from infra.faults.scenario.posts import MINUTES, START
from infra.faults.state_faults import StateFault, StateFaultKind
from infra.local.x import faults as x_faults
from infra.local.x.faults import XFault

OUTAGE = timedelta(minutes=10)
_RATE_LIMIT = timedelta(minutes=15)
# The outages begin with the first complaints, and with the ladders under way.
_BEGINNINGS = (timedelta(minutes=2), timedelta(minutes=14))
_X_FAULTS: tuple[tuple[str, XFault], ...] = (
    ("rate limited", x_faults.RATE_LIMITED),
    ("server error", x_faults.SERVER_ERROR),
    ("unavailable", x_faults.UNAVAILABLE),
    ("not JSON", x_faults.NOT_JSON),
    ("reset", x_faults.RESET),
    ("unauthorised", x_faults.UNAUTHORISED),
    ("out of credit", x_faults.OUT_OF_CREDIT),
)


def points(calls: Sequence[Call], every: bool = False) -> list[int]:
    """The numbers of the calls that are failed: of those with the same calls before them the first and the last.

    Calls are the same where the same function made the same ones before, in this invocation. ``every``: all calls.
    """
    if every:
        return list(range(len(calls)))
    first: dict[tuple[str, ...], int] = {}
    last: dict[tuple[str, ...], int] = {}
    for _, run in groupby(enumerate(calls), key=lambda one: one[1].function):
        before: tuple[str, ...] = ()
        for number, call in run:
            before = (*before, str(call))
            first.setdefault(before, number)
            last[before] = number
    return sorted({*first.values(), *last.values()})


def all_trials(usual: Outcome, every: bool = False) -> list[Trial]:
    """Every point in each of the seven ways, the outages of each service, the faults of X and those of state."""
    single = [Trial(Fault(kind, at=number)) for number in points(usual.calls, every) for kind in FaultKind]
    asked_of_x = range(0, usual.x_calls, max(1, usual.x_calls // 12))
    at_x = [
        # A feed that X limits is read again when X says so: a quarter of an hour later.
        Trial(x_fault=(number, fault), x_name=name, outage=_RATE_LIMIT if name == "rate limited" else timedelta(0))
        for number in asked_of_x
        for name, fault in _X_FAULTS
    ]
    return [*single, *outages(usual), *at_x, *state_faults()]


def outages(usual: Outcome) -> list[Trial]:
    """Ten minutes of each service, and of each operation of it alone, in each way."""
    operations = {(call.service, call.operation) for call in usual.calls}
    services = {(service, "") for service, _ in operations}
    return [
        Trial(
            Fault(kind, service=service, operation=operation, since=START + begin, until=START + begin + OUTAGE),
            outage=OUTAGE,
        )
        for service, operation in sorted(services | operations)
        for begin in _BEGINNINGS
        for kind in FaultKind
    ]


def state_faults() -> list[Trial]:
    """Restarts, second deliveries, steps of the clock and deployments, at each minute of the scenario."""
    return [
        # What ran when the clock was set back runs so much longer by it.
        Trial(state=StateFault(kind, minute), outage=abs(kind.step))
        for kind in StateFaultKind
        for minute in range(MINUTES)
    ]


def sampled(trials: Sequence[Trial], count: int, seed: int) -> list[Trial]:
    """So many of them; the same seed gives the same."""
    return random.Random(seed).sample(trials, min(count, len(trials)))  # noqa: S311 - no secret
