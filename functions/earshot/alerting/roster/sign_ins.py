"""Who has signed in lately: one item of the case table each, all under one partition key, so that one query reads them.

Cognito knows who may sign in; asking it would take a permission that reads every account. That somebody opened the
console is all that is needed here, and it is forgotten after a while.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.alerting.roster.people import SignIn
from earshot.aws.dynamodb import read_all, to_item
from earshot.cases.store.codec import plain, restore
from earshot.cases.store.formats.steps import FORMATS

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_PK = "COLLEAGUES"
# Whoever has not opened the console for so long has left, or has no case given to them.
REMEMBERED = timedelta(days=60)


class SignInTable:
    """Who signed in, when they did last, and with which role."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def note(self, sign_in: SignIn) -> None:
        """Somebody signed in."""
        expires_at = int((sign_in.at + REMEMBERED).timestamp())
        record = {"pk": _PK, "sk": sign_in.name.casefold(), "sign_in": plain(sign_in), "expires_at": expires_at}
        self._client.put_item(TableName=self._table, Item=to_item(FORMATS.stamped(record)))

    def since(self, now: datetime) -> tuple[SignIn, ...]:
        """Who has signed in within ``REMEMBERED`` before ``now``. DynamoDB deletes the others some time later."""
        records = read_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": _PK}),
        )
        found = (restore(SignIn, record["sign_in"]) for record in map(FORMATS.current, records))
        return tuple(one for one in found if now - one.at < REMEMBERED)
