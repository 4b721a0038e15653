"""What happens to machines and clock while every call succeeds: restarts, second deliveries, steps, deployments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# A clock that is set by a time server seldom moves further.
STEP = timedelta(minutes=3)
# For so many minutes each event is delivered twice.
TWICE_FOR = 10


class StateFaultKind(StrEnum):
    """What happens."""

    RESTARTED = "all processes end"
    DELIVERED_TWICE = "ten minutes of events come twice, to two processes"
    CLOCK_FORWARD = "the clock is set three minutes forward"
    CLOCK_BACK = "the clock is set three minutes back"
    DEPLOYED = "the stack is deployed again"

    @property
    def step(self) -> timedelta:
        """By how much the clock moves."""
        return {StateFaultKind.CLOCK_FORWARD: STEP, StateFaultKind.CLOCK_BACK: -STEP}.get(self, timedelta(0))


@dataclass(frozen=True, slots=True)
class StateFault:
    """It happens when the scenario's ``minute`` begins."""

    kind: StateFaultKind
    minute: int

    def __str__(self) -> str:
        return f"minute {self.minute}: {self.kind}"

    def offset(self, minute: int) -> timedelta:
        """How far the clock is from where it would be without the fault, in a minute of the scenario."""
        return self.kind.step if minute >= self.minute else timedelta(0)

    def is_delivered_twice(self, minute: int) -> bool:
        """Whether what is delivered in a minute of the scenario is delivered twice."""
        return self.kind is StateFaultKind.DELIVERED_TWICE and self.minute <= minute < self.minute + TWICE_FOR

    def strike(self, minute: int, end_processes: Callable[[], None], deploy: Callable[[], None]) -> None:
        """Do what is due when a minute begins."""
        if minute != self.minute:
            return
        if self.kind is StateFaultKind.DEPLOYED:
            deploy()
        if self.kind in (StateFaultKind.DEPLOYED, StateFaultKind.RESTARTED):
            end_processes()
