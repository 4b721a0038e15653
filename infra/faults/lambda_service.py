"""What Lambda, SQS and the schedules do with functions that fail: who is called again, when, and how often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from infra.faults.injector import Injector, ProcessDeathError
from infra.local.lambdas.clock import ReplayClock
from infra.local.lambdas.entry_files import name_in_template
from infra.local.lambdas.events import (
    Event,
    batch_size,
    event_invoke_retries,
    has_failure_queue,
    sqs_record,
)
from infra.local.lambdas.invoker import Invoker, deliver_changes

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# Lambda repeats an event that nobody waits for after a minute, and after two more.
_WAITS = (timedelta(minutes=1), timedelta(minutes=2))


class FunctionError(Exception):
    """A function raised, or its process died."""


class Lambda:
    """The functions, each in a process that a fault may end. ``pause`` takes the place of sleeping.

    ``new_process`` gives functions that have not started yet. While ``delivers_twice`` is set, whoever is not a person
    that waits for an answer calls twice, as Lambda, SQS, SNS and the schedules may: the second time another process.
    """

    def __init__(self, new_process: Callable[[], Invoker], injector: Injector, clock: ReplayClock) -> None:
        self._new_process = new_process
        self._invoker, self._other = new_process(), new_process()
        self._injector = injector
        self._clock = clock
        self.delivers_twice = False

    def call(self, function: str, event: Any) -> Any:
        """What the function answers. FunctionError where it raises or dies; then the next call is a cold start."""
        answer = self._call(self._invoker, function, event)
        if self.delivers_twice and function != "api":
            self._call(self._other, function, event)
        return answer

    def end_processes(self) -> None:
        """Let all processes end: each next call is a cold start."""
        self._invoker, self._other = self._new_process(), self._new_process()

    def _call(self, invoker: Invoker, function: str, event: Any) -> Any:
        self._injector.start(function)
        wiring = {"pause": self._clock.pause} if function in ("notify", "deliver") else {}
        try:
            return invoker.invoke(function, event, **wiring)
        except ProcessDeathError:
            invoker.end_process(function)
            raise FunctionError(f"{function} died") from None
        except Exception as error:
            raise FunctionError(f"{function}: {error}") from error

    def deliver_changes(self) -> None:
        """Hand the table's changes to the notifier, until there are none."""
        while records := self._invoker.changes():
            deliver_changes(records, self._notify)

    def _notify(self, batch: list[Event]) -> Any:
        try:
            return self.call("notify", {"Records": batch})
        except FunctionError:
            return None


@dataclass(frozen=True, slots=True)
class _Held:
    """A message that was sent and is not deleted."""

    record: Event
    visible_at: datetime
    receives: int = 0


class MentionQueue:
    """The mention queue on the scenario's clock: SQS itself keeps its messages hidden by the clock of the day."""

    def __init__(self, sqs: SQSClient, url: str, clock: ReplayClock, visibility: timedelta, max_receives: int) -> None:
        self._sqs, self._url, self._clock = sqs, url, clock
        self._visibility, self._max_receives = visibility, max_receives
        self._held: dict[str, _Held] = {}
        self.given_up: list[Event] = []
        """What was received too often, and moved to the dead letters without a reason."""

    def clear(self) -> None:
        """Forget all messages."""
        self._take()
        self._held.clear()
        self.given_up.clear()

    def deliver(self, functions: Lambda) -> None:
        """Hand what is visible to the classifier, in batches of the template's size."""
        self._take()
        size, now = batch_size("ClassifyFunction"), self._clock.now
        visible = [name for name, held in self._held.items() if held.visible_at <= now]
        for start in range(0, len(visible), size):
            self._deliver_batch(visible[start : start + size], functions)

    def waiting(self) -> list[tuple[str, str, int]]:
        """What waits: the body of each message, from when on it is visible, and how often it was received."""
        return sorted((one.record["body"], str(one.visible_at), one.receives) for one in self._held.values())

    def retry_soon(self, receipt_handle: str, seconds: int) -> None:
        """Show a message again after so many seconds."""
        for name, held in self._held.items():
            if held.record["receiptHandle"] == receipt_handle:
                self._held[name] = replace(held, visible_at=self._clock.now + timedelta(seconds=seconds))
                return

    def _deliver_batch(self, names: list[str], functions: Lambda) -> None:
        records: list[Event] = []
        for name in names:
            held = self._held[name]
            held = replace(held, visible_at=self._clock.now + self._visibility, receives=held.receives + 1)
            held.record["attributes"]["ApproximateReceiveCount"] = str(held.receives)
            self._held[name] = held
            records.append(held.record)
        try:
            answer = functions.call("classify", {"Records": records})
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        except FunctionError:
            failed = set(names)
        for name in names:
            if name not in failed:
                del self._held[name]
            elif self._held[name].receives >= self._max_receives:
                self.given_up.append(self._held.pop(name).record)

    def _take(self) -> None:
        while messages := self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                record = sqs_record(message)
                self._held[record["messageId"]] = _Held(record, self._clock.now)
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=record["receiptHandle"])


class EventQueue:
    """Events that nobody waits for an answer to, as Lambda keeps them until a function has done its work."""

    def __init__(self, functions: Lambda, clock: ReplayClock) -> None:
        self._functions, self._clock = functions, clock
        self._due: list[tuple[datetime, str, Any, int]] = []
        self._given_up: list[tuple[str, Any]] = []
        self.lost: list[str] = []
        """Why the last attempt at an event failed, where no queue keeps what failed."""

    def add(self, function: str, event: Any) -> None:
        """Call the function now, and again later where that fails."""
        self._due.append((self._clock.now, function, event, 0))
        self.run()

    def run(self) -> None:
        """Make the calls that are due."""
        due = [one for one in self._due if one[0] <= self._clock.now]
        self._due = [one for one in self._due if one[0] > self._clock.now]
        for _, function, event, attempts in due:
            try:
                self._functions.call(function, event)
            except FunctionError as error:
                if attempts < event_invoke_retries(f"{name_in_template(function)}Function"):
                    self._due.append((self._clock.now + _WAITS[attempts], function, event, attempts + 1))
                elif has_failure_queue(f"{name_in_template(function)}Function"):
                    self._given_up.append((function, event))
                else:
                    self.lost.append(str(error))

    def waiting(self) -> list[str]:
        """What waits and what was given up, in words."""
        due = [f"{at} {function} {attempts} {_what(event)}" for at, function, event, attempts in self._due]
        return [*due, *(f"{function} {_what(event)}" for function, event in self._given_up), *self.lost]

    def redrive(self) -> None:
        """What an operator does with one command when the alarm on a failure queue has rung."""
        given_up, self._given_up = self._given_up, []
        for function, event in given_up:
            try:
                self._functions.call(function, event)
            except FunctionError as error:
                self.lost.append(str(error))


def _what(event: Any) -> str:
    """Which event it is."""
    return " ".join(record["Sns"]["Message"] for record in event.get("Records", ()))
