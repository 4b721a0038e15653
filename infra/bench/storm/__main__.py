"""20,000 cases in an hour, 5,000 due at once, and the report on a month of 300,000 mentions, in seconds and calls.

The functions are the deployed ones. DynamoDB is one in memory that adds up for how long they would have waited for it:
the seconds are those of the processor and of waiting together. Prints a table for docs/cost.md.
"""

import io
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse, HTTPHeaders

from earshot.aws.dynamodb import from_item, to_item
from earshot.aws.parallel import AT_ONCE
from earshot.bootstrap import Bootstrap
from earshot.cases.case.key import CaseKey
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules, fold
from earshot.cases.store.keys import conversation_record
from earshot.cases.store.mention_counts import MentionCounter
from earshot.mentions.mention import Author, Mention
from earshot.reports.counts import count_days
from earshot.triage.judgement import Intent, Judgement, Reason, severity_of
from infra.bench.storm.slow_table import SlowTable
from infra.local.lambdas.entry_files import load_entry_file

TABLE = "CaseTable"
IN_AN_HOUR, DUE_AT_ONCE, A_MONTH = 20_000, 5_000, 300_000
STARTS = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
# The longest that each may take: the timeout of the template, and of the report what the gateway waits for.
TIMEOUTS = {"watch": 55, "escalate": 55, "notify": 60, "report": 29}
ENVIRON = {
    "CASE_TABLE": TABLE,
    "ALERT_TOPIC_ARN": "arn:aws:sns:eu-west-1:000000000000:alerts",
    "LINK_SECRET_ID": "LinkSecret",
    "SMS_MONTHLY_SPEND_LIMIT": "1000000",
}
STREAM_BATCH = 100
SNS_SECONDS = 0.02
APP_IS_DOWN = "the app is down and it has been like that since this morning, please help me with my booking"
_RESPONSE = AWSResponse("", 200, HTTPHeaders(), None)
_RULES = FoldRules(frozenset({"nimbusair"}))


class Clock:
    """Simulated time, from ``STARTS`` on: what the function computes, and the time for which it waits for ``table``.

    Whatever else this machine does changes nothing about it. ``moved`` is what has passed besides.
    """

    def __init__(self, table: SlowTable) -> None:
        self._table = table
        self._began = time.process_time()
        self.moved = timedelta()

    @property
    def processor(self) -> float:
        """Seconds of the processor, without those of the stand-in."""
        return time.process_time() - self._began - self._table.own_seconds

    @property
    def seconds(self) -> float:
        """Seconds that have passed: nothing is computed while something waits, which is more than it would be."""
        return self.processor + self._table.waited

    def __call__(self) -> datetime:
        return STARTS + self.moved + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda's context, of an invocation that began when ``clock`` showed ``began`` seconds."""

    clock: Clock
    began: float
    timeout: int
    function_name: str = "storm"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:000000000000:function:storm"
    aws_request_id: str = "storm"

    def get_remaining_time_in_millis(self) -> int:
        """What is left of the timeout."""
        return max(0, round((self.timeout - (self.clock.seconds - self.began)) * 1000))


@dataclass(slots=True)
class Row:
    """One line of the table: what was done, in seconds, processor seconds, calls and bytes, and what came of it."""

    name: str
    timeout: int
    seconds: float = 0.0
    processor: float = 0.0
    calls: int = 0
    sent_bytes: int = 0
    outcome: str = ""

    def __str__(self) -> str:
        figures = f"{self.seconds:.1f} of {self.timeout} | {self.processor:.1f} | {self.calls:,}"
        return f"| {self.name} | {figures} | {self.sent_bytes / 1e6:.1f} | {self.outcome} |"


class Stage:
    """A table, the services around it, and functions that are wired to them."""

    def __init__(self) -> None:
        self.table = SlowTable()
        self.clock = Clock(self.table)
        self.published: list[tuple[datetime, str]] = []
        session = boto3.DEFAULT_SESSION = boto3.Session("none", "none", region_name="eu-west-1")
        # boto3's stubs know no handler that answers.
        answer: Any = self.table.answer
        session.events.register("before-call.dynamodb", answer)
        session.events.register("before-call.sns", self._sns)
        session.events.register("before-call.secrets-manager", self._secret)

    def _sns(self, model: Any, params: Any, **_: object) -> Any:
        self.table.wait(SNS_SECONDS)
        if model.name == "Publish":
            self.published.append(
                (self.clock(), str(params["body"].get("MessageAttributes.entry.1.Value.StringValue")))
            )
        found: dict[str, Any] = {"MessageId": f"message-{len(self.published)}", "Subscriptions": [], "Attributes": {}}
        return _RESPONSE, found

    def _secret(self, **_: object) -> Any:
        return _RESPONSE, {"SecretString": "s" * 64, "CreatedDate": STARTS}

    def wire(self, module: str) -> Callable[[Any], Any]:
        """A deployed function on this stage."""
        handler = load_entry_file(module).build(ENVIRON, self.clock)
        return lambda event: handler(event, Context(self.clock, self.clock.seconds, TIMEOUTS[module]))

    @contextmanager
    def measured(self, row: Row) -> Generator[None]:
        """Fill in what is done in the block, without the processor time of the stand-in."""
        table, clock = self.table, self.clock
        began, processor, calls, sent = clock.seconds, clock.processor, table.calls.total(), table.sent_bytes
        yield
        row.seconds += clock.seconds - began
        row.processor += clock.processor - processor
        row.calls += table.calls.total() - calls
        row.sent_bytes += table.sent_bytes - sent


def a_case(number: int, text: str, rule: str, urgency: int, at: datetime) -> Conversation:
    """The conversation of a complaint that was read when it was posted, with its case."""
    mention = Mention(
        source="x",
        id=str(1_994_000_000_000 + number),
        author=Author(f"{800_000 + number}", f"guest{number}", f"Guest {number}", 200),
        text=f"@NimbusAir {text}",
        created_at=at,
        conversation_id=str(1_994_000_000_000 + number),
        brand="NimbusAir",
        language="en",
        link=f"https://x.com/guest{number}/status/{1_994_000_000_000 + number}",
    )
    reasons = (Reason(rule, urgency, "something of the customer's does not work"),)
    judgement = Judgement("en", None, Intent.COMPLAINT, 0.9, urgency, severity_of(urgency), reasons)
    return fold(Conversation(str(CaseKey.of(mention))), mention, judgement, now=at, rules=_RULES).conversation


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


def ladders() -> Iterator[Row]:
    """5,000 cases due for the next rung at once, and the alerts that follow from it."""
    stage = Stage()
    stage.clock.moved = timedelta(minutes=6)
    for number in range(DUE_AT_ONCE):
        # Each about something else, so that no incident takes their place.
        word = "".join(chr(97 + number // 26**place % 26) for place in range(4))
        conversation = a_case(number, f"my {word}x is gone", "lost-property", 85 if number % 10 == 0 else 65, STARTS)
        case = conversation.case
        assert case is not None, "a complaint opens a case"
        alerted, _ = case.mark_alerted(STARTS) if case.ladder.alerting == "due" else (case, None)
        stage.table.put(to_item(conversation_record(Conversation(conversation.key, case=alerted))))
    before = {key: item for key, item in stage.table.items.items() if key[1] == "CASE"}
    row = Row(f"escalate, {DUE_AT_ONCE:,} cases due at once", TIMEOUTS["escalate"])
    began = stage.clock()
    with stage.measured(row):
        done = stage.wire("escalate")({})
    row.outcome = f"{done['climbed']:,} ladders went up"
    yield row
    changed = [key for key, item in stage.table.items.items() if key in before and item["alerting"]["S"] == "due"]
    yield _notified(stage, changed, began)


def _notified(stage: Stage, keys: Sequence[tuple[str, str]], began: datetime) -> Row:
    """The notifier, batch by batch of the stream; its figures are those of all batches together."""
    run, longest = stage.wire("notify"), 0.0
    row = Row(f"notify, the {len(keys):,} that are due, in {-(-len(keys) // STREAM_BATCH)} batches", TIMEOUTS["notify"])
    with stage.measured(row):
        for start in range(0, len(keys), STREAM_BATCH):
            at = stage.clock.seconds
            answer = run({"Records": [_record(key, number) for number, key in enumerate(keys[start:][:STREAM_BATCH])]})
            assert answer == {"batchItemFailures": []}, answer
            longest = max(longest, stage.clock.seconds - at)
    told = Counter(from_item(item)["alerting"] for key, item in stage.table.items.items() if key in set(keys))
    last = max((at for at, _ in stage.published), default=began)
    row.outcome = (
        f"{len(stage.published)} messages, the last {(last - began).total_seconds():.0f} s after the cases were due; "
        f"{told['sent']:,} cases told, {told['due']:,} wait for the next message of their group; "
        f"the longest call {longest:.1f} s"
    )
    row.timeout *= -(-len(keys) // STREAM_BATCH)
    return row


def _record(key: tuple[str, str], number: int) -> dict[str, Any]:
    keys = {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
    return {"eventName": "MODIFY", "dynamodb": {"Keys": keys, "SequenceNumber": str(number)}}


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
    counter = MentionCounter(Bootstrap(ENVIRON, stage.clock).clients.dynamodb, TABLE, AT_ONCE)

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


def main() -> None:
    """Measure, and print the figures as Markdown."""
    print("| what | seconds | processor | calls | MB read | outcome |\n|---|---|---|---|---|---|")
    wanted = sys.argv[1:]
    for part in (watch, ladders, report):
        if not wanted or part.__name__ in wanted:
            rows: list[Row] = []
            with redirect_stdout(io.StringIO()):
                rows += part()
            print(*rows, sep="\n", flush=True)


if __name__ == "__main__":
    main()
