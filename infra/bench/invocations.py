"""What the functions do while they are watched: invocations, time, calls, and what they print."""

import io
import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from infra.bench.aws_usage import AwsUsage, CallRecorder
from infra.local.lambdas.invoker import Invoker


@dataclass(slots=True)
class FunctionUsage:
    """What one function did: invocations, seconds of the clock, seconds of its own processor time, and calls."""

    invocations: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    calls: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])


@dataclass(frozen=True, slots=True)
class Measurement:
    """One load, put through: how many posts, how long it took, what the functions did, asked for and printed."""

    mentions: int
    seconds: float
    work: dict[str, FunctionUsage]
    usage: AwsUsage
    log_bytes: int
    metrics: frozenset[str]

    @property
    def rate(self) -> float:
        """Mentions per second."""
        return self.mentions / self.seconds

    @property
    def waited(self) -> float:
        """Seconds in which the functions waited for services."""
        return sum(self.usage.waited.values())


class CountedOutput(io.TextIOBase):
    """What the functions print (log lines, metrics), as CloudWatch would be sent it: counted, and not kept."""

    def __init__(self) -> None:
        self._bytes = 0
        self._metrics: set[str] = set()

    def write(self, text: str) -> int:
        """Take note of a piece; metrics come in one piece."""
        self._bytes += len(text.encode())
        if text.startswith('{"_aws"'):
            declared = json.loads(text)["_aws"]["CloudWatchMetrics"]
            self._metrics |= {metric["Name"] for group in declared for metric in group["Metrics"]}
        return len(text)

    def take(self) -> tuple[int, frozenset[str]]:
        """Bytes and names of metrics since the last time."""
        taken = self._bytes, frozenset(self._metrics)
        self._bytes, self._metrics = 0, set()
        return taken


class MeasuringInvoker(Invoker):
    """Notes what each invocation costs."""

    work: defaultdict[str, FunctionUsage]
    recorder: CallRecorder

    def invoke(self, module: str, event: Any, **wiring: Any) -> Any:
        """Call an entrypoint; its processor time is this thread's, so that the stand-ins' is none of it."""
        before = Counter(self.recorder.calls)
        began, cpu = time.perf_counter(), time.thread_time()
        answer = super().invoke(module, event, **wiring)
        work = self.work[module]
        work.cpu += time.thread_time() - cpu
        work.seconds += time.perf_counter() - began
        work.invocations += 1
        work.calls += self.recorder.calls - before
        return answer


class CapturingInvoker(MeasuringInvoker):
    """Keeps the events of one function, which is not called."""

    module: str
    events: list[Any]

    def invoke(self, module: str, event: Any, **wiring: Any) -> Any:
        """Call an entrypoint, unless it is the one whose events are wanted."""
        if module != self.module:
            return super().invoke(module, event, **wiring)
        self.events.append(event)
        return {"batchItemFailures": []}
