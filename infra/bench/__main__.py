"""``make bench``: measure, and write the figures into docs/cost.md."""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from infra.bench import polling
from infra.bench.cold_starts import starts
from infra.bench.cost.usage import of_a_mention, of_an_alert, of_an_idle_month
from infra.bench.document import fill
from infra.bench.load import PostKind, judged, of_kind, stream
from infra.bench.pipeline import Bench, bench, judge_with_lexicon
from infra.bench.report import BenchFigures, blocks
from infra.local.engine.deployment import read_template
from infra.local.lambdas.events import batch_size
from infra.paths import ROOT

PAGE = ROOT / "docs" / "cost.md"
COPIES = 6  # of the sample stream's 333 posts
POSTS_A_KIND = 10
JUDGED_FOR_SECONDS = 3


def main() -> None:
    """Measure everything, in about three minutes."""
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as folder, bench(Path(folder) / "cloud") as running:
        figures = _measure(running, Path(folder), read_template())
    page = fill(PAGE.read_text(encoding="utf-8"), blocks(figures))
    PAGE.write_text(page, encoding="utf-8")
    _say(f"The figures are in {PAGE.relative_to(ROOT)}.")


def _measure(running: Bench, folder: Path, template: dict[str, Any]) -> BenchFigures:
    _say("Polling: minutes with nothing to do, and minutes with a post")
    polled = polling.measure(running)
    _say("Cold starts")
    started = starts.measure_all(running, folder)
    _say("Judging alone")
    judging = _judging()
    _say("Each kind of post, one by one")
    single = running.invoker(1)
    kinds = {}
    for kind in PostKind:
        # Posts of one kind are all about one thing; each is to alert for itself.
        running.forget_alerts()
        kinds[kind] = running.put_through(single, of_kind(kind, POSTS_A_KIND), 1)
    _say("The sample stream, one by one")
    alone = running.put_through(single, stream(1, offset=COPIES), 1)
    batch = batch_size("ClassifyFunction")
    _say(f"The sample stream {COPIES} times over, in batches of {batch}")
    many = running.invoker()
    running.put_through(many, of_kind(PostKind.URGENT, 1, first=8_000), 1)
    burst = running.put_through(many, stream(COPIES), batch)
    puts = running.puts(stream(1, offset=COPIES + 1))
    memory = _memory(template)
    heard = alone.metrics | burst.metrics | polled.idle.metrics | polled.busy.metrics | polled.escalate.metrics
    retention = int(template["Parameters"]["RetentionDays"]["Default"])
    alert = of_an_alert(kinds, memory, retention)
    return BenchFigures(
        burst=burst,
        batch=batch,
        alone=alone,
        judging=judging,
        puts=puts,
        kinds=kinds,
        polling=polled,
        mention=of_a_mention(alone, polled, alert, memory, retention),
        alert=alert,
        idle=of_an_idle_month(
            polled,
            memory,
            alarms=_count(template, "AWS::CloudWatch::Alarm"),
            dashboards=_count(template, "AWS::CloudWatch::Dashboard"),
            metrics=len(heard),
        ),
        starts=started,
        memory=memory,
    )


def _judging() -> float:
    """Posts a second through the judge on one core, the lexicon included."""
    posts, done = judged(stream(1)), 0
    judge_with_lexicon(posts)
    began = time.perf_counter()
    while (passed := time.perf_counter() - began) < JUDGED_FOR_SECONDS:
        done += len(judge_with_lexicon(posts))
    return done / passed


def _memory(template: dict[str, Any]) -> dict[str, int]:
    """The memory of each function in MB, by its module."""
    return {
        name.removesuffix("Function").lower(): int(resource["Properties"]["MemorySize"])
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def _count(template: dict[str, Any], kind: str) -> int:
    return sum(resource["Type"] == kind for resource in template["Resources"].values())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
