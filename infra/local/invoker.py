"""What the Lambda service does for the functions, done by hand: for a replay, whose clock is not the world's.

The entrypoints are imported and wired as in Lambda, with the environment that the deployed functions have; the
queue and the stream are read from the embedded cloud, and the events have the shapes that Lambda gives them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from infra.local.engine.deployment import read_template
from infra.local.engine.engine import REGION, Engine
from infra.local.engine.stream import StreamReader
from infra.local.entry_files import load_entry_file
from infra.ops.stack import Stack

RECEIVE = 10  # what SQS gives, takes back or deletes in one call; Lambda joins several of these to a batch


@dataclass(slots=True)
class ReplayClock:
    """Stands where it is put."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pause(self, seconds: float) -> None:
        """Waiting costs no time, but the clock goes on."""
        self.now += timedelta(seconds=seconds)


def poll_after(at: datetime) -> datetime:
    """The first full minute that is not before ``at``: the fetcher and the escalator run once a minute."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def climb_until(
    moment: datetime | None, clock: ReplayClock, next_due: Callable[[], datetime | None], climb: Callable[[], None]
) -> None:
    """Move the clock from one moment at which a case is due to the next, and ``climb`` at each, up to ``moment``.

    None: on until every ladder has ended and every wait is told.
    """
    while (due := next_due()) is not None and (moment is None or poll_after(due) <= moment):
        clock.now = max(clock.now, poll_after(due))
        climb()


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a function about its invocation."""

    function_name: str
    function_version: str = "$LATEST"
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:000000000000:function:replayed"
    memory_limit_in_mb: int = 256
    aws_request_id: str = "replayed"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class Invoker:
    """The functions of a stack, wired on ``clock``, and what feeds them, in batches of the template's size.

    ``queue_batch`` is how many messages one call of the classifier gets at most, the template's number by default.
    """

    def __init__(
        self, engine: Engine, stack: Stack, clock: Callable[[], datetime], *, queue_batch: int | None = None
    ) -> None:
        self._engine = engine
        self._stack = stack
        self._clock = clock
        self._sqs = engine.client("sqs")
        self._stream = StreamReader(engine, stack.outputs["CaseTableName"])
        self._handlers: dict[str, Callable[[Any, Any], Any]] = {}
        self._filters = _stream_filters()
        self._queue_batch = queue_batch or batch_size("ClassifyFunction")
        self._stream_batch = batch_size("NotifyFunction")
        self._stream_retries = int(_event_source("NotifyFunction")["MaximumRetryAttempts"])

    def environ(self, function: str) -> dict[str, str]:
        """The environment of a deployed function (``ClassifyFunction``).

        Alerts are made without links: what is replayed must come out the same each time, and nobody may act on it.
        """
        name = self._stack.resources[function]
        configuration = self._engine.client("lambda").get_function_configuration(FunctionName=name)
        return dict(configuration["Environment"]["Variables"]) | {"LINK_BASE_URL": ""}

    def invoke(self, module: str, event: Any, **wiring: Any) -> Any:
        """Call an entrypoint (``classify``) as Lambda would."""
        if module not in self._handlers:
            build = load_entry_file(module).build
            self._handlers[module] = build(self.environ(f"{module.title()}Function"), self._clock, **wiring)
        return self._handlers[module](event, Context(module))

    def drain_queue(self, count: int) -> None:
        """Deliver ``count`` messages of the mention queue; what fails is delivered again at once."""
        url = self._stack.outputs["MentionQueueUrl"]
        while count > 0 and (messages := self._receive(url, min(count, self._queue_batch))):
            answer = self.invoke("classify", {"Records": [_sqs_record(message) for message in messages]})
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            again = [_entry(message) for message in messages if message["MessageId"] in failed]
            done = [_entry(message) for message in messages if message["MessageId"] not in failed]
            for part in _parts(again, RECEIVE):
                entries = [entry | {"VisibilityTimeout": 0} for entry in part]
                self._sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
            for part in _parts(done, RECEIVE):
                self._sqs.delete_message_batch(QueueUrl=url, Entries=part)
            count -= len(done)

    def changes(self) -> list[dict[str, Any]]:
        """What the table's stream has to say since the last time, as far as it passes the notifier's filter."""
        records = map(_stream_record, self._stream.read())
        return [record for record in records if any(_matches(rule, record) for rule in self._filters)]

    def drain_stream(self, **wiring: Any) -> int:
        """Deliver the table's changes to the notifier; says how many there were."""
        records = self.changes()
        for batch in _parts(records, self._stream_batch):
            self._deliver(batch, wiring)
        return len(records)

    def _deliver(self, batch: list[dict[str, Any]], wiring: dict[str, Any]) -> None:
        """One batch of the stream: from the first record that failed on, again, as often as the template allows.

        What Lambda would then put into the failure queue the escalator hands over again, as it does on AWS.
        """
        for _ in range(1 + self._stream_retries):
            answer = self.invoke("notify", {"Records": batch}, **wiring)
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
            first = next((place for place, number in enumerate(numbers) if number in failed), None)
            if first is None:
                return
            batch = batch[first:]

    def _receive(self, url: str, most: int) -> list[dict[str, Any]]:
        """Up to ``most`` messages, as Lambda gathers them: by as many calls to SQS as that takes."""
        gathered: list[dict[str, Any]] = []
        while len(gathered) < most:
            wanted = min(RECEIVE, most - len(gathered))
            answer = self._sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=wanted, AttributeNames=["All"], MessageAttributeNames=["All"]
            )
            if not answer.get("Messages"):
                break
            gathered += answer["Messages"]
        return gathered


def _parts(entries: Sequence[dict[str, Any]], size: int) -> list[list[dict[str, Any]]]:
    return [list(entries[start : start + size]) for start in range(0, len(entries), size)]


def _entry(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"Id": message["MessageId"], "ReceiptHandle": message["ReceiptHandle"]}


def _sqs_record(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:000000000000:mentions",
        "awsRegion": REGION,
    }


def _stream_record(record: Mapping[str, Any]) -> dict[str, Any]:
    created = record["dynamodb"].get("ApproximateCreationDateTime")
    change = {**record["dynamodb"], "ApproximateCreationDateTime": created.timestamp() if created else 0}
    return {**record, "eventSourceARN": "", "dynamodb": change}


@cache
def _event_source(function: str) -> dict[str, Any]:
    """What the template says of the queue or stream that feeds a function."""
    (event,) = read_template()["Resources"][function]["Properties"]["Events"].values()
    return dict(event["Properties"])


def batch_size(function: str) -> int:
    """How many messages or records Lambda hands to one call of a function (``ClassifyFunction``)."""
    return int(_event_source(function)["BatchSize"])


def _stream_filters() -> list[Any]:
    """The patterns in the template that decide what of the stream reaches the notifier."""
    return [json.loads(rule["Pattern"]) for rule in _event_source("NotifyFunction")["FilterCriteria"]["Filters"]]


def _matches(rule: Any, value: Any) -> bool:
    """Lambda's event filtering, as far as the template uses it: nested keys, and lists of exact values."""
    if isinstance(rule, list):
        return value in rule
    return isinstance(value, Mapping) and all(key in value and _matches(part, value[key]) for key, part in rule.items())
