"""The notification log of each case: which alert was to be sent, and what became of it (``ALERT#...`` beside the case).

An alert is logged before it is sent, and again with the outcome. Whoever finds the first entry without the second knows
that it may have been sent.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import read_all, to_item
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.store.case_file import AlertOutcome, LoggedAlert
from earshot.cases.store.codec import restore
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import alert_in, alert_record, conversation_key, conversation_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import PutItemInputTypeDef


class NotificationLog:
    """Adapter of the logs in the case table. ``retention`` is how long an entry is kept."""

    def __init__(self, client: "DynamoDBClient", table: str, retention: timedelta) -> None:
        self._client = client
        self._table = table
        self._retention = retention

    def read(self, key: str) -> tuple[Conversation, dict[str, LoggedAlert]]:
        """A conversation, and the alerts that were logged for it by their names. Strongly consistent."""
        values = {":pk": conversation_key(key)["pk"], ":first": "ALERT#", ":last": "CASE"}
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(values),
            ConsistentRead=True,
        )
        conversation, logged = Conversation(key), dict[str, LoggedAlert]()
        for record in records:
            if record["sk"] == "CASE":
                conversation = conversation_of(record)
            else:
                logged[alert_in(record["sk"])] = restore(LoggedAlert, FORMATS.current(record)["alert"])
        return conversation, logged

    def intend(self, key: str, name: str, alert: Mapping[str, Any], attempt: int, now: datetime) -> bool:
        """Log that an alert is about to be sent, the ``attempt``-th time (1 for the first) as far as is known.

        False, and nothing is written, where it was logged by somebody else meanwhile: it must not be sent.
        """
        intended = {**alert, "outcome": AlertOutcome.SENDING, "attempts": attempt}
        condition = "(alert.attempts = :before AND alert.outcome IN (:sending, :refused))"
        if attempt == 1:
            condition += " OR attribute_not_exists(pk)"
        values = {":before": attempt - 1, ":sending": AlertOutcome.SENDING, ":refused": AlertOutcome.REFUSED}
        request = self._put(key, name, intended, now)
        request["ConditionExpression"] = condition
        request["ExpressionAttributeValues"] = to_item(values)
        try:
            self._client.put_item(**request)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def record(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> None:
        """Log what became of an alert, in place of what is logged."""
        self._client.put_item(**self._put(key, name, alert, now))

    def _put(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> "PutItemInputTypeDef":
        expiry = {"expires_at": int((now + self._retention).timestamp())}
        return {"TableName": self._table, "Item": to_item(FORMATS.stamped(alert_record(key, name, alert) | expiry))}
