"""Time for tests of outages: a second that is waited for takes a hundredth, and the clock of the function goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

from earshot.aws import time_limit
from tests.fakes import FakeClock

T = TypeVar("T")
SCALE = 0.02


@dataclass
class Invocation:
    """Lambda's context of one invocation on ``clock``, and the time by which the function must have returned."""

    name: str
    timeout: float
    clock: FakeClock
    began: datetime = field(init=False)
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn"
    aws_request_id: str = "request-1"

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def function_name(self) -> str:
        return self.name

    @property
    def seconds_used(self) -> float:
        return (self.clock() - self.began).total_seconds()

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.timeout - self.seconds_used) * 1000))


def simulate_time(clock: FakeClock, patch: pytest.MonkeyPatch) -> None:
    """Whoever waits for an outside service, or before the next attempt, moves ``clock``, and really waits little.

    A call that fails counts with its whole limit, so the clock shows the worst that could be.
    """
    real = time_limit.call_within

    def call_within(seconds: float, call: Callable[[], T]) -> T:
        try:
            return real(seconds * SCALE, call)
        except Exception:
            clock.advance(seconds=seconds)
            raise

    for user in ("earshot.aws.guard", "earshot.mentions.sources.x.source", "earshot.alerting.webhooks.client"):
        patch.setattr(f"{user}.call_within", call_within)
    no_wait: Any = SimpleNamespace(sleep=clock.pause)
    patch.setattr("botocore.endpoint.time", no_wait)
