"""The mention queue and its dead-letter queue, on Amazon SQS."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from earshot.errors import EarshotError
from earshot.mentions.mention import Mention
from earshot.plain_text import cut_to_bytes, one_line

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageAttributeValueTypeDef, SendMessageBatchRequestEntryTypeDef

MAX_BATCH_ENTRIES = 10
MAX_BATCH_BYTES = 250_000  # SQS allows 256 KiB for a batch with its attributes.
# Of one message. In ASCII an emoji takes twelve characters: some posts would not fit whole.
MAX_BODY_BYTES = 240_000
_ATTRIBUTE_BYTES = 1_400  # of the correlation attribute, at most: a source and an id
# Of any other field, if a record is too large: a longer id is refused by its name when the message is read.
_MOST_OF_A_FIELD = 2_000
_MAX_TRIES = 3
MAX_RETRY_SECONDS = 60
_MAX_ATTRIBUTE_LENGTH = 1_024


class QueueError(EarshotError):
    """The queue kept rejecting messages: the mentions in them must be fetched again."""


class MentionQueue:
    """The queue from fetch to classify: a message per mention, with the mention's key as attribute ``correlation``."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url
        self._random = SystemRandom()

    def send(self, mentions: Iterable[Mention]) -> int:
        """Send all mentions in order; returns their number. QueueError if any was not accepted."""
        count = 0
        for batch in _batches(map(_entry, mentions)):
            self._send_batch(batch)
            count += len(batch)
        return count

    def retry_soon(self, receipt_handle: str, receives: int) -> None:
        """Have a message delivered again within seconds, the later the more often it was received.

        Its own visibility time is that of a function that died. The wait is random, so that those who met do not meet
        again.
        """
        seconds = round(2**receives * self._random.uniform(1, 2))
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=min(seconds, MAX_RETRY_SECONDS)
        )

    def _send_batch(self, batch: "Sequence[SendMessageBatchRequestEntryTypeDef]") -> None:
        """Send a batch, and again the entries that were rejected: SQS decides on each entry separately."""
        entries = list(batch)
        why = ""
        for _ in range(_MAX_TRIES):
            failed = self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])
            if not failed:
                return
            ids = {entry["Id"] for entry in failed}
            entries = [entry for entry in entries if entry["Id"] in ids]
            why = f"{failed[0].get('Code')}: {failed[0].get('Message')}"
        raise QueueError(f"The mention queue rejected {len(entries)} messages {_MAX_TRIES} times ({why}).")


class DeadLetterQueue:
    """Holds messages that could not be processed, unchanged, until an operator repairs and redrives them."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def dead_letter(self, body: str, reason: str, error: str) -> None:
        """Send a message with two attributes: ``reason``, for people, and ``error``, the name of the error's class."""
        self._client.send_message(
            QueueUrl=self._url,
            # A post of any size must find its way here: its beginning and the reason say what it was.
            MessageBody=cut_to_bytes(body, MAX_BODY_BYTES) or " ",
            MessageAttributes={"reason": _attribute(reason), "error": _attribute(error)},
        )


def _entry(mention: Mention) -> "SendMessageBatchRequestEntryTypeDef":
    return {
        "Id": "",
        # ASCII only: SQS rejects some characters that a post may contain (U+FFFF, control characters).
        "MessageBody": _body(mention),
        "MessageAttributes": {"correlation": _attribute(mention.key)},
    }


def _body(mention: Mention) -> str:
    """The record as JSON; where that is too large for a message, with the beginning of the post's text."""
    record = mention.to_record()
    body = json.dumps(record, separators=(",", ":"))
    if len(body) > MAX_BODY_BYTES:
        record = {**_shortened(record), "text": mention.text, "author": _shortened(record["author"])}
        body = json.dumps(record, separators=(",", ":"))
    text = mention.text
    while len(body) > MAX_BODY_BYTES and text:
        # A character takes one to twelve places in the body, so that this is done a few times at most.
        text = text[: min(len(text) * MAX_BODY_BYTES // len(body), len(text) - 1)]
        body = json.dumps({**record, "text": text}, separators=(",", ":"))
    return body


def _shortened(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value[:_MOST_OF_A_FIELD] if isinstance(value, str) else value for name, value in fields.items()}


def _batches(
    entries: "Iterable[SendMessageBatchRequestEntryTypeDef]",
) -> "Iterator[list[SendMessageBatchRequestEntryTypeDef]]":
    """Batches within SQS's limits, with ids that are unique in the batch."""
    batch: list[SendMessageBatchRequestEntryTypeDef] = []
    size = 0
    for entry in entries:
        length = len(entry["MessageBody"]) + _ATTRIBUTE_BYTES
        if batch and (len(batch) == MAX_BATCH_ENTRIES or size + length > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append({**entry, "Id": str(len(batch))})
        size += length
    if batch:
        yield batch


def _attribute(text: str) -> "MessageAttributeValueTypeDef":
    # SQS rejects an empty attribute, and control characters.
    return {"DataType": "String", "StringValue": one_line(text[:_MAX_ATTRIBUTE_LENGTH]) or "unknown"}
