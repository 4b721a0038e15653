"""The measured figures as the tables of docs/cost.md."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import mean

from infra.bench.bill import Line, Usage, month
from infra.bench.cold_start import Start
from infra.bench.document import table
from infra.bench.load import Kind
from infra.bench.pipeline import Stretch
from infra.bench.polling import Polling
from infra.bench.prices import PRICES
from infra.bench.starts import EMPTY, FUNCTIONS, Starts

VOLUMES = (0, 1_000, 10_000, 100_000)
OPERATIONS = ("BatchGetItem", "GetItem", "Query", "PutItem", "UpdateItem", "TransactWriteItems")
GROUPS = {
    "X": ("x_post",),
    "Comprehend": ("comprehend_unit",),
    "SMS": ("sms_part",),
    "Email and publishing": ("sns_publish", "sns_email"),
    "Lambda": ("lambda_gb_second", "lambda_request"),
    "DynamoDB": ("dynamodb_write", "dynamodb_read", "dynamodb_gb_month", "dynamodb_backup_gb_month"),
    "SQS": ("sqs_request",),
    "Schedules, key, secret": ("schedule", "key", "key_use", "secret", "secret_read"),
    "Alarms, metrics, dashboard": ("alarm", "metric", "dashboard"),
    "Logs and traces": ("log_gb", "trace"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was measured. ``burst`` went through in full batches, ``alone`` one by one.

    ``judging`` and ``puts`` are posts a second through the judge alone, and bare writes a second into the engine.
    """

    burst: Stretch
    batch: int
    alone: Stretch
    judging: float
    puts: float
    kinds: Mapping[Kind, Stretch]
    polling: Polling
    mention: Usage
    idle: Usage
    starts: Starts
    memory: Mapping[str, int]


def blocks(figures: Figures) -> dict[str, str]:
    """The text of each block of the page."""
    return {
        "machine": _machine(),
        "throughput": _throughput(figures),
        "kinds": _kinds(figures),
        "items": _items(figures.burst),
        "calls": _calls(figures),
        "polls": _polls(figures.polling),
        "thousand": _thousand(figures),
        "months": _months(figures),
        "idle": _bill(month(0, figures.mention, figures.idle)),
        "starts": _starts(figures.starts, figures.memory),
    }


def _machine() -> str:
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}."
    )


def _throughput(figures: Figures) -> str:
    burst = figures.burst
    cpu = sum(work.cpu for work in burst.work.values())
    ratios = [
        (f"the pipeline, batches of {figures.batch}", burst.rate),
        ("the pipeline, one post at a time", figures.alone.rate),
        ("judging alone (language, lexicon, rules), no service", figures.judging),
        ("bare PutItem calls into the engine, no Earshot", figures.puts),
        ("Earshot's own processor time, one core, services that answer at once", burst.mentions / cpu),
    ]
    rows = [(what, f"{rate:,.0f}", f"{rate / burst.rate:.2f}") for what, rate in ratios]
    waited = ", ".join(
        f"{service} {seconds / burst.seconds:.0%}"
        for service, seconds in sorted(burst.ledger.waited.items(), key=lambda pair: -pair[1])
    )
    return (
        table(("posts per second", "rate", "to the pipeline"), rows)
        + f"\n\n{burst.mentions:,} posts in {burst.seconds:.0f} s. Of that time the functions waited for services "
        f"{burst.waited / burst.seconds:.0%} ({waited})."
    )


def _kinds(figures: Figures) -> str:
    def row(kind: Kind, stretch: Stretch) -> list[str]:
        ledger, count = stretch.ledger, stretch.mentions
        by_operation = [ledger.calls["dynamodb", operation] for operation in OPERATIONS]
        others = [ledger.calls["comprehend", "BatchDetectSentiment"], ledger.calls["sns", "Publish"]]
        units = ledger.units
        written = [sum(ledger.items.values()), units.table, units.indexes]
        return [kind, *(_each(number, count) for number in (*by_operation, *others, *written))]

    head = ("a post alone", *OPERATIONS, "Comprehend", "SNS", "items written", "units: table", "units: indexes")
    return table(head, (row(kind, stretch) for kind, stretch in figures.kinds.items()))


def _items(stretch: Stretch) -> str:
    rows = (
        (kind.lower(), len(sizes), f"{mean(sizes):,.0f}", f"{max(sizes):,}", f"{_over(sizes):.0%}")
        for kind, sizes in sorted(stretch.ledger.sizes.items())
    )
    return table(("item", "written", "mean bytes", "most", "over 1 KB"), rows)


def _over(sizes: list[int]) -> float:
    return sum(size > 1024 for size in sizes) / len(sizes)


def _calls(figures: Figures) -> str:
    burst, alone = figures.burst, figures.alone
    names = sorted({*burst.ledger.calls, *alone.ledger.calls})
    rows = [
        (
            f"{service} {operation}",
            f"{alone.ledger.calls[service, operation] / alone.mentions:.3f}",
            f"{burst.ledger.calls[service, operation] / burst.mentions:.3f}",
        )
        for service, operation in names
    ]
    documents = sum(burst.ledger.documents.values())
    calls = burst.ledger.calls["comprehend", "BatchDetectSentiment"]
    languages = ", ".join(f"{language} {count}" for language, count in burst.ledger.documents.most_common())
    return (
        table(("calls per mention", "alone", f"batches of {figures.batch}"), rows)
        + f"\n\nOf {burst.mentions:,} posts Comprehend was asked about {documents:,} in {calls} calls, "
        f"{documents / calls:.1f} a call (25 at most, one language each): {languages}."
    )


def _polls(polling: Polling) -> str:
    stretches = {"nothing new": polling.idle, "one new post": polling.busy, "escalate, nothing due": polling.escalate}
    names = sorted({name for stretch in stretches.values() for name in stretch.ledger.calls})
    rows = [
        ("x GET", f"{polling.x_calls:.1f}", f"{polling.x_calls:.1f}", "0"),
        *(
            (
                f"{service} {operation}",
                *(_each(one.ledger.calls[service, operation], one.mentions) for one in stretches.values()),
            )
            for service, operation in names
        ),
        ("write units", *(_each(one.ledger.units.total, one.mentions) for one in stretches.values())),
    ]
    return table((f"calls a minute, {polling.sources} sources", *stretches), rows)


def _thousand(figures: Figures) -> str:
    lines = month(1_000, figures.mention, {})
    total = sum(line.dollars for line in lines)
    return _bill(lines) + f"\n\nX takes {lines[0].dollars / total:.0%} of it."


def _bill(lines: list[Line]) -> str:
    rows = [
        (PRICES[line.name].what, _quantity(line.quantity), f"{line.dollars:.4f}", f"{line.after_free:.4f}")
        for line in lines
    ]
    total = ("**together**", "", f"**{_sum(lines):.2f}**", f"**{sum(line.after_free for line in lines):.2f}**")
    return table(("what", "quantity", "US dollars", "less what AWS gives free"), [*rows, total])


def _months(figures: Figures) -> str:
    bills = {volume: month(volume, figures.mention, figures.idle) for volume in VOLUMES}
    head = ("US dollars a month", *(f"{volume:,} mentions" for volume in VOLUMES))
    rows: list[tuple[str, ...]] = [
        (group, *(f"{_sum([line for line in lines if line.name in names]):.2f}" for lines in bills.values()))
        for group, names in GROUPS.items()
    ]
    rows.append(("**together**", *(f"**{_sum(lines):.2f}**" for lines in bills.values())))
    rows.append(
        (
            "less what AWS gives every account free",
            *(f"{sum(line.after_free for line in lines):.2f}" for lines in bills.values()),
        )
    )
    return table(head, rows)


def _sum(lines: list[Line]) -> float:
    return sum(line.dollars for line in lines)


def _starts(starts: Starts, memory: Mapping[str, int]) -> str:
    def row(module: str) -> tuple[str, ...]:
        deployed = starts.deployed[module]
        ways = (deployed, starts.untraced[module], starts.with_bytecode[module])
        return (
            module,
            *(f"{way.init * 1000:.0f}" for way in ways),
            f"{deployed.init / starts.deployed[EMPTY].init:.1f}",
            f"{deployed.first * 1000:.0f}",
            _megabytes(deployed),
            f"{memory[module]}" if module in memory else "",
        )

    head = (
        "milliseconds",
        "init",
        "init, no tracing",
        "init, bytecode packed",
        "init to the empty handler's",
        "first event",
        "peak memory, MB",
        "configured, MB",
    )
    return table(head, (row(module) for module in (EMPTY, *FUNCTIONS)))


def _megabytes(start: Start) -> str:
    return "not told here" if start.peak is None else f"{start.peak:.0f}"


def _each(count: float, of: int) -> str:
    return f"{count / of:.2f}".rstrip("0").rstrip(".")


def _quantity(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 else f"{quantity:.3g}"
