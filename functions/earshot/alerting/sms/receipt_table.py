"""Which text messages were sent and what became of them, in the case table, so that each status counts once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from earshot.alerting.sms.receipt import FAILING_FOR, ExpectedReceipt, Receipt
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.case.log import LogEntry
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.keys import budget_key, conversation_key
from earshot.mentions.budget import month_of

# SNS may take 72 hours to learn what became of a message.
KEPT = timedelta(days=7)
# A transaction has room for 100 writes; a message for more cases than these is followed for the first of them.
THREADS_MOST = 40


class ReceiptTable:
    """Items ``RECEIPT#messageId`` and ``FAILING#number``, and in a case's thread ``RECEIPT#messageId#digest``."""

    def __init__(self, client: Any, name: str, retention: timedelta) -> None:
        self._client = client
        self._name = name
        self._retention = retention

    def expect_receipt(self, message_id: str, expected: ExpectedReceipt) -> None:
        """Note which message a status will be of. Written again it says the same."""
        record = {**_key(message_id), "expected": plain(expected), "expires_at": _at(expected.sent_at + KEPT)}
        self._put_item(record)

    def find_expected(self, message_id: str) -> ExpectedReceipt | None:
        """What is known of a message, None where it is none of ours, or too old."""
        record = self._get(_key(message_id))
        return None if record is None else restore(ExpectedReceipt, record["expected"])

    def file_receipt(self, receipt: Receipt, expected: ExpectedReceipt, now: datetime) -> bool:
        """Put a status with the cases that the message was for, and its price in place of the estimate.

        All or nothing, and once: False, and nothing changes, where this status is filed already.
        """
        first, *_ = threads = expected.threads[:THREADS_MOST]
        writes = [self._put(self._filed(receipt, thread, now), is_new=thread == first) for thread in threads]
        if not receipt.delivered:
            writes += [self._put(self._logged(receipt, thread, now)) for thread in threads]
        if correction := expected.correction(receipt):
            writes.append(self._correction(correction, expected.sent_at))
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = error.response.get("CancellationReasons", [])
            if reasons and reasons[0].get("Code") == "ConditionalCheckFailed":
                return False
            raise
        return True

    def mark_failing(self, phone: str, now: datetime) -> None:
        """Let a number count as one that takes nothing, for ``FAILING_FOR``."""
        self._put_item({**_failing(phone), "expires_at": _at(now + FAILING_FOR)})

    def is_failing(self, phone: str, now: datetime) -> bool:
        """Whether the last message to this number failed a short while ago."""
        record = self._get(_failing(phone))
        return record is not None and record["expires_at"] > now.timestamp()

    def _filed(self, receipt: Receipt, thread: str, now: datetime) -> dict[str, Any]:
        told = {
            "message_id": receipt.message_id,
            "at": now,
            "to": receipt.masked,
            "delivered": receipt.delivered,
            "response": receipt.response,
        }
        pk = conversation_key(thread)["pk"]
        return {
            "pk": pk,
            "sk": f"RECEIPT#{receipt.message_id}#{receipt.digest}",
            "receipt": plain(told),
            "expires_at": _at(now + self._retention),
        }

    def _logged(self, receipt: Receipt, thread: str, now: datetime) -> dict[str, Any]:
        """An entry of the case's log. It changes nothing of the case, so it stands beside the latest version's."""
        stored = self._get(conversation_key(thread)) or {}
        text = f"a text message did not arrive ({receipt.masked}): {receipt.response}"
        return {
            "pk": conversation_key(thread)["pk"],
            "sk": f"LOG#{stored.get('version', 0):08d}#sms#{receipt.message_id}#{receipt.digest}",
            "entry": plain(LogEntry(now, "earshot", "undelivered", text)),
            "expires_at": _at(now + self._retention),
        }

    def _correction(self, correction: int, sent_at: datetime) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._name,
                "Key": to_item(budget_key(month_of(sent_at))),
                "UpdateExpression": "ADD millionths :correction",
                "ExpressionAttributeValues": to_item({":correction": correction}),
            }
        }

    def _put(self, record: Mapping[str, Any], *, is_new: bool = False) -> dict[str, Any]:
        condition = {"ConditionExpression": "attribute_not_exists(pk)"} if is_new else {}
        return {"Put": {"TableName": self._name, "Item": to_item(record), **condition}}

    def _put_item(self, record: Mapping[str, Any]) -> None:
        self._client.put_item(TableName=self._name, Item=to_item(record))

    def _get(self, key: Mapping[str, str]) -> dict[str, Any] | None:
        item = self._client.get_item(TableName=self._name, Key=to_item(key), ConsistentRead=True).get("Item")
        return None if item is None else from_item(item)


def _key(message_id: str) -> dict[str, str]:
    return {"pk": f"RECEIPT#{message_id}", "sk": "RECEIPT"}


def _failing(phone: str) -> dict[str, str]:
    return {"pk": f"FAILING#{phone}", "sk": "FAILING"}


def _at(moment: datetime) -> int:
    return int(moment.timestamp())
