"""What action links are bound to, in the case table: one item for each link. DynamoDB deletes it after it expires."""

from typing import TYPE_CHECKING

from earshot.alerting.links.link import Link
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.codec import plain, restore

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class LinkTable:
    """Items ``LINK#id``. DynamoDB deletes them late, so readers check ``expires_at`` as well."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def put_link(self, link: Link) -> None:
        """Store a link. That of a retry replaces the first one, and differs from it only in when it expires."""
        record = {**_key(link.id), "link": plain(link), "expires_at": int(link.expires_at.timestamp())}
        self._client.put_item(TableName=self._name, Item=to_item(record))

    def find_link(self, link_id: str) -> Link | None:
        """The link with this id, None where there is none (any more)."""
        item = self._client.get_item(TableName=self._name, Key=to_item(_key(link_id)), ConsistentRead=True).get("Item")
        return None if item is None else restore(Link, from_item(item)["link"])


def _key(link_id: str) -> dict[str, str]:
    return {"pk": f"LINK#{link_id}", "sk": "LINK"}
