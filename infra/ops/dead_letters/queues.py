"""The dead-letter queues of a stack: showing what is in them, and sending it through again."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.errors import EarshotError, MentionError
from earshot.mentions.mention import Mention
from infra.aws_session import AwsSession
from infra.ops.bootstrap import CASE_TABLE, wire
from infra.ops.dead_letters.discarded import DiscardedLetter, DiscardLog
from infra.ops.stack import Stack

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import (
        MessageAttributeValueOutputTypeDef,
        MessageAttributeValueTypeDef,
        MessageTypeDef,
    )

MENTIONS, ALERTS, SCHEDULES = "MentionDeadLetterQueue", "AlertFailureQueue", "ScheduleDeadLetterQueue"
DELIVERIES = "DeliveryFailureQueue"
MEANING = {
    MENTIONS: "mentions that could not be parsed or stored",
    ALERTS: "alerts that the notifier failed to send",
    DELIVERIES: "alerts that a webhook, Slack or Teams did not accept",
    SCHEDULES: "scheduled runs of the fetcher or the escalator that never started",
}
# How long a message is invisible to others while it is shown; afterwards it is in the queue as before.
LOOK_SECONDS = 5
MOVE_SECONDS = 60
BATCH = 10
REASON_UNKNOWN = "received too often: look for its correlation in the classifier's log"


class DeadLetterError(EarshotError):
    """There is no such message."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message: its queue, since when it is there, why, and its body."""

    queue: str
    message_id: str
    sent_at: datetime
    reason: str
    body: str


class DeadLetters:
    """The dead-letter queues of one stack."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        self._sqs = session.client("sqs")
        self._lambda = session.client("lambda")
        self._wired = wire(session, stack)
        self._discarded = DiscardLog(session.client("dynamodb"), stack.outputs.get(CASE_TABLE, ""))
        self._stack = stack

    def look(self, most: int) -> Iterator[DeadLetter]:
        """Up to ``most`` messages of each queue; they stay where they are."""
        for queue in MEANING:
            seen: set[str] = set()
            while len(seen) < most and (messages := self._receive(queue, LOOK_SECONDS)):
                new = [message for message in messages if message.get("MessageId") not in seen]
                if not new:
                    break
                seen.update(message.get("MessageId", "") for message in new)
                yield from (_dead_letter(queue, message) for message in new)

    def discard(self, ids: Collection[str], why: str, by: str, now: datetime) -> Iterator[DiscardedLetter]:
        """Delete these messages, by their ids, and log it; what was deleted and, where it was before, by whom.

        The log is written first, and without what the message said. A DeadLetterError at the end names those that are
        in no queue, and in no log.
        """
        log, missing = self._discarded, set(ids)
        for queue in MEANING:
            for message in self._every(queue, missing):
                letter = _dead_letter(queue, message)
                done = DiscardedLetter(letter.message_id, queue, letter.reason, why, by, now)
                log.note(done, letter.body)
                self._delete(queue, message)
                missing.discard(letter.message_id)
                yield done
        for message_id in sorted(missing):
            if (before := log.find(message_id)) is not None:
                missing.discard(message_id)
                yield before
        if missing:
            raise DeadLetterError(
                f"There is no dead letter {', '.join(sorted(missing))}: `earshot dead-letters` shows the ids."
            )

    def unreadable(self) -> set[str]:
        """The ids of the dead mentions that no release could read: redriven, they come back."""
        return {
            message.get("MessageId", "")
            for message in self._every(MENTIONS, None)
            if not _is_mention(message.get("Body", ""))
        }

    def _every(self, queue: str, wanted: Collection[str] | None) -> Iterator[MessageTypeDef]:
        """The messages with the ids that are ``wanted`` (None: all). The others are in their queue as before."""
        seen: set[str] = set()
        others: list[MessageTypeDef] = []
        while wanted is None or wanted:
            received = self._receive(queue, MOVE_SECONDS)
            new = [message for message in received if message.get("MessageId") not in seen]
            seen.update(message.get("MessageId", "") for message in new)
            chosen = [one for one in new if wanted is None or one.get("MessageId") in wanted]
            others += received if wanted is None else [one for one in received if one not in chosen]
            yield from chosen
            if not new:
                break
        for message in others:
            handle = message.get("ReceiptHandle", "")
            self._sqs.change_message_visibility(
                QueueUrl=self._stack.resources[queue], ReceiptHandle=handle, VisibilityTimeout=0
            )

    def redrive_mentions(self) -> int:
        """Send every dead mention to the mention queue again; returns how many."""
        return self._move(MENTIONS, self._send_mention)

    def redrive_alerts(self, now: datetime) -> int:
        """Hand every case whose alert is due and not logged as sent to the notifier again, and clear the queue.

        Returns how many cases that were.
        """
        table = self._wired.case_table
        handed_over = 0
        for key in list(table.due(now + timedelta(days=1))):
            thread = table.change(key, lambda current: _nudge(current, now), now)
            handed_over += thread.case is not None and thread.case.ladder.stepped_at == now
        self._clear(ALERTS)
        return handed_over

    def redrive_deliveries(self) -> int:
        """Hand every alert that was given up to the deliverer again; returns how many.

        Targets that accepted it the first time do not get it twice.
        """
        return self._move(DELIVERIES, self._deliver)

    def clear_schedules(self) -> int:
        """Delete the runs that never started, which later runs have made up for; returns how many."""
        return self._clear(SCHEDULES)

    def _move(self, queue: str, send: Callable[[MessageTypeDef], None]) -> int:
        """Send each message, and delete it once it is sent.

        What fails again comes back while this runs: only as many are sent as were there when it began.
        """
        waiting = self._count(queue)
        moved = 0
        while moved < waiting and (messages := self._receive(queue, MOVE_SECONDS)):
            for message in messages:
                send(message)
                self._delete(queue, message)
                moved += 1
        return moved

    def _send_mention(self, message: MessageTypeDef) -> None:
        attributes: dict[str, MessageAttributeValueTypeDef] = {}
        if correlation := message.get("MessageAttributes", {}).get("correlation"):
            attributes["correlation"] = _text_attribute(correlation)
        self._sqs.send_message(
            QueueUrl=self._stack.resources["MentionQueue"],
            MessageBody=message.get("Body", ""),
            MessageAttributes=attributes,
        )

    def _deliver(self, message: MessageTypeDef) -> None:
        self._lambda.invoke(
            FunctionName=self._stack.function("DeliverFunction"),
            InvocationType="Event",
            Payload=json.dumps(json.loads(message.get("Body", ""))["requestPayload"]).encode(),
        )

    def _count(self, queue: str) -> int:
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=self._stack.resources[queue],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        return sum(map(int, attributes.values()))

    def _clear(self, queue: str) -> int:
        count = 0
        while messages := self._receive(queue, MOVE_SECONDS):
            for message in messages:
                self._delete(queue, message)
                count += 1
        return count

    def _receive(self, queue: str, seconds: int) -> list[MessageTypeDef]:
        answer = self._sqs.receive_message(
            QueueUrl=self._stack.resources[queue],
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=seconds,
            WaitTimeSeconds=1,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    def _delete(self, queue: str, message: MessageTypeDef) -> None:
        self._sqs.delete_message(QueueUrl=self._stack.resources[queue], ReceiptHandle=message.get("ReceiptHandle", ""))


def _dead_letter(queue: str, message: MessageTypeDef) -> DeadLetter:
    body = message.get("Body", "")
    stated = message.get("MessageAttributes", {}).get("reason")
    given = stated.get("StringValue") if stated else None
    reason = given or (REASON_UNKNOWN if queue == MENTIONS else _condition(body))
    sent_at = datetime.fromtimestamp(int(message.get("Attributes", {}).get("SentTimestamp", "0")) / 1000, UTC)
    return DeadLetter(queue, message.get("MessageId", ""), sent_at, reason, body)


def _is_mention(body: str) -> bool:
    try:
        Mention.from_record(json.loads(body))
    except (ValueError, RecursionError, MentionError):
        return False
    return True


def _condition(body: str) -> str:
    """What Lambda or EventBridge says of a failed invocation; the function's own words where it had any."""
    try:
        failure: dict[str, Any] = json.loads(body)
        response: dict[str, Any] = failure.get("responsePayload") or {}
        context: dict[str, Any] = failure.get("requestContext") or {}
        return response.get("errorMessage") or context.get("condition") or "no reason given"
    except (json.JSONDecodeError, AttributeError):
        return "no reason given"


def _nudge(thread: Conversation, now: datetime) -> Decision:
    return thread.after(thread.case.nudge(now)) if thread.case is not None else None


def _text_attribute(attribute: MessageAttributeValueOutputTypeDef) -> MessageAttributeValueTypeDef:
    return {"DataType": attribute["DataType"], "StringValue": attribute.get("StringValue", "")}
