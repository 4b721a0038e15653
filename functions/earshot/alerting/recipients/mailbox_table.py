"""The stored log of mailboxes: one item of the case table, replaced by whoever has read its latest version."""

from dataclasses import replace
from typing import TYPE_CHECKING

from earshot.alerting.recipients.mailboxes import MailboxLog
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.formats.steps import FORMATS
from earshot.errors import ConflictError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": "SETTINGS#mailboxes", "sk": "SETTINGS"}


class MailboxTable:
    """From when on each mailbox gets alerts. It does not expire."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def mailbox_log(self) -> MailboxLog:
        """The log as it is now; an empty one of version 0 where none was ever stored."""
        item = self._client.get_item(TableName=self._table, Key=to_item(_KEY), ConsistentRead=True).get("Item")
        return MailboxLog() if item is None else restore(MailboxLog, FORMATS.current(from_item(item))["mailboxes"])

    def save_mailbox_log(self, log: MailboxLog) -> None:
        """Store a changed log. ConflictError if somebody changed it meanwhile."""
        written = replace(log, version=log.version + 1)
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(FORMATS.stamped({**_KEY, "version": written.version, "mailboxes": plain(written)})),
                ConditionExpression="attribute_not_exists(pk) OR version = :version",
                ExpressionAttributeValues=to_item({":version": log.version}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise ConflictError("Another run has changed the log of mailboxes meanwhile.") from None
