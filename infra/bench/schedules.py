"""What the schedules cost: the fetcher's and the escalator's minutes, with and without something to do."""

import time
from dataclasses import dataclass

from infra.bench.invocations import Measurement, MeasuringInvoker
from infra.bench.load import BRAND, MINUTE, START, PostKind, of_kind
from infra.bench.pipeline import Bench
from infra.local.x.posts import XPost

POLLS = 20


@dataclass(frozen=True, slots=True)
class ScheduleUsage:
    """Minutes of one handle without a search: ``idle`` ones, and ``busy`` ones that find a post each.

    ``x_calls`` counts the requests to X in a poll. In the minutes of ``escalate`` and ``watch`` nothing is due, and
    nobody complains.
    """

    sources: int
    idle: Measurement
    busy: Measurement
    escalate: Measurement
    watch: Measurement
    x_calls: float


class SmallBrandInvoker(MeasuringInvoker):
    """The fetcher as a small brand sets it: one handle and no search, which makes two sources."""

    def environ(self, function: str) -> dict[str, str]:
        """The deployed environment, with one handle and no search terms."""
        return super().environ(function) | {"BRAND_HANDLES": BRAND, "SEARCH_TERMS": ""}


def measure(bench: Bench) -> ScheduleUsage:
    """Let the fetcher find its baseline, then idle minutes, then busy ones."""
    invoker = bench.invoker(kind=SmallBrandInvoker)
    bench.clock.now = START + 100 * MINUTE
    sources = len(invoker.invoke("fetch", {})["sources"])
    bench.clock.now += MINUTE
    invoker.invoke("fetch", {})
    asked = len(bench.x.calls)
    idle = _minutes(bench, invoker, "fetch")
    x_calls = (len(bench.x.calls) - asked) / POLLS
    for number, mention in enumerate(of_kind(PostKind.COMPLAINT, POLLS, first=9_000)):
        written = bench.clock.now + number * MINUTE + MINUTE / 2
        bench.x.add(XPost(mention.id, mention.author, mention.text, written, "en", conversation_id=mention.id))
    busy = _minutes(bench, invoker, "fetch")
    # What was fetched is not what is judged next.
    bench.cloud.engine.client("sqs").purge_queue(QueueUrl=bench.cloud.stack.outputs["MentionQueueUrl"])
    invoker.invoke("escalate", {})
    escalate = _minutes(bench, invoker, "escalate")
    invoker.invoke("watch", {})
    watch = _minutes(bench, invoker, "watch")
    for measurement in (idle, busy):
        # Tweepy is no client of boto3: its calls are counted where they arrive.
        measurement.work["fetch"].calls["x", "GET"] = round(x_calls * POLLS)
    return ScheduleUsage(sources, idle, busy, escalate, watch, x_calls)


def _minutes(bench: Bench, invoker: MeasuringInvoker, module: str) -> Measurement:
    bench.begin(invoker)
    began = time.perf_counter()
    for _ in range(POLLS):
        bench.clock.now += MINUTE
        invoker.invoke(module, {})
    return bench.measurement(invoker, POLLS, time.perf_counter() - began)
