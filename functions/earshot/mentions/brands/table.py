"""The table that stores the brands of a stack: one item of the source table, changed without a deployment."""

from typing import TYPE_CHECKING

from earshot.aws.settings.stored_text import StoredText

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "brands"}}


class BrandsTable(StoredText):
    """Stores the text of the brand file. Where none was ever stored, the template's parameters name the brands."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        super().__init__(client, table, _KEY)
