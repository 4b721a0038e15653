"""20,000 cases in an hour, 5,000 due at once, and the report on a month of 300,000 mentions, in seconds and calls.

The functions are the deployed ones. DynamoDB is one in memory that adds up for how long they would have waited for it:
the seconds are those of the processor and of waiting together. Prints a table for docs/cost.md.
"""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from typing import Any

import click

from earshot.aws.dynamodb import to_item
from earshot.aws.parallel import AT_ONCE
from earshot.bootstrap import Bootstrap
from earshot.cases.store.keys import conversation_record
from earshot.cases.store.mention_counts import MentionCounter
from earshot.reports.counts import count_days
from earshot.triage.judgement import Intent
from infra.bench.storm.ladders import ladders
from infra.bench.storm.stage import ENVIRON, STARTS, TIMEOUTS, Row, Stage, a_case

IN_AN_HOUR, A_MONTH = 20_000, 300_000
APP_IS_DOWN = "the app is down and it has been like that since this morning, please help me with my booking"


def watch() -> Iterator[Row]:
    """20,000 cases of an hour, all about one thing: three minutes of the watch."""
    stage = Stage()
    for number in range(IN_AN_HOUR):
        at = STARTS - timedelta(seconds=3600 * (number + 1) / (IN_AN_HOUR + 1))
        # Of ten complaints one is urgent.
        conversation = a_case(number, APP_IS_DOWN, "stake.outage", 65 if number % 10 == 0 else 45, at)
        stage.table.put(to_item(conversation_record(conversation)))
    run = stage.wire("watch")
    for minute in range(1, 3):
        row = Row(f"watch, {IN_AN_HOUR:,} cases in an hour, minute {minute}", TIMEOUTS["watch"])
        with stage.measured(row):
            done = run({})
        row.outcome = f"{done['opened']} incident opened, {done['joined']:,} cases joined, {done['left']:,} to go"
        stage.clock.moved += timedelta(minutes=1)
        yield row


def report() -> Iterator[Row]:
    """A month of 300,000 mentions, counted for the report."""
    stage = Stage()
    days = [(STARTS - timedelta(days=number)).date() for number in range(30, 0, -1)]
    labels = [(str(intent), severity) for intent in Intent for severity in ("critical", "high", "normal", "low")]
    for number in range(A_MONTH):
        day, place = days[number % len(days)], number // len(days)
        intent, severity = labels[number % len(labels)]
        order = f"{day}T{place // 3600 % 24:02d}:{place // 60 % 60:02d}:{place % 60:02d}.000Z#{number}"
        stage.table.put(
            {
                "pk": {"S": f"MENTION#x#{number}"},
                "sk": {"S": "MENTION"},
                "own": {"BOOL": number % 20 == 0},
                "day": {"S": str(day)},
                "day_order": {"S": order},
                "origin": {"S": "x"},
                "intent": {"S": intent},
                "severity": {"S": severity},
                "sentiment": {"S": "negative"},
            }
        )
    row = Row(f"report, {A_MONTH:,} mentions in a month", TIMEOUTS["report"])
    counter = MentionCounter(Bootstrap(ENVIRON, stage.clock).clients.dynamodb, ENVIRON["CASE_TABLE"], AT_ONCE)

    class Queries:
        def count_mentions(self, start: datetime, end: datetime) -> Any:
            """As the API's queries do."""
            return counter.between(start, end)

    with stage.measured(row):
        counted = count_days(Queries(), days)
    total = sum(volume.mentions for volume in counted.values())
    assert total == A_MONTH, total
    row.outcome = f"{total:,} mentions counted"
    yield row


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(["watch", "ladders", "report"]))
def main(parts: tuple[str, ...]) -> None:
    """Measure PARTS, all by default, and print the figures as Markdown."""
    print("| what | seconds | processor | calls | MB read | outcome |\n|---|---|---|---|---|---|")
    for part in (watch, ladders, report):
        if not parts or part.__name__ in parts:
            rows: list[Row] = []
            with redirect_stdout(io.StringIO()):
                rows += part()
            print(*rows, sep="\n", flush=True)


if __name__ == "__main__":
    main()
