"""The inbox with 5,000 open cases: what each question takes in seconds, calls and bytes.

Prints the table of docs/console.md: ``python -m infra.bench.storm.inbox``. DynamoDB is the one in memory of the storm.
"""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import click

from earshot.aws.dynamodb import to_item
from earshot.cases.store.keys import changed_record
from infra.bench.storm import slow_table
from infra.bench.storm.stage import ENVIRON, STARTS, Context, Stage, a_case
from infra.local.lambdas.entry_files import load_entry_file

OPEN_CASES = 5_000
WORDS = ("my bag is lost", "the app is down", "I want my money back", "nobody answers the phone")
_CLAIMS = {"email": "mia@nimbus.example", "cognito:groups": "[lead]", "sub": "1"}


def an_event(path: str, headers: Mapping[str, str], **query: str) -> dict[str, Any]:
    """A request of the HTTP API."""
    return {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "api.example", **headers},
        "queryStringParameters": query,
        "requestContext": {
            "http": {"method": "GET", "path": path},
            "requestId": "1",
            "stage": "$default",
            "authorizer": {"jwt": {"claims": _CLAIMS, "scopes": None}},
        },
        "isBase64Encoded": False,
    }


@click.command()
def main() -> None:
    """Print a row for each question."""
    slow_table.INDEXES |= {"by-urgency": ("status", "urgency_order"), "by-change": ("change_shard", "changed_at")}
    stage = Stage()
    for number in range(OPEN_CASES):
        # Every other one is late, and none of the others is soon.
        at = STARTS - timedelta(minutes=5 if number % 2 else 1_500, milliseconds=number)
        conversation = a_case(number, WORDS[number % len(WORDS)], "stake.outage", 30 + number % 60, at)
        stage.table.put(to_item(changed_record(conversation, at - timedelta(hours=1))))
    environ = ENVIRON | {"SOURCE_TABLE": "SourceTable", "BRAND_HANDLES": "NimbusAir"}
    handler = load_entry_file("api").build(environ, stage.clock)
    known: dict[str, str] = {}

    def ask(path: str, **query: str) -> dict[str, Any]:
        stage.clock.moved += timedelta(seconds=2)
        answer = handler(an_event(path, known, **query), Context(stage.clock, stage.clock.seconds, 29))
        assert answer["statusCode"] in (200, 304), answer["body"]
        return answer

    def again() -> dict[str, Any]:
        known["if-none-match"] = ask("/inbox/live")["headers"]["ETag"]
        return ask("/inbox/live")

    questions: tuple[tuple[str, Callable[[], dict[str, Any]]], ...] = (
        ("the first question to a function", lambda: ask("/inbox/live")),
        ("what is waiting, twice, the second time unchanged", again),
        ("a page, most urgent first", lambda: ask("/inbox")),
        ("a page, by deadline, late ones alone", lambda: ask("/inbox", order="deadline", due="late")),
        ("a search for two words", lambda: ask("/inbox", status="waiting", find="bag lost")),
        ("the ids of all", lambda: ask("/inbox/ids")),
    )
    print("| question, with 5,000 open cases | seconds | of the processor | requests to DynamoDB | KB answered |")
    print("|---|---|---|---|---|")
    for name, question in questions:
        known.clear()
        began, processor, calls = stage.clock.seconds, stage.clock.processor, stage.table.calls.total()
        answer = question()
        seconds, own = stage.clock.seconds - began, stage.clock.processor - processor
        size = len(answer.get("body") or "") / 1000
        print(f"| {name} | {seconds:.2f} | {own:.2f} | {stage.table.calls.total() - calls} | {size:.1f} |")
    first = json.loads(ask("/inbox")["body"])
    assert (first["total"], len(first["items"])) == (OPEN_CASES, 50)


if __name__ == "__main__":
    main()
