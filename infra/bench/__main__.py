"""``make bench``: measure, and write the figures into docs/cost.md."""

import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import click

from infra.bench import schedules
from infra.bench.cold_starts import starts
from infra.bench.cold_starts.by_source import measure_sources
from infra.bench.cost.usage import of_a_mention, of_an_alert, of_an_idle_month
from infra.bench.document import fill
from infra.bench.invocations import Measurement, MeasuringInvoker
from infra.bench.load import PostKind, judged, of_kind, stream
from infra.bench.pipeline import Bench, bench, judge_with_lexicon
from infra.bench.report import BenchFigures, blocks, sources_table, starts_table
from infra.bench.schedules import ScheduleUsage
from infra.local.engine.deployment import Template, read_template
from infra.local.lambdas.events import batch_size
from infra.paths import ROOT

PAGE = ROOT / "docs" / "cost.md"
COPIES = 6  # of the sample stream's 333 posts
POSTS_A_KIND = 10
JUDGED_FOR_SECONDS = 3


@click.command()
@click.option("--cold-starts", "starts_alone", is_flag=True, help="Measure the cold starts alone.")
def main(starts_alone: bool) -> None:
    """Measure everything, in about three minutes, and write the figures into docs/cost.md."""
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as folder, bench(Path(folder) / "cloud") as running:
        if starts_alone:
            memory = _memory(read_template())
            found = {
                "starts": starts_table(starts.measure_all(running, Path(folder)), memory),
                "starts-by-source": sources_table(measure_sources(running, Path(folder)), memory),
            }
        else:
            found = blocks(_measure(running, Path(folder), read_template()))
    page = fill(PAGE.read_text(encoding="utf-8"), found)
    PAGE.write_text(page, encoding="utf-8")
    _say(f"The figures are in {PAGE.relative_to(ROOT)}.")


def _measure(running: Bench, folder: Path, template: Template) -> BenchFigures:
    _say("Polling: minutes with nothing to do, and minutes with a post")
    polled = schedules.measure(running)
    _say("Cold starts")
    started = starts.measure_all(running, folder)
    started_by_source = measure_sources(running, folder)
    _say("Judging alone")
    judging = _judging()
    single = running.invoker(1)
    kinds = _kinds(running, single)
    _say("The sample stream, one by one")
    alone = running.put_through(single, stream(1, offset=COPIES), 1)
    batch = batch_size("ClassifyFunction")
    burst = _burst(running, batch)
    puts = running.puts(stream(1, offset=COPIES + 1))
    memory = _memory(template)
    retention = int(template["Parameters"]["RetentionDays"]["Default"])
    alert = of_an_alert(kinds, memory, retention)
    at_rest = (polled.idle, polled.escalate, polled.watch, *(measured for _, measured in polled.others.values()))
    still = frozenset[str]().union(*(one.metrics for one in at_rest))
    busy = frozenset[str]().union(*(one.metrics for one in (alone, burst, polled.busy))) - still
    return BenchFigures(
        burst=burst,
        batch=batch,
        alone=alone,
        judging=judging,
        puts=puts,
        kinds=kinds,
        schedules=polled,
        mention=of_a_mention(alone, polled, alert, memory, retention),
        alert=alert,
        idle=_idle_month(template, polled, memory, len(still)),
        metrics=len(busy),
        starts=started,
        starts_by_source=started_by_source,
        memory=memory,
    )


def _kinds(running: Bench, single: MeasuringInvoker) -> dict[PostKind, Measurement]:
    _say("Each kind of post, one by one")
    kinds: dict[PostKind, Measurement] = {}
    for kind in PostKind:
        # Posts of one kind have the same topic; each must alert for itself.
        running.forget_alerts()
        kinds[kind] = running.put_through(single, of_kind(kind, POSTS_A_KIND), 1)
    return kinds


def _burst(running: Bench, batch: int) -> Measurement:
    _say(f"The sample stream {COPIES} times over, in batches of {batch}")
    many = running.invoker()
    # The first call of each function wires it, which is no part of the measurement.
    running.put_through(many, of_kind(PostKind.URGENT, 1, first=8_000), 1)
    return running.put_through(many, stream(COPIES), batch)


def _idle_month(template: Template, polled: ScheduleUsage, memory: Mapping[str, int], metrics: int) -> dict[str, float]:
    return of_an_idle_month(
        polled,
        memory,
        alarms=resource_count(template, "AWS::CloudWatch::Alarm"),
        dashboards=resource_count(template, "AWS::CloudWatch::Dashboard"),
        metrics=metrics,
        secrets=resource_count(template, "AWS::SecretsManager::Secret"),
    )


def _judging() -> float:
    """Posts a second through the judge on one core, the lexicon included."""
    posts, done = judged(stream(1)), 0
    judge_with_lexicon(posts)
    began = time.perf_counter()
    while (passed := time.perf_counter() - began) < JUDGED_FOR_SECONDS:
        done += len(judge_with_lexicon(posts))
    return done / passed


def _memory(template: Template) -> dict[str, int]:
    """The memory of each function in MB, by its module."""
    return {
        name.removesuffix("Function").lower(): int(resource["Properties"]["MemorySize"])
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def resource_count(template: Template, kind: str) -> int:
    """The resources of a type that a stack with the default parameters has: conditions are for what is switched on."""
    return sum(resource["Type"] == kind and "Condition" not in resource for resource in template["Resources"].values())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
