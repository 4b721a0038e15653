"""The mention queue and its dead-letter queue, on Amazon SQS."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from earshot.errors import EarshotError
from earshot.mentions.mention import Mention

LARGEST_BATCH = 10
LARGEST_BYTES = 250_000  # SQS: 256 KiB for a whole batch, its attributes included
_ATTRIBUTE_BYTES = 200  # at most, for the correlation
_TRIES = 3
_LONGEST_REASON = 1_024


class QueueError(EarshotError):
    """The queue refused messages, and went on refusing them: what they carry must be read again."""


class MentionQueue:
    """Where fetch leaves mentions for classify: one message each, with the mention's key as ``correlation``."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, mentions: Iterable[Mention]) -> int:
        """Send all, in order, and say how many. QueueError if any of them was not accepted."""
        count = 0
        for batch in _batches(_entry(mention) for mention in mentions):
            self._send(batch)
            count += len(batch)
        return count

    def _send(self, batch: Sequence[dict[str, Any]]) -> None:
        """Send again what SQS did not take: it accepts or refuses each entry of a batch on its own."""
        left = [entry | {"Id": str(number)} for number, entry in enumerate(batch)]
        for _ in range(_TRIES):
            failed = self._client.send_message_batch(QueueUrl=self._url, Entries=left).get("Failed", [])
            if not failed:
                return
            ids = {entry["Id"] for entry in failed}
            left = [entry for entry in left if entry["Id"] in ids]
        why = f"{failed[0].get('Code')}: {failed[0].get('Message')}"
        raise QueueError(f"The mention queue refused {len(left)} messages {_TRIES} times ({why}).")


class DeadLetterQueue:
    """Where lies what cannot be understood, unchanged, with the reason: an operator looks, repairs and redrives."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def dead_letter(self, body: str, reason: str, error: str) -> None:
        """``reason`` is for people, ``error`` the name of the error's class; both travel as message attributes."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=body or " ",
            MessageAttributes={"reason": _string(reason[:_LONGEST_REASON]), "error": _string(error[:_LONGEST_REASON])},
        )


def _entry(mention: Mention) -> dict[str, Any]:
    return {
        # ASCII alone: SQS refuses some characters (U+FFFF, control characters) that a post may hold.
        "MessageBody": json.dumps(mention.to_record(), separators=(",", ":")),
        "MessageAttributes": {"correlation": _string(mention.key)},
    }


def _batches(entries: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for entry in entries:
        length = len(entry["MessageBody"]) + _ATTRIBUTE_BYTES
        if batch and (len(batch) == LARGEST_BATCH or size + length > LARGEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def _string(value: str) -> dict[str, str]:
    # SQS refuses an empty attribute.
    return {"DataType": "String", "StringValue": value or "unknown"}
