"""Which text messages were sent and what became of them, in the case table. Each receipt is stored once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.alerting.sms.receipt import FAILING_FOR, ExpectedReceipt, Receipt
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.keys import budget_key, conversation_key
from earshot.mentions.budget import month_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import PutTypeDef, TransactWriteItemTypeDef

# Carriers take up to 72 hours to report what became of a message.
EXPECTED_FOR = timedelta(days=7)
# A transaction has room for 100 writes: of a message about more cases, the first get the receipt.
MAX_CONVERSATIONS = 40


class ReceiptTable:
    """Items ``RECEIPT#messageId`` and ``FAILING#number``, and beside the case ``RECEIPT#messageId#hash of the number``.

    ``retention`` is how long a receipt is kept.
    """

    def __init__(self, client: "DynamoDBClient", name: str, retention: timedelta) -> None:
        self._client = client
        self._name = name
        self._retention = retention

    def expect_receipt(self, message_id: str, expected: ExpectedReceipt) -> None:
        """Note that a message was sent whose receipts will come."""
        expires_at = _seconds(expected.sent_at + EXPECTED_FOR)
        self._put_item({**_key(message_id), "expected": plain(expected), "expires_at": expires_at})

    def find_expected(self, message_id: str) -> ExpectedReceipt | None:
        """What is known of a message; None where it is not Earshot's, or too old."""
        record = self._get(_key(message_id))
        return None if record is None else restore(ExpectedReceipt, record["expected"])

    def file_receipt(self, receipt: Receipt, expected: ExpectedReceipt, now: datetime) -> bool:
        """Store a receipt with the cases of its message, and book its price in place of the estimate.

        All or nothing, and once: False, and nothing changes, where this receipt is stored already.
        """
        first, *_ = conversations = expected.conversations[:MAX_CONVERSATIONS]
        writes = [self._put(self._stored(receipt, expected, key, now), is_new=key == first) for key in conversations]
        if not receipt.delivered:
            writes += [self._put(self._logged(receipt, key, now)) for key in conversations]
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
        """Let a number count as unreachable for ``FAILING_FOR``."""
        self._put_item({**_failing_key(phone), "expires_at": _seconds(now + FAILING_FOR)})

    def is_failing(self, phone: str, now: datetime) -> bool:
        """Whether a message to this number failed within ``FAILING_FOR``."""
        record = self._get(_failing_key(phone))
        return record is not None and record["expires_at"] > now.timestamp()

    def _stored(self, receipt: Receipt, expected: ExpectedReceipt, key: str, now: datetime) -> dict[str, Any]:
        stored = {
            "message_id": expected.logged_as or receipt.message_id,
            "at": now,
            "to": receipt.masked_phone,
            "delivered": receipt.delivered,
            "response": receipt.response,
        }
        return {
            "pk": conversation_key(key)["pk"],
            "sk": f"RECEIPT#{receipt.message_id}#{receipt.phone_hash}",
            "receipt": plain(stored),
            "expires_at": _seconds(now + self._retention),
        }

    def _logged(self, receipt: Receipt, key: str, now: datetime) -> dict[str, Any]:
        """A log entry of the case. The case itself does not change, so it is numbered after the latest version."""
        stored = self._get(conversation_key(key)) or {}
        text = f"a text message did not arrive ({receipt.masked_phone}): {receipt.response}"
        return {
            "pk": conversation_key(key)["pk"],
            "sk": f"LOG#{stored.get('version', 0):08d}#sms#{receipt.message_id}#{receipt.phone_hash}",
            "entries": plain([LogEntry(now, EARSHOT, "undelivered", text)]),
            "expires_at": _seconds(now + self._retention),
        }

    def _correction(self, correction: int, sent_at: datetime) -> "TransactWriteItemTypeDef":
        return {
            "Update": {
                "TableName": self._name,
                "Key": to_item(budget_key(month_of(sent_at))),
                "UpdateExpression": "ADD millionths :correction",
                "ExpressionAttributeValues": to_item({":correction": correction}),
            }
        }

    def _put(self, record: Mapping[str, Any], *, is_new: bool = False) -> "TransactWriteItemTypeDef":
        put: PutTypeDef = {"TableName": self._name, "Item": to_item(record)}
        if is_new:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        return {"Put": put}

    def _put_item(self, record: Mapping[str, Any]) -> None:
        self._client.put_item(TableName=self._name, Item=to_item(record))

    def _get(self, key: Mapping[str, str]) -> dict[str, Any] | None:
        item = self._client.get_item(TableName=self._name, Key=to_item(key), ConsistentRead=True).get("Item")
        return None if item is None else from_item(item)


def _key(message_id: str) -> dict[str, str]:
    return {"pk": f"RECEIPT#{message_id}", "sk": "RECEIPT"}


def _failing_key(phone: str) -> dict[str, str]:
    return {"pk": f"FAILING#{phone}", "sk": "FAILING"}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
