"""What the Lambda service does for the functions, done by hand: for a replay, whose clock is not the real one.

The entry files are imported and wired as in Lambda, with the environment that the deployed functions have. The queue
and the stream are read from the embedded cloud, and the events have the shapes that Lambda gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from infra.local.engine.engine import REGION, Engine
from infra.local.engine.stream import StreamReader
from infra.local.lambdas.entry_files import load_entry_file, name_in_template
from infra.local.lambdas.events import Event, batch_size, passes_filters, sqs_record, stream_record, stream_retries
from infra.ops.stack import Stack

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

# What SQS gives, takes back or deletes in one call; Lambda joins several of these to a batch.
SQS_CALL_SIZE = 10
# What runs each minute beside the fetcher. The watch comes last: no alert waits for it, and it waits for all of them.
SCHEDULED = ("escalate", "watch")

Entry = TypeVar("Entry")
LambdaFunction = Callable[[Any, "LambdaContext"], Any]


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What Lambda tells a function about its invocation."""

    function_name: str
    function_version: str = "$LATEST"
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:000000000000:function:replayed"
    memory_limit_in_mb: int = 256
    aws_request_id: str = "replayed"

    def get_remaining_time_in_millis(self) -> int:
        """A minute, always."""
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
        self._functions: dict[str, LambdaFunction] = {}
        self._queue_batch = queue_batch or batch_size("ClassifyFunction")

    def environ(self, function: str) -> dict[str, str]:
        """The environment of a deployed function (``ClassifyFunction``).

        Alerts have no links: a replay must give the same result each time, and its cases must not be changed.
        """
        name = self._stack.function(function)
        configuration = self._engine.client("lambda").get_function_configuration(FunctionName=name)
        return dict(configuration.get("Environment", {}).get("Variables", {})) | {"LINK_BASE_URL": ""}

    def invoke(self, module: str, event: Any, **wiring: Any) -> Any:
        """Call an entry file (``classify``) as Lambda would, and return its answer."""
        self.start(module, **wiring)
        return self._functions[module](event, LambdaContext(module))

    def start(self, module: str, **wiring: Any) -> None:
        """Start the process of a function, if none runs: without it, its first call does."""
        if module not in self._functions:
            build = load_entry_file(module).build
            self._functions[module] = build(self.environ(f"{name_in_template(module)}Function"), self._clock, **wiring)

    def end_process(self, module: str) -> None:
        """Let the process of a function end: its next call is a cold start."""
        self._functions.pop(module, None)

    def drain_queue(self, count: int, **wiring: Any) -> None:
        """Deliver ``count`` messages of the mention queue; what fails is delivered again at once."""
        url = self._stack.outputs["MentionQueueUrl"]
        while count > 0 and (messages := self._receive(url, min(count, self._queue_batch))):
            answer = self.invoke("classify", {"Records": [sqs_record(message) for message in messages]}, **wiring)
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            count -= self._settle(url, messages, failed)

    def changes(self) -> list[Event]:
        """What has changed in the case table since the last time, filtered as for the notifier."""
        # What a filter compares is the same in the record of the event; most records pass none.
        wanted = (record for record in self._stream.read() if passes_filters("NotifyFunction", cast("Event", record)))
        return [stream_record(record) for record in wanted]

    def drain_stream(self, **wiring: Any) -> int:
        """Deliver the table's changes to the notifier, and return how many there were."""
        records = self.changes()
        deliver_changes(records, lambda batch: self.invoke("notify", {"Records": batch}, **wiring))
        return len(records)

    def _receive(self, url: str, most: int) -> list[MessageTypeDef]:
        """Up to ``most`` messages, as Lambda gathers them: by as many calls to SQS as that takes."""
        gathered: list[MessageTypeDef] = []
        while len(gathered) < most:
            wanted = min(SQS_CALL_SIZE, most - len(gathered))
            answer = self._sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=wanted, AttributeNames=["All"], MessageAttributeNames=["All"]
            )
            messages = answer.get("Messages")
            if not messages:
                break
            gathered += messages
        return gathered

    def _settle(self, url: str, messages: Sequence[MessageTypeDef], failed: set[str]) -> int:
        """Delete what succeeded, make visible what failed; returns how many succeeded."""
        handles = {message.get("MessageId", ""): message.get("ReceiptHandle", "") for message in messages}
        again = [(one, handle) for one, handle in handles.items() if one in failed]
        done = [(one, handle) for one, handle in handles.items() if one not in failed]
        for batch in _batches(again, SQS_CALL_SIZE):
            self._sqs.change_message_visibility_batch(
                QueueUrl=url,
                Entries=[{"Id": one, "ReceiptHandle": handle, "VisibilityTimeout": 0} for one, handle in batch],
            )
        for batch in _batches(done, SQS_CALL_SIZE):
            self._sqs.delete_message_batch(
                QueueUrl=url, Entries=[{"Id": one, "ReceiptHandle": handle} for one, handle in batch]
            )
        return len(done)


def deliver_changes(records: Sequence[Event], notify: Callable[[list[Event]], Any]) -> None:
    """Hand records of the stream to ``notify``, in batches of the template's size.

    ``notify`` returns the function's answer, None where it failed whole. From the first record that failed on, a batch
    comes again at once, as often as the template allows. What Lambda would then put into the failure queue the
    escalator hands over again, as it does on AWS.
    """
    for batch in _batches(records, batch_size("NotifyFunction")):
        for _ in range(1 + stream_retries("NotifyFunction")):
            answer = notify(batch)
            if answer is None:
                continue
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
            first = next((place for place, number in enumerate(numbers) if number in failed), None)
            if first is None:
                break
            batch = batch[first:]


def _batches(entries: Sequence[Entry], size: int) -> list[list[Entry]]:
    return [list(entries[start : start + size]) for start in range(0, len(entries), size)]
