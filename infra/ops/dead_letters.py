"""What could not be done: looking at the dead-letter queues of a stack, and sending what lies there through again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.store.case_table import CaseTable
from infra.ops.stack import Stack

MENTIONS, ALERTS, SCHEDULES = "MentionDeadLetterQueue", "AlertFailureQueue", "ScheduleDeadLetterQueue"
DELIVERIES = "DeliveryFailureQueue"
MEANING = {
    MENTIONS: "mentions that could not be understood or stored",
    ALERTS: "alerts that the notifier failed to send",
    DELIVERIES: "alerts that a webhook, Slack or Teams did not take",
    SCHEDULES: "runs of the fetcher or the escalator that never began",
}
# While a message is looked at nobody else gets it; afterwards it lies there as before.
LOOK_SECONDS = 5
MOVE_SECONDS = 60
BATCH = 10
REASON_UNKNOWN = "received too often: look for its correlation in the classifier's log"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message: in which queue, since when, why, and its first words."""

    queue: str
    message_id: str
    sent_at: datetime
    reason: str
    body: str


class DeadLetters:
    """The dead-letter queues of one stack. ``session`` is a boto3 session, or anything with its ``client``."""

    def __init__(self, session: Any, stack: Stack) -> None:
        self._sqs = session.client("sqs")
        self._dynamodb = session.client("dynamodb")
        self._lambda = session.client("lambda")
        self._stack = stack

    def look(self, most: int) -> Iterator[DeadLetter]:
        """Up to ``most`` messages of each queue; they stay where they are."""
        for queue in MEANING:
            seen: set[str] = set()
            while len(seen) < most and (messages := self._receive(queue, LOOK_SECONDS)):
                new = [message for message in messages if message["MessageId"] not in seen]
                if not new:
                    break
                seen.update(message["MessageId"] for message in new)
                yield from (_dead_letter(queue, message) for message in new)

    def redrive_mentions(self) -> int:
        """Send every dead mention to the mention queue again, and say how many; each is sent before it is deleted.

        What fails again comes back while this runs: only as many are sent as lay there when it began.
        """
        lying = self._count(MENTIONS)
        moved = 0
        while moved < lying and (messages := self._receive(MENTIONS, MOVE_SECONDS)):
            for message in messages:
                correlation = message.get("MessageAttributes", {}).get("correlation")
                self._sqs.send_message(
                    QueueUrl=self._stack.resources["MentionQueue"],
                    MessageBody=message["Body"],
                    MessageAttributes={"correlation": _sendable(correlation)} if correlation else {},
                )
                self._delete(MENTIONS, message)
                moved += 1
        return moved

    def redrive_alerts(self, now: datetime) -> int:
        """Hand every case whose alert is due and not logged as sent to the notifier again, and clear the queue."""
        table = CaseTable(self._dynamodb, self._stack.resources["CaseTable"], self._retention())
        nudged = 0
        for key in list(table.due(now + timedelta(days=1))):
            thread = table.change(key, lambda current: _nudge(current, now), now)
            nudged += thread.case is not None and thread.case.ladder.stepped_at == now
        self._clear(ALERTS)
        return nudged

    def redrive_deliveries(self) -> int:
        """Hand every alert that was given up to the deliverer again, and say how many. Who took it is left out.

        What fails again comes back while this runs: only as many are sent as lay there when it began.
        """
        lying = self._count(DELIVERIES)
        moved = 0
        while moved < lying and (messages := self._receive(DELIVERIES, MOVE_SECONDS)):
            for message in messages:
                self._lambda.invoke(
                    FunctionName=self._stack.resources["DeliverFunction"],
                    InvocationType="Event",
                    Payload=json.dumps(json.loads(message["Body"])["requestPayload"]).encode(),
                )
                self._delete(DELIVERIES, message)
                moved += 1
        return moved

    def clear_schedules(self) -> int:
        """Forget runs that never began: the next minute's has long made up for them."""
        return self._clear(SCHEDULES)

    def _count(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._stack.resources[queue], AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def _clear(self, queue: str) -> int:
        count = 0
        while messages := self._receive(queue, MOVE_SECONDS):
            for message in messages:
                self._delete(queue, message)
                count += 1
        return count

    def _receive(self, queue: str, seconds: int) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._stack.resources[queue],
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=seconds,
            WaitTimeSeconds=1,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    def _delete(self, queue: str, message: dict[str, Any]) -> None:
        self._sqs.delete_message(QueueUrl=self._stack.resources[queue], ReceiptHandle=message["ReceiptHandle"])

    def _retention(self) -> timedelta:
        return timedelta(days=int(self._stack.outputs["RetentionDays"]))


def _dead_letter(queue: str, message: dict[str, Any]) -> DeadLetter:
    attributes = {name: value.get("StringValue") for name, value in message.get("MessageAttributes", {}).items()}
    reason = attributes.get("reason") or (REASON_UNKNOWN if queue == MENTIONS else _condition(message["Body"]))
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return DeadLetter(queue, message["MessageId"], sent_at, reason, message["Body"])


def _condition(body: str) -> str:
    """What Lambda or EventBridge says of a failed invocation; the function's own words where it had any."""
    try:
        told = json.loads(body)
        said = (told.get("responsePayload") or {}).get("errorMessage")
        return said or told.get("requestContext", {}).get("condition", "no reason given")
    except (json.JSONDecodeError, AttributeError):
        return "no reason given"


def _nudge(thread: Conversation, now: datetime) -> Decision:
    return thread.after(thread.case.nudge(now)) if thread.case is not None else None


def _sendable(attribute: dict[str, Any]) -> dict[str, Any]:
    return {"DataType": attribute["DataType"], "StringValue": attribute["StringValue"]}
