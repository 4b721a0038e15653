"""Replays recorded posts through the whole pipeline, in their own time.

The functions are the deployed ones, wired as the deployed template says, on the embedded cloud; only the clock is
the recording's. It stands still between two posts and jumps to the minute at which something happens: the next
poll that would have found a post, or the next rung of an escalation ladder.
"""

import gc
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from earshot.aws.parallel import one_at_a_time
from earshot.mentions.mention import Mention
from earshot.runtime import utc_now
from earshot.timestamps import rfc3339
from earshot.triage.encoder.scores import ChangedEncoder
from infra.local.cloud import Cloud, embedded_cloud, functions_log
from infra.local.engine.engine import environment
from infra.local.lambdas.call_counter import count_calls
from infra.local.lambdas.clock import ReplayClock, escalate_until, next_poll
from infra.local.lambdas.invoker import SCHEDULED, Invoker
from infra.replay.export import alert_lines, case_lines, mention_lines, write_lines
from infra.replay.processes.encoder_ahead import encoder_ahead
from infra.replay.processes.own_process import call_in_own_process
from infra.replay.schedules import Schedules
from infra.replay.summary import summarise

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """The files that were written, and the figures."""

    summary: dict[str, Any]
    out: Path


def replay(
    mentions: Sequence[Mention],
    brands: Sequence[str],
    *,
    out: Path,
    state: Path,
    terms: str = "",
    bad_rows: int = 0,
    shortcuts: bool = True,
    progress: Progress = lambda _: None,
) -> ReplayResult:
    """Put ``mentions`` (oldest first) through the pipeline and write mentions, cases, alerts and figures into ``out``.

    ``state`` holds the embedded cloud between two replays: the same posts into the same state change nothing.
    ``terms`` is the text of a terms file that can be used; with none the brand has no terms, whatever it had before.
    Without ``shortcuts`` the embedded cloud answers everything itself, which takes several times as long.
    The pipeline runs in a process of its own, which hosts the embedded cloud: nearly all that a replay does is ask it.
    """
    return call_in_own_process(
        _replay,
        progress,
        mentions=list(mentions),
        brands=list(brands),
        out=out,
        state=state,
        terms=terms,
        bad_rows=bad_rows,
        shortcuts=shortcuts,
    )


def _replay(
    *,
    mentions: Sequence[Mention],
    brands: Sequence[str],
    out: Path,
    state: Path,
    terms: str,
    bad_rows: int,
    progress: Progress,
    shortcuts: bool = True,
) -> ReplayResult:
    out.mkdir(parents=True, exist_ok=True)
    with (
        encoder_ahead(mentions) as encoder,
        embedded_cloud(state, brands, triggers=False, hosted=True, shortcuts=shortcuts) as cloud,
    ):
        _spare_collections()
        with (
            environment(cloud.engine.environ),
            functions_log(state / "functions.log"),
            count_calls(cloud.engine) as calls,
            one_at_a_time(),
        ):
            clock = ReplayClock(next_poll(mentions[0].created_at if mentions else utc_now()))
            invoker = _started(cloud, clock, encoder)
            began = time.perf_counter()
            try:
                _run(cloud, clock, invoker, mentions, terms, progress)
            finally:
                cloud.inbox.collect()
        seconds = time.perf_counter() - began
        summary = _write(cloud, out)
    summary |= {
        "replayed": {
            "posts": len(mentions),
            "bad_rows": bad_rows,
            "from": rfc3339(mentions[0].created_at) if mentions else None,
            "to": rfc3339(mentions[-1].created_at) if mentions else None,
        },
        "calls": _by_service(calls),
        "duration_seconds": round(seconds, 3),
        "mentions_per_second": round(len(mentions) / seconds, 1) if seconds else None,
    }
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return ReplayResult(summary, out)


def _spare_collections() -> None:
    """Look for garbage seldom, and not in what is there from the start: as in Lambda, what is made here has no cycles.

    What the embedded cloud keeps only grows, and each full search would go through all of it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _started(cloud: Cloud, clock: ReplayClock, encoder: ChangedEncoder) -> Invoker:
    """The functions, each started: they are measured as a stack runs that is there."""
    invoker = Invoker(cloud.engine, cloud.stack, clock)
    invoker.start("classify", encoder=encoder)
    invoker.start("notify", pause=clock.pause)
    for module in SCHEDULED:
        invoker.start(module)
    return invoker


def _run(
    cloud: Cloud, clock: ReplayClock, invoker: Invoker, mentions: Sequence[Mention], terms: str, progress: Progress
) -> None:
    if not mentions:
        return
    terms_table = cloud.wired.terms_table
    if terms_table.read() != terms:
        terms_table.write(terms, clock.now)
    queue = cloud.wired.mention_queue

    def notify() -> None:
        while invoker.drain_stream():
            pass

    schedules = Schedules(cloud, clock, invoker, notify, always=cloud.engine.line.shortcut is None)
    done = 0
    for moment, posts in _polls(mentions):
        escalate_until(moment, clock, schedules.next_due, schedules.run)
        clock.now = max(clock.now, moment)
        sent = queue.send(posts)
        invoker.drain_queue(sent)
        done += sent
        notify()
        schedules.run(after_posts=True)
        progress(done)
    escalate_until(None, clock, schedules.next_due, schedules.run)


def _polls(mentions: Sequence[Mention]) -> Iterator[tuple[datetime, list[Mention]]]:
    """The posts by the poll that would have found them."""
    for moment, posts in groupby(mentions, key=lambda mention: next_poll(mention.created_at)):
        yield moment, list(posts)


def _write(cloud: Cloud, out: Path) -> dict[str, Any]:
    stored = cloud.stored()
    mentions, cases = list(mention_lines(stored)), list(case_lines(stored))
    alerts = list(alert_lines(cloud.inbox.messages()))
    write_lines(out / "mentions.jsonl", mentions)
    write_lines(out / "cases.jsonl", cases)
    write_lines(out / "alerts.jsonl", alerts)
    return summarise(mentions, cases, alerts)


def _by_service(calls: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    services: dict[str, dict[str, int]] = {}
    for (service, operation), count in sorted(calls.items()):
        services.setdefault(service, {})[operation] = count
    return services
