"""What the schedules cost: the fetcher's minutes with and without something to do, and all others' without."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.bench.invocations import Measurement, MeasuringInvoker
from infra.bench.load import BRAND, MINUTE, START, PostKind, of_kind
from infra.bench.pipeline import Bench
from infra.local.engine.deployment import Template, read_template
from infra.local.x.posts import XPost

POLLS = 20
_MEASURED_APART = ("fetch", "escalate", "watch")
_UNITS = {"minute": 1, "hour": 60}


@dataclass(frozen=True, slots=True)
class ScheduleUsage:
    """Minutes of one handle without a search: ``idle`` ones, and ``busy`` ones that find a post each.

    ``x_calls`` counts the requests to X in a poll. In the minutes of ``escalate`` and ``watch`` nothing is due, and
    nobody complains. ``others`` are those of all other functions that a schedule calls, by their module, which have
    nothing to do either, and how often each is called in a minute.
    """

    sources: int
    idle: Measurement
    busy: Measurement
    escalate: Measurement
    watch: Measurement
    x_calls: float
    others: Mapping[str, tuple[float, Measurement]]


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
    others = dict(_others(bench, invoker))
    for measurement in (idle, busy):
        # Tweepy is no client of boto3: its calls are counted where they arrive.
        measurement.work["fetch"].calls["x", "GET"] = round(x_calls * POLLS)
    return ScheduleUsage(sources, idle, busy, escalate, watch, x_calls, others)


def runs_a_minute(template: Template) -> dict[str, float]:
    """How often the template's schedules call each function in a minute, by its module."""
    found: dict[str, float] = {}
    for name, resource in template["Resources"].items():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            if event["Type"] == "ScheduleV2":
                expression = event["Properties"]["ScheduleExpression"]
                if isinstance(expression, dict):
                    expression = template["Parameters"][expression["Ref"]]["Default"]
                found[name.removesuffix("Function").lower()] = 1 / _minutes_between(expression)
    return found


def _minutes_between(expression: str) -> int:
    """Of a schedule that is a rate, or the cron expression of each full hour. ValueError for another one."""
    if expression == "cron(0 * * * ? *)":
        return _UNITS["hour"]
    match = re.fullmatch(r"rate\((\d+) (minute|hour)s?\)", expression)
    if match is None:
        raise ValueError(f"The bill does not know how often {expression!r} is.")
    return int(match[1]) * _UNITS[match[2]]


def _others(bench: Bench, invoker: MeasuringInvoker) -> Iterator[tuple[str, tuple[float, Measurement]]]:
    now = bench.clock.now
    for module, often in runs_a_minute(read_template()).items():
        if module not in _MEASURED_APART:
            invoker.invoke(module, {})
            yield module, (often, _minutes(bench, invoker, module, round(1 / often)))
            # An hourly one has gone far ahead of what is measured next.
            bench.clock.now = now


def _minutes(bench: Bench, invoker: MeasuringInvoker, module: str, apart: int = 1) -> Measurement:
    bench.begin(invoker)
    began = time.perf_counter()
    for _ in range(POLLS):
        bench.clock.now += apart * MINUTE
        invoker.invoke(module, {})
    return bench.measurement(invoker, POLLS, time.perf_counter() - began)
