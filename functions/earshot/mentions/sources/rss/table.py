"""The table that stores which feeds a stack listens to: one item of the source table, changed without a deployment."""

from typing import TYPE_CHECKING

from earshot.aws.settings.stored_text import StoredText

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "feeds"}}


class FeedsTable(StoredText):
    """Stores the text that ``parse_subscriptions`` reads; empty where no feed was ever added."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        super().__init__(client, table, _KEY)
