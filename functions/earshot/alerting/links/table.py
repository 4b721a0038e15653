"""What links are bound to, in the case table: one item for each link, which DynamoDB deletes when it has expired."""

from typing import Any

from earshot.alerting.links.link import Link
from earshot.aws.dynamodb import from_item, to_item
from earshot.cases.store.codec import plain, restore


class LinkTable:
    """Items ``LINK#id``. DynamoDB deletes late: whoever reads a link looks at ``expires_at`` as well."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def put_link(self, link: Link) -> None:
        """Store a link; the one of a retry takes the place of the first, with which it agrees but for its end."""
        record = {**_key(link.id), "link": plain(link), "expires_at": int(link.expires_at.timestamp())}
        self._client.put_item(TableName=self._name, Item=to_item(record))

    def find_link(self, link_id: str) -> Link | None:
        """The link of this id, None where there is none (any more)."""
        item = self._client.get_item(TableName=self._name, Key=to_item(_key(link_id)), ConsistentRead=True).get("Item")
        return None if item is None else restore(Link, from_item(item)["link"])


def _key(link_id: str) -> dict[str, str]:
    return {"pk": f"LINK#{link_id}", "sk": "LINK"}
