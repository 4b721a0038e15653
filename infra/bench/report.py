"""The measured figures as tables for docs/cost.md."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import mean

from infra.bench.cold_starts.by_source import MODULES, SourceStarts
from infra.bench.cold_starts.cold_start import ColdStart
from infra.bench.cold_starts.starts import EMPTY, FUNCTIONS, ColdStarts
from infra.bench.cost import tables as bill_tables
from infra.bench.cost.bill import Usage
from infra.bench.document import table
from infra.bench.invocations import Measurement
from infra.bench.load import PostKind
from infra.bench.schedules import ScheduleUsage

OPERATIONS = ("BatchGetItem", "GetItem", "Query", "PutItem", "UpdateItem", "TransactWriteItems")


@dataclass(frozen=True, slots=True)
class BenchFigures:
    """Everything that was measured. ``burst`` went through in full batches, ``alone`` one by one.

    ``judging`` and ``puts`` are posts a second through the judge alone, and bare writes a second into the engine.
    ``metrics`` is how many have a value where mentions come in.
    """

    burst: Measurement
    batch: int
    alone: Measurement
    judging: float
    puts: float
    kinds: Mapping[PostKind, Measurement]
    schedules: ScheduleUsage
    mention: Usage
    alert: Usage
    idle: Usage
    metrics: int
    starts: ColdStarts
    starts_by_source: SourceStarts
    memory: Mapping[str, int]


def blocks(figures: BenchFigures) -> dict[str, str]:
    """The text of each block of the page."""
    return {
        "machine": _machine(),
        "throughput": _throughput(figures),
        "kinds": _kinds(figures),
        "items": _items(figures.burst),
        "calls": _calls(figures),
        "polls": _polls(figures.schedules),
        "thousand": bill_tables.thousand(figures.mention, figures.alert),
        "months": bill_tables.months(figures.mention, figures.alert, figures.idle, figures.metrics),
        "idle": bill_tables.idle(figures.idle),
        "starts": starts_table(figures.starts, figures.memory),
        "starts-by-source": sources_table(figures.starts_by_source, figures.memory),
    }


def _machine() -> str:
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}."
    )


def _throughput(figures: BenchFigures) -> str:
    burst = figures.burst
    cpu = sum(work.cpu for work in burst.work.values())
    ratios = [
        (f"the pipeline, batches of {figures.batch}", burst.rate),
        ("the pipeline, one post at a time", figures.alone.rate),
        ("judging alone (language, lexicon, rules), no service", figures.judging),
        ("bare PutItem calls into the engine, no Earshot", figures.puts),
        ("the functions' processor time, boto3's included, on one core", burst.mentions / cpu),
    ]
    rows = [(what, f"{rate:,.0f}", f"{rate / burst.rate:.2f}") for what, rate in ratios]
    waited = ", ".join(
        f"{service} {seconds / burst.seconds:.0%}"
        for service, seconds in sorted(burst.usage.waited.items(), key=lambda pair: -pair[1])
    )
    return (
        table(("posts per second", "rate", "to the pipeline"), rows)
        + f"\n\n{burst.mentions:,} posts in {burst.seconds:.0f} s. "
        f"{burst.waited / burst.seconds:.0%} of that went into calls to services ({waited})."
    )


def _kinds(figures: BenchFigures) -> str:
    def row(kind: PostKind, measurement: Measurement) -> list[str]:
        usage, count = measurement.usage, measurement.mentions
        by_operation = [usage.calls["dynamodb", operation] for operation in OPERATIONS]
        others = [usage.calls["comprehend", "BatchDetectSentiment"], usage.calls["sns", "Publish"]]
        units = usage.units
        written = [sum(usage.items.values()), units.table, units.indexes]
        return [kind, *(_each(number, count) for number in (*by_operation, *others, *written))]

    head = (
        "a post alone",
        *OPERATIONS,
        "Comprehend",
        "SNS",
        "items in CaseTable",
        "write units: table",
        "write units: indexes",
    )
    return table(head, (row(kind, measurement) for kind, measurement in figures.kinds.items()))


def _items(measurement: Measurement) -> str:
    rows = (
        (kind.lower(), len(sizes), f"{mean(sizes):,.0f}", f"{max(sizes):,}", f"{_over(sizes):.0%}")
        for kind, sizes in sorted(measurement.usage.sizes.items())
    )
    return table(("item", "written", "mean bytes", "most", "over 1 KB"), rows)


def _over(sizes: list[int]) -> float:
    return sum(size > 1024 for size in sizes) / len(sizes)


def _calls(figures: BenchFigures) -> str:
    burst, alone = figures.burst, figures.alone
    names = sorted({*burst.usage.calls, *alone.usage.calls})
    rows = [
        (
            f"{service} {operation}",
            f"{alone.usage.calls[service, operation] / alone.mentions:.3f}",
            f"{burst.usage.calls[service, operation] / burst.mentions:.3f}",
        )
        for service, operation in names
    ]
    documents = sum(burst.usage.documents.values())
    calls = burst.usage.calls["comprehend", "BatchDetectSentiment"]
    languages = ", ".join(f"{language} {count}" for language, count in burst.usage.documents.most_common())
    return (
        table(("calls per mention", "alone", f"batches of {figures.batch}"), rows)
        + f"\n\nOf {burst.mentions:,} posts Comprehend was asked about {documents:,} in {calls} calls, "
        f"{documents / calls:.1f} a call (25 at most, one language each): {languages}."
    )


def _polls(schedules: ScheduleUsage) -> str:
    stretches = {
        "nothing new": schedules.idle,
        "one new post": schedules.busy,
        "escalate, nothing due": schedules.escalate,
        "watch, nobody complains": schedules.watch,
    }
    names = sorted({name for measurement in stretches.values() for name in measurement.usage.calls})
    rows = [
        ("x GET", f"{schedules.x_calls:.1f}", f"{schedules.x_calls:.1f}", "0", "0"),
        *(
            (
                f"{service} {operation}",
                *(_each(one.usage.calls[service, operation], one.mentions) for one in stretches.values()),
            )
            for service, operation in names
        ),
        ("write units", *(_each(one.usage.units.total, one.mentions) for one in stretches.values())),
    ]
    return table((f"calls a minute, {schedules.sources} sources", *stretches), rows)


_START = ("init", "init to the empty handler's", "first event", "both", "peak memory, MB")


def _start(start: ColdStart, empty: ColdStart) -> tuple[str, ...]:
    """The cells of a cold start, in the columns ``_START``; times in milliseconds."""
    both = start.init + start.first
    times = (f"{seconds * 1000:.0f}" for seconds in (start.first, both))
    return (f"{start.init * 1000:.0f}", f"{start.init / empty.init:.1f}", *times, _megabytes(start))


def starts_table(starts: ColdStarts, memory: Mapping[str, int]) -> str:
    """The block ``starts``: each function's init and first event; ``memory`` is what is configured, in MB."""

    def row(module: str) -> tuple[str, ...]:
        start, empty = starts.with_bytecode[module], starts.with_bytecode[EMPTY]
        alone = f"{starts.sources_alone[module].init * 1000:.0f}"
        return (module, alone, *_start(start, empty), f"{memory[module]}" if module in memory else "")

    head = ("milliseconds", "init, sources alone", *_START, "configured, MB")
    return table(head, (row(module) for module in (EMPTY, *FUNCTIONS)))


def sources_table(starts: SourceStarts, memory: Mapping[str, int]) -> str:
    """The block ``starts-by-source``: each kind of source, read by its fetcher for the first time."""

    def row(kind: str, start: ColdStart) -> tuple[str, ...]:
        module, read = MODULES[kind], f"{start.answer['posts_read']}"
        return (kind, module, read, *_start(start, starts.empty), f"{memory[module]}")

    head = ("milliseconds", "function", "posts read", *_START, "configured, MB")
    return table(head, (row(kind, start) for kind, start in starts.by_source.items()))


def _megabytes(start: ColdStart) -> str:
    return "unknown" if start.peak is None else f"{start.peak:.0f}"


def _each(count: float, of: int) -> str:
    return f"{count / of:.2f}".rstrip("0").rstrip(".")
