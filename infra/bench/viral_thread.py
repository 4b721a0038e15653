"""A storm below one post, measured: what each mention reads and writes must not grow with the thread.

``python -m infra.bench.viral_thread`` puts 3,000 replies of 1,500 customers below one post of the brand through the
deployed functions, 100 of them a minute, and prints what the first and the last minutes cost for each mention, as a
ratio; when the incident was open; how many messages each person got; and how long each function took of its timeout.
"""

import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import click
from botocore.model import OperationModel

from earshot.mentions.mention import Author, Mention
from infra.local.cloud import Cloud, embedded_cloud, functions_log
from infra.local.engine.deployment import read_template
from infra.local.engine.engine import environment
from infra.local.lambdas.clock import ReplayClock
from infra.local.lambdas.invoker import SCHEDULED, Invoker

BRAND = "NimbusAir"
REPLIES, A_MINUTE = 3_000, 100
EDGE = 4  # minutes at either end that are compared
STARTS = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
TEXTS = (
    "the app is down, I cannot check in",
    "your app crashes at login",
    "is the app broken? nobody answers",
    "cannot log in to the app since this morning",
    "app down, my flight leaves in an hour and I have no boarding pass",
)


@dataclass(slots=True)
class Traffic:
    """Requests to DynamoDB, and the bytes that came back."""

    requests: int = 0
    answered: int = 0


class TimedInvoker(Invoker):
    """Notes the longest invocation of each function, in seconds."""

    longest: dict[str, float]

    def invoke(self, module: str, event: Any, **wiring: Any) -> Any:
        """Call an entry file."""
        began = time.perf_counter()
        try:
            return super().invoke(module, event, **wiring)
        finally:
            self.longest[module] = max(self.longest.get(module, 0.0), time.perf_counter() - began)


@click.command()
def main() -> None:
    """Measure, and print the figures as Markdown."""
    with (
        tempfile.TemporaryDirectory(prefix="earshot-thread-") as folder,
        embedded_cloud(Path(folder), [BRAND], triggers=False) as cloud,
        environment(cloud.engine.environ),
        functions_log(Path(folder) / "functions.log"),
    ):
        traffic = Traffic()
        session = boto3.DEFAULT_SESSION = boto3.Session()

        def note(http_response: Any, model: OperationModel, **_: object) -> None:
            if model.service_model.service_name == "dynamodb":
                traffic.requests += 1
                traffic.answered += len(http_response.content)

        session.events.register("after-call", note)
        figures = _storm(cloud, traffic)
    print("| figure | measured |\n|---|---|")
    for name, value in figures:
        print(f"| {name} | {value} |")


def _storm(cloud: Cloud, traffic: Traffic) -> list[tuple[str, str]]:
    clock = ReplayClock(STARTS)
    invoker = TimedInvoker(cloud.engine, cloud.stack, clock)
    invoker.longest = {}
    queue, posts = cloud.wired.mention_queue, _posts()
    invoker.drain_queue(queue.send(posts[:1]))
    minutes: list[tuple[float, float]] = []
    opened_at: datetime | None = None
    began = time.perf_counter()
    for first in range(1, len(posts), A_MINUTE):
        clock.now = STARTS + timedelta(minutes=len(minutes) + 1)
        traffic.requests = traffic.answered = 0
        sent = queue.send(posts[first : first + A_MINUTE])
        invoker.drain_queue(sent)
        minutes.append((traffic.requests / sent, traffic.answered / sent))
        _notify(invoker, clock)
        for module in SCHEDULED:
            invoker.invoke(module, {})
            _notify(invoker, clock)
        if opened_at is None and cloud.wired.incident_table.live():
            opened_at = clock.now
        print(f"minute {len(minutes)}: {minutes[-1][0]:.1f} requests, {minutes[-1][1]:,.0f} bytes", file=sys.stderr)
    cloud.inbox.collect()
    return _figures(cloud, minutes, opened_at, invoker.longest, (len(posts) - 1) / (time.perf_counter() - began))


def _notify(invoker: Invoker, clock: ReplayClock) -> None:
    while invoker.drain_stream(pause=clock.pause):
        pass


def _posts() -> list[Mention]:
    brand = Author("99", BRAND)
    posts = [Mention("x", "1", brand, "Our new app is out!", STARTS, "1", BRAND, own=True)]
    for number in range(REPLIES):
        # Each customer writes again a minute after their first post, so that the first minutes are like the last.
        customer = number // (2 * A_MINUTE) * A_MINUTE + number % A_MINUTE
        posts.append(
            Mention(
                source="x",
                id=str(number + 2),
                author=Author(f"a{customer}", f"customer{customer}", followers=customer % 300),
                text=f"@{BRAND} {TEXTS[number % len(TEXTS)]}",
                created_at=STARTS + timedelta(seconds=60 * number / A_MINUTE),
                conversation_id="1",
                brand=BRAND,
                in_reply_to_id="1",
                link=f"https://x.com/customer{customer}/status/{number + 2}",
            )
        )
    return posts


def _figures(
    cloud: Cloud,
    minutes: list[tuple[float, float]],
    opened_at: datetime | None,
    longest: dict[str, float],
    rate: float,
) -> list[tuple[str, str]]:
    (requests, read), (requests_then, read_then) = _mean(minutes[:EDGE]), _mean(minutes[-EDGE:])
    to = Counter(str(message["to"]) for message in cloud.inbox.messages())
    resources = read_template()["Resources"]
    shares = {
        name: seconds / resources[f"{name.title()}Function"]["Properties"].get("Timeout", 30)
        for name, seconds in longest.items()
    }
    since = "never" if opened_at is None else f"{(opened_at - STARTS).total_seconds() / 60:.0f} min"
    return [
        ("replies, two of each customer", f"{REPLIES:,}"),
        ("requests to DynamoDB for each mention, first minutes", f"{requests:.1f}"),
        ("bytes read for each mention, first minutes", f"{read:,.0f}"),
        ("requests to DynamoDB for each mention, last minutes to first", f"{requests_then / requests:.2f}"),
        ("bytes read for each mention, last minutes to first", f"{read_then / read:.2f}"),
        ("the incident was open after", since),
        ("messages to each address, at most", str(max(to.values(), default=0))),
        ("the longest invocation, of its timeout", ", ".join(f"{name} {share:.0%}" for name, share in shares.items())),
        ("mentions a second, all functions in one process", f"{rate:.0f}"),
    ]


def _mean(minutes: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(one for one, _ in minutes) / len(minutes), sum(two for _, two in minutes) / len(minutes)


if __name__ == "__main__":
    main()
