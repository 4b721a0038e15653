"""Removes a subject from the dead-letter queues, where messages lie for two weeks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from earshot.cases.removal.redactor import Redactor
from earshot.cases.removal.subject import Subject
from infra.aws_session import AwsSession
from infra.ops.dead_letters.queues import BATCH, MEANING, MENTIONS
from infra.ops.stack import Stack

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

_HELD_SECONDS = 120


def sweep_queues(session: AwsSession, stack: Stack, subject: Subject, redactor: Redactor) -> Counter[str]:
    """Delete every dead letter of the subject, and take them out of those of others; how many by queue.

    What is looked at is invisible to others until the end, and then in its queue as before.
    """
    sqs, found = session.client("sqs"), Counter[str]()
    for queue in MEANING:
        url, seen = stack.resources[queue], set[str]()
        kept: list[MessageTypeDef] = []
        while True:
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=BATCH,
                VisibilityTimeout=_HELD_SECONDS,
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
            )
            received = answer.get("Messages", [])
            new = [one for one in received if one.get("MessageId", "") not in seen]
            kept += [one for one in received if one not in new]
            if not new:
                break
            for message in new:
                seen.add(message.get("MessageId", ""))
                body, handle = message.get("Body", ""), message.get("ReceiptHandle", "")
                if not _is_of(body, subject, redactor):
                    kept.append(message)
                    continue
                if queue == MENTIONS and (cleaned := _without(body, subject, redactor)) is not None:
                    attributes = {
                        name: {"DataType": one["DataType"], "StringValue": one.get("StringValue", "")}
                        for name, one in message.get("MessageAttributes", {}).items()
                        if not redactor.is_about(one.get("StringValue", ""))
                    }
                    # First the copy: a process that dies in between leaves one too many, and loses none.
                    sent = sqs.send_message(QueueUrl=url, MessageBody=cleaned, MessageAttributes=attributes)  # pyright: ignore[reportArgumentType]
                    seen.add(sent["MessageId"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
                found[queue] += 1
        for message in kept:
            handle = message.get("ReceiptHandle", "")
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    return found


def _is_of(body: str, subject: Subject, redactor: Redactor) -> bool:
    record = _record(body)
    if record is None or "author" not in record:
        return redactor.is_about(body)
    # In what another customer wrote only a name is theirs: the same words are everybody's.
    return subject.has(record) or subject.passes_on(record) or redactor.record(record, is_post=True) != record


def _without(body: str, subject: Subject, redactor: Redactor) -> str | None:
    """The message of somebody else, without their handle; None where it is theirs, and must go."""
    record = _record(body)
    if record is None or "author" not in record or subject.has(record) or subject.passes_on(record):
        return None
    return json.dumps(redactor.record(record, is_post=True))


def _record(body: str) -> Mapping[str, Any] | None:
    try:
        value: object = json.loads(body)
    except ValueError:
        return None
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else None
