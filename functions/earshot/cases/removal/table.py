"""What the sweep reads of the case table, and the receipts of removals in it.

A receipt is written before anything is removed, under a key that follows from when it was noticed, and again when it is
done. So a run that died is repeated, and a receipt without an end names what is still to be done.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import Item, from_item, read_all, to_item
from earshot.cases.case.status import Status
from earshot.cases.removal.receipt import Receipt
from earshot.cases.store.codec import stored_mention
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import CORRECTIONS, conversation_key, conversation_of, mention_in, mention_key
from earshot.cases.store.listing import BY_AUTHOR, BY_CONVERSATION, BY_DAY, BY_URGENCY, Listing, read_items
from earshot.cases.stored_mention import StoredMention
from earshot.timestamps import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# Of each status of the cases that staff work through, the most urgent.
_MOST_SHOWN = 300
_SHOWN = (Status.OPEN, Status.ACKNOWLEDGED, Status.REPLIED)
_ASKED, _ASKED_KEPT = "REMOVALS#asked", timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AskedRemoval:
    """Somebody who is not its source wants a post to be gone."""

    source: str
    id: str
    by: str
    at: datetime


class RemovalTable:
    """Adapter of the case table."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def shown(self, source: str) -> Sequence[str]:
        """The keys of the posts that cases show which staff work through, the most urgent cases first."""
        keys: dict[str, None] = {}
        for status in _SHOWN:
            request: dict[str, Any] = Listing(BY_URGENCY, str(status)).request(self._name) | {"Limit": _MOST_SHOWN}
            answer = self._client.query(**request)
            ours = [one for one in answer["Items"] if str(one["pk"].get("S")).startswith(f"CASE#{source}-")]
            for record in read_items(self._client, self._name, ours):
                case = None if record is None or not FORMATS.knows(record) else conversation_of(record).case
                if case is not None and case.incident is None:
                    ids = (case.posts.headline.id, *(post.id for post in case.posts.other_posts))
                    keys |= dict.fromkeys(f"{source}#{id}" for id in ids)
        return list(keys)

    def written_on(self, day: date, source: str, before: str | None, most: int) -> Sequence[tuple[str, str]]:
        """At most so many posts of a source that were written on a day (UTC), the latest first: key and place.

        ``before`` is the place of the last one that was given before.
        """
        request: dict[str, Any] = Listing(BY_DAY, day.isoformat()).request(self._name)
        names = {**request["ExpressionAttributeNames"], "#origin": "origin"}
        values = {**request["ExpressionAttributeValues"], ":source": {"S": source}}
        if before is not None:
            request["KeyConditionExpression"] += " AND #order < :before"
            names["#order"], values[":before"] = BY_DAY.order, {"S": before}
        request |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        found: list[tuple[str, str]] = []
        for record in read_all(self._client, **request, FilterExpression="#origin = :source"):
            found.append((mention_in(record["pk"]), record["day_order"]))
            if len(found) == most:
                break
        return found

    def by_author(self, author_key: str, most: int) -> Sequence[str]:
        """The keys of an author's latest posts, at most so many."""
        request: dict[str, Any] = Listing(BY_AUTHOR, author_key).request(self._name) | {"Limit": most}
        keys = (str(item["pk"].get("S")) for item in self._client.query(**request)["Items"])
        return [mention_in(key) for key in keys if key.startswith("MENTION#")]

    def kept(self, keys: Sequence[str]) -> Sequence[StoredMention]:
        """Those of these posts whose text is stored, in their order. Reposts have that of their original."""
        wanted = [to_item(mention_key(key)) for key in keys]
        records = read_items(self._client, self._name, wanted, consistent=True)
        known = [one for one in records if one is not None and "mention" in one and "forgotten_at" not in one]
        posts = [stored_mention(one) for one in known if FORMATS.knows(one)]
        return [post for post in posts if not post.mention.is_repost]

    def ask(self, source: str, id: str, by: str, at: datetime) -> None:
        """Note that a post is to be removed: the next sweep does it, whatever its source says.

        Asked again before that, it is what was asked for first, of which there may be a receipt.
        """
        key = {"pk": _ASKED, "sk": f"{source}#{id}"}
        asked = {"asked": {"source": source, "id": id, "by": by, "at": rfc3339(at)}}
        expiry = {"expires_at": int((at + _ASKED_KEPT).timestamp())}
        try:
            self._client.put_item(
                TableName=self._name,
                Item=to_item(key | asked | expiry),
                ConditionExpression="attribute_not_exists(pk) OR attribute_exists(done_at)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def asked(self) -> Sequence[AskedRemoval]:
        """The removals that were asked for and are not done."""
        records = read_all(
            self._client,
            TableName=self._name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": _ASKED}),
            ConsistentRead=True,
        )
        return [
            AskedRemoval(one["source"], one["id"], one["by"], parse_rfc3339(one["at"], "at"))
            for record in records
            if "done_at" not in record
            for one in (record["asked"],)
        ]

    def note_done(self, asked: AskedRemoval, now: datetime) -> None:
        """What was asked for is done, or there was nothing to remove."""
        self._client.update_item(
            TableName=self._name,
            Key=to_item({"pk": _ASKED, "sk": f"{asked.source}#{asked.id}"}),
            UpdateExpression="SET done_at = :now",
            ExpressionAttributeValues=to_item({":now": rfc3339(now)}),
        )

    def receipts(self, days: Sequence[date]) -> Iterator[Receipt]:
        """The receipts of what was noticed from the first to the last of these days (UTC), the latest first."""
        # A time stands between its day and the next one.
        between = {":first": days[0].isoformat(), ":after": (days[-1] + timedelta(days=1)).isoformat()}
        for month in sorted({f"{day:%Y-%m}" for day in days}, reverse=True):
            request = {
                "TableName": self._name,
                "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :after",
                "ExpressionAttributeValues": to_item({":pk": f"REMOVALS#{month}", **between}),
                "ScanIndexForward": False,
            }
            for item in self._pages(request):
                yield Receipt.from_record(from_item(item)["receipt"])

    def write(self, receipt: Receipt, *, only_existing: bool = False) -> None:
        """Store a receipt, for ever: it says nothing of anybody. One that is done already stays as it is.

        ``only_existing``: where it was stored before, and not where the post went for another reason.
        """
        key = {"pk": f"REMOVALS#{receipt.month}", "sk": receipt.order}
        done = {} if receipt.removed_at is None else {"removed_at": rfc3339(receipt.removed_at)}
        condition = "attribute_not_exists(removed_at)" + (" AND attribute_exists(pk)" if only_existing else "")
        try:
            self._client.put_item(
                TableName=self._name,
                Item=to_item(key | {"receipt": receipt.to_record()} | done),
                ConditionExpression=condition,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def expire(self, key: Mapping[str, str], now: datetime) -> bool:
        """Have DynamoDB delete an item: no function may. False where it expires already."""
        try:
            self._client.update_item(
                TableName=self._name,
                Key=to_item(key),
                UpdateExpression="SET expires_at = :now",
                ConditionExpression="expires_at > :now",
                ExpressionAttributeValues=to_item({":now": int(now.timestamp())}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def partition(self, conversation: str, prefix: str = "") -> Iterator[Item]:
        """The case, its log and its alerts; with ``prefix`` those of which the sort key begins so."""
        values = {":pk": conversation_key(conversation)["pk"]}
        if not prefix:
            return self._query("pk = :pk", values)
        return self._query("pk = :pk AND begins_with(sk, :prefix)", values | {":prefix": prefix})

    def corrections(self, since: datetime) -> Iterator[Item]:
        """What staff said of judgements since then."""
        return self._query("pk = :pk AND sk >= :first", {":pk": CORRECTIONS, ":first": rfc3339(since)})

    def listed(self, conversation: str) -> Iterator[Item]:
        """The posts that the index of conversations has there."""
        request: dict[str, Any] = Listing(BY_CONVERSATION, conversation).request(self._name)
        for entry in self._pages(request):
            yield from self.items([{"pk": entry["pk"], "sk": entry["sk"]}])

    def items(self, keys: Sequence[Item]) -> Iterator[Item]:
        """The items with these keys, as far as they are stored."""
        for key in keys:
            item = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")
            if item is not None:
                yield item

    def _query(self, condition: str, values: Mapping[str, str]) -> Iterator[Item]:
        request = {"TableName": self._name, "KeyConditionExpression": condition, "ConsistentRead": True}
        return self._pages(request | {"ExpressionAttributeValues": to_item(values)})

    def _pages(self, request: Mapping[str, Any]) -> Iterator[Item]:
        wanted = dict(request)
        while True:
            answer: Any = self._client.query(**wanted)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            wanted["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
