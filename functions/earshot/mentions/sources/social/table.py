"""The table that stores the brand's accounts on the networks beside X: one item of the source table."""

from typing import TYPE_CHECKING

from earshot.aws.settings.stored_text import StoredText

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "accounts"}}


class AccountsTable(StoredText):
    """Stores the text that ``parse_accounts`` reads; empty where no account was ever added."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        super().__init__(client, table, _KEY)
