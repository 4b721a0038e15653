"""Replaying recorded posts through the whole pipeline, in their own time.

The handlers are the deployed ones, wired as the deployed template says, on the embedded cloud; only the clock is
the recording's. It stands still between two posts and jumps to the minute at which something happens: the next
poll that would have found a post, or the next step of a ladder.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from earshot.mentions.mention import Mention
from earshot.mentions.queue import MentionQueue
from earshot.timestamps import rfc3339
from earshot.triage.terms.table import TermsTable
from infra.bench.calls import counted
from infra.local.cloud import Cloud, embedded_cloud, functions_log
from infra.local.engine.engine import environment
from infra.local.invoker import Invoker, ReplayClock, climb_until, poll_after
from infra.replay.export import alert_lines, case_lines, mention_lines, write_lines
from infra.replay.summary import summarise

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Replayed:
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
    progress: Progress = lambda _: None,
) -> Replayed:
    """Put ``mentions`` (oldest first) through the pipeline and write what became of them into ``out``.

    ``state`` holds the embedded cloud between two replays: the same posts into the same state change nothing.
    ``terms`` is the text of a terms file that can be used; with none the brand has no terms, whatever it had before.
    """
    out.mkdir(parents=True, exist_ok=True)
    with embedded_cloud(state, brands, triggers=False) as cloud:
        began = time.perf_counter()
        with environment(cloud.engine.environ), functions_log(state / "functions.log"), counted() as calls:
            try:
                _run(cloud, mentions, terms, progress)
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
    return Replayed(summary, out)


def _run(cloud: Cloud, mentions: Sequence[Mention], terms: str, progress: Progress) -> None:
    if not mentions:
        return
    clock = ReplayClock(poll_after(mentions[0].created_at))
    table = TermsTable(cloud.engine.client("dynamodb"), cloud.stack.outputs["SourceTableName"])
    if table.read() != terms:
        table.write(terms, clock.now)
    invoker = Invoker(cloud.engine, cloud.stack, clock)
    queue = MentionQueue(cloud.engine.client("sqs"), cloud.stack.outputs["MentionQueueUrl"])
    next_due = cloud.case_table.next_due

    def alert() -> None:
        while invoker.drain_stream(pause=clock.pause):
            pass

    def climb() -> None:
        invoker.invoke("escalate", {})
        alert()

    done = 0
    for moment, posts in _polls(mentions):
        climb_until(moment, clock, next_due, climb)
        clock.now = max(clock.now, moment)
        sent = queue.send(posts)
        invoker.drain_queue(sent)
        done += sent
        alert()
        # The escalator looks each minute whether many have one trouble: in a minute in which somebody wrote, too.
        climb()
        progress(done)
    climb_until(None, clock, next_due, climb)


def _polls(mentions: Sequence[Mention]) -> Iterator[tuple[datetime, list[Mention]]]:
    """The posts by the poll that would have found them."""
    for moment, posts in groupby(mentions, key=lambda mention: poll_after(mention.created_at)):
        yield moment, list(posts)


def _write(cloud: Cloud, out: Path) -> dict[str, Any]:
    stored = cloud.stored()
    mentions, cases = list(mention_lines(stored)), list(case_lines(stored))
    alerts = list(alert_lines(cloud.inbox.messages()))
    write_lines(out / "mentions.jsonl", mentions)
    write_lines(out / "cases.jsonl", cases)
    write_lines(out / "alerts.jsonl", alerts)
    return summarise(mentions, cases, alerts)


def _by_service(calls: Any) -> dict[str, dict[str, int]]:
    services: dict[str, dict[str, int]] = {}
    for (service, operation), count in sorted(calls.items()):
        services.setdefault(service, {})[operation] = count
    return services
