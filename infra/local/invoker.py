"""What the Lambda service does for the functions, done by hand: for a replay, whose clock is not the world's.

The entrypoints are imported and wired as in Lambda, with the environment that the deployed functions have; the
queue and the stream are read from the embedded cloud, and the events have the shapes that Lambda gives them.
"""

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.local.engine import REGION, Engine
from infra.local.stack import read_template
from infra.local.stream import StreamReader
from infra.stack import Stack

BATCH = 10  # what SQS gives at once; Lambda joins several of these, which changes no outcome


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
    """The functions of a stack, wired on ``clock``, and what feeds them."""

    def __init__(self, engine: Engine, stack: Stack, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._stack = stack
        self._clock = clock
        self._sqs = engine.client("sqs")
        self._stream = StreamReader(engine, stack.outputs["CaseTableName"])
        self._handlers: dict[str, Callable[[Any, Any], Any]] = {}
        self._filters = _stream_filters()

    def environ(self, function: str) -> dict[str, str]:
        """The environment of a deployed function (``ClassifyFunction``)."""
        name = self._stack.resources[function]
        configuration = self._engine.client("lambda").get_function_configuration(FunctionName=name)
        return dict(configuration["Environment"]["Variables"])

    def invoke(self, module: str, event: Any, **wiring: Any) -> Any:
        """Call an entrypoint (``classify``) as Lambda would."""
        if module not in self._handlers:
            build = importlib.import_module(module).build
            self._handlers[module] = build(self.environ(f"{module.title()}Function"), self._clock, **wiring)
        return self._handlers[module](event, Context(module))

    def drain_queue(self, count: int) -> None:
        """Deliver ``count`` messages of the mention queue; what fails is delivered again at once."""
        url = self._stack.outputs["MentionQueueUrl"]
        while count > 0 and (messages := self._receive(url)):
            answer = self.invoke("classify", {"Records": [_sqs_record(message) for message in messages]})
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            again = [_entry(message) for message in messages if message["MessageId"] in failed]
            done = [_entry(message) for message in messages if message["MessageId"] not in failed]
            if again:
                entries = [entry | {"VisibilityTimeout": 0} for entry in again]
                self._sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
            if done:
                self._sqs.delete_message_batch(QueueUrl=url, Entries=done)
            count -= len(done)

    def changes(self) -> list[dict[str, Any]]:
        """What the table's stream has to say since the last time, as far as it passes the notifier's filter."""
        records = map(_stream_record, self._stream.read())
        return [record for record in records if any(_matches(rule, record) for rule in self._filters)]

    def drain_stream(self, **wiring: Any) -> int:
        """Deliver the table's changes to the notifier; says how many there were."""
        records = self.changes()
        if records:
            self.invoke("notify", {"Records": records}, **wiring)
        return len(records)

    def _receive(self, url: str) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=BATCH, AttributeNames=["All"], MessageAttributeNames=["All"]
        )
        return answer.get("Messages", [])


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


def _stream_filters() -> list[Any]:
    """The patterns in the template that decide what of the stream reaches the notifier."""
    events = read_template()["Resources"]["NotifyFunction"]["Properties"]["Events"].values()
    return [
        json.loads(rule["Pattern"])
        for event in events
        for rule in event["Properties"].get("FilterCriteria", {}).get("Filters", [])
    ]


def _matches(rule: Any, value: Any) -> bool:
    """Lambda's event filtering, as far as the template uses it: nested keys, and lists of exact values."""
    if isinstance(rule, list):
        return value in rule
    return isinstance(value, Mapping) and all(key in value and _matches(part, value[key]) for key, part in rule.items())
