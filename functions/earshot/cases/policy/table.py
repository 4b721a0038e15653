"""The service-level policy of a deployed brand: one item of the case table, changed without a deployment."""

from typing import TYPE_CHECKING

from earshot.aws.settings.stored_text import StoredText

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEY = {"pk": {"S": "SETTINGS#policy"}, "sk": {"S": "SETTINGS"}}


class PolicyTable(StoredText):
    """Stores the text of the policy file."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        super().__init__(client, table, _KEY)
