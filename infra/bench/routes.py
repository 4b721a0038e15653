"""How long each route of the API takes, with a thousand open cases: ``python -m infra.bench.routes``.

The handler runs in this process and asks the embedded cloud's tables, so that what is measured is Earshot's own work
and the emulator's; the ratio to ``GET /me``, which reads nothing, is what can be compared from machine to machine.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import boto3
import click
from botocore.model import OperationModel

from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent, Judgement, Reason, severity_of
from infra.local.cloud import Cloud, embedded_cloud, functions_log
from infra.local.engine.engine import environment
from infra.local.lambdas.invoker import Invoker

BRAND = "NimbusAir"
CASES, RUNS = 1_000, 60
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
_DAY = {"from": "2026-11-23", "to": "2026-11-29"}
ROUTES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("GET", "/me", {}),
    ("GET", "/cases", {}),
    ("GET", "/cases", {"limit": "100"}),
    ("GET", "/cases", {"find": "customer77"}),
    ("GET", "/cases", {"intent": "praise"}),
    ("GET", "/cases/x-77-a77-nimbusair", {}),
    ("GET", "/authors/x/a77", {}),
    ("GET", "/praise", {}),
    ("GET", "/opportunities", {}),
    ("GET", "/incidents", {}),
    ("GET", "/report", _DAY),
    ("GET", "/counts", _DAY),
    ("GET", "/health", {}),
    ("GET", "/on-call", {}),
    ("GET", "/silences", {}),
    ("POST", "/cases/x-{0}-a{0}-nimbusair/acknowledge", {}),
    ("POST", "/cases/x-{0}-a{0}-nimbusair/notes", {}),
    ("POST", "/cases/x-{0}-a{0}-nimbusair/resolve", {}),
)


@click.command()
def main() -> None:
    """Fill a table, ask every route ``RUNS`` times, and print a row of a Markdown table for each."""
    with (
        tempfile.TemporaryDirectory(prefix="earshot-routes-") as folder,
        embedded_cloud(Path(folder), [BRAND], triggers=False) as cloud,
        environment(cloud.engine.environ),
    ):
        _fill(cloud)
        calls: Counter[str] = Counter()

        def count(model: OperationModel, **_: object) -> None:
            calls[model.name] += 1

        session = boto3.DEFAULT_SESSION = boto3.Session()
        session.events.register("before-call", count)
        invoker = Invoker(cloud.engine, cloud.stack, _Clock())
        with functions_log(Path(folder) / "functions.log"):
            measured = [_measure(invoker, calls, number, *route) for number, route in enumerate(ROUTES)]
    print(f"{CASES:,} open cases, {RUNS} requests each\n", file=sys.stderr)
    print("| route | p50 ms | p99 ms | times `GET /me` | requests to DynamoDB and SNS |\n|---|---|---|---|---|")
    for name, p50, p99, asked in measured:
        print(f"| `{name}` | {p50:.1f} | {p99:.1f} | {p50 / measured[0][1]:.1f} | {asked} |")


class _Clock:
    """Moves on by a second with each call, so that the API's rate limit for actions is never reached."""

    def __init__(self) -> None:
        self._now = NOW

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def _measure(
    invoker: Invoker, calls: Counter[str], place: int, method: str, path: str, query: Mapping[str, str]
) -> tuple[str, float, float, str]:
    invoker.invoke("api", _event(method, path.format(900 + place), query))
    calls.clear()
    seconds: list[float] = []
    for number in range(RUNS):
        event = _event(method, path.format(100 * (place % 9) + number + 1), query)
        began = time.perf_counter()
        answer = invoker.invoke("api", event)
        seconds.append(time.perf_counter() - began)
        if answer["statusCode"] >= 400:
            raise SystemExit(f"{method} {path} answered {answer['statusCode']}: {answer['body']}")
    asked_for = "&".join(f"{name}={value}" for name, value in query.items())
    shown = f"{method} {path.replace('{}', '1')}{'?' if query else ''}{asked_for}"
    asked = ", ".join(f"{count / RUNS:.0f} {name}" for name, count in sorted(calls.items()) if count >= RUNS / 2)
    return shown, 1000 * median(seconds), 1000 * quantiles(seconds, n=100)[98], asked or "none"


def _event(method: str, path: str, query: Mapping[str, str]) -> dict[str, Any]:
    body = {"text": "called her"} if path.endswith("/notes") else {"why": "done"} if path.endswith("/resolve") else None
    claims = {"email": "agent@example.com", "cognito:groups": "[admin]", "sub": "1"}
    return {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": path,
        "rawQueryString": "&".join(f"{name}={value}" for name, value in query.items()),
        "queryStringParameters": dict(query),
        "headers": {"content-type": "application/json"},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": "bench",
            "stage": "$default",
            "http": {"method": method, "path": path},
            "authorizer": {"jwt": {"claims": claims}},
        },
    }


def _fill(cloud: Cloud) -> None:
    """Open cases, of which each has one post."""
    for number in range(1, CASES + 1):
        intent = (Intent.COMPLAINT, Intent.COMPLAINT, Intent.QUESTION, Intent.PRAISE, Intent.OPPORTUNITY)[number % 5]
        urgency = number % 59
        name = f"customer{number}"
        at = NOW - timedelta(minutes=number)
        mention = Mention(
            source="x",
            id=str(number),
            author=Author(f"a{number}", name, name.title(), followers=number),
            text=f"@{BRAND} matter {number}: nobody has answered me since the day before yesterday",
            created_at=at,
            conversation_id=str(number),
            brand=BRAND,
            link=f"https://x.com/{name}/status/{number}",
        )
        reasons = (Reason("stake.repeated", urgency, "has asked before, or has waited for weeks"),)
        judgement = Judgement("en", None, intent, 0.8, urgency, severity_of(urgency), reasons)
        stored = StoredMention(mention, judgement, at)
        ingest(stored, cloud.case_table, FoldRules(frozenset({BRAND.lower()})))


if __name__ == "__main__":
    main()
