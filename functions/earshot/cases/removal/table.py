"""What a sweep reads of the case table, and how a post is taken out of it: by keys and indexes, and with a receipt.

The receipt is written before anything is removed, under a key that follows from when it was noticed, and again when it
is done. So a run that died is repeated, and a receipt without an end names what is still to be done.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import Item, from_item, read_all, to_item
from earshot.cases.case.status import Status
from earshot.cases.conversation.forgetting import REMOVED
from earshot.cases.removal.item_removal import ItemRemoval, Swept
from earshot.cases.removal.receipt import ASKED, Receipt
from earshot.cases.removal.redactor import Redactor
from earshot.cases.removal.subject import Kind, Subject
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.codec import stored_mention
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import (
    ALERT,
    CORRECTIONS,
    author_key,
    conversation_key,
    conversation_of,
    mention_in,
    mention_key,
    reposts_of,
)
from earshot.cases.store.listing import BY_AUTHOR, BY_CONVERSATION, BY_DAY, BY_URGENCY, Listing, read_items
from earshot.cases.stored_mention import StoredMention
from earshot.errors import ConflictError
from earshot.timestamps import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

SWEEP = "earshot sweep"
"""Who removes what is gone at its source, as logs and receipts name it."""
# What was being written while a post was removed is found by the next pass.
_MOST_PASSES = 4
# Of each status of the cases that staff work through, the most urgent.
_MOST_SHOWN = 300
_SHOWN = (Status.OPEN, Status.ACKNOWLEDGED, Status.REPLIED)
# Cases that were told of by one text message: of more than a crowd the others expire with their logs.
_MOST_TOLD_WITH = 1_000
_ASKED, _ASKED_KEPT = "REMOVALS#asked", timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AskedRemoval:
    """Somebody who is not its source wants a post to be gone."""

    source: str
    id: str
    by: str
    at: datetime


class RemovalTable:
    """Adapter of the case table. ``table`` changes cases as everybody changes them."""

    def __init__(self, client: "DynamoDBClient", name: str, table: CaseTable) -> None:
        self._client = client
        self._name = name
        self._table = table

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
                    ids = (case.headline.id, *(post.id for post in case.other_posts))
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

    def remove(self, post: StoredMention, reason: str, noticed_at: datetime, now: datetime, by: str = SWEEP) -> None:
        """Take a post out of all that is stored, with a receipt. It can be repeated.

        ConflictError where it is written to faster than it can be removed.
        """
        mention = post.mention
        receipt = Receipt.of_post(mention.source, mention.id, reason, noticed_at, by)
        self._write(receipt)
        why = f"removed: {reason} at its source" if reason != ASKED else "removed on request"
        self._write(receipt.done(now, self._empty(post, by, why, now)))

    def ask(self, source: str, id: str, by: str, at: datetime) -> None:
        """Note that a post is to be removed: the next sweep does it, whatever its source says."""
        key = {"pk": _ASKED, "sk": f"{source}#{id}"}
        asked = {"asked": {"source": source, "id": id, "by": by, "at": rfc3339(at)}}
        expiry = {"expires_at": int((at + _ASKED_KEPT).timestamp())}
        self._client.put_item(TableName=self._name, Item=to_item(key | asked | expiry))

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

    def remove_asked(self, asked: AskedRemoval, now: datetime) -> bool:
        """Remove what somebody asked for; False where no such post is stored (any more)."""
        posts = self.kept([f"{asked.source}#{asked.id}"])
        for post in posts:
            self.remove(post, ASKED, asked.at, now, asked.by)
        self._client.update_item(
            TableName=self._name,
            Key=to_item({"pk": _ASKED, "sk": f"{asked.source}#{asked.id}"}),
            UpdateExpression="SET done_at = :now",
            ExpressionAttributeValues=to_item({":now": rfc3339(now)}),
        )
        return bool(posts)

    def receipts(self, month: str, most: int) -> Sequence[Receipt]:
        """The receipts of what was noticed in a month (``2026-11``), the latest first, at most so many."""
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": f"REMOVALS#{month}"}),
            ScanIndexForward=False,
            Limit=most,
        )
        return [Receipt.from_record(from_item(item)["receipt"]) for item in answer["Items"]]

    def _write(self, receipt: Receipt) -> None:
        """For ever: it says nothing of anybody. Where it is done already, what was done first stays."""
        key = {"pk": f"REMOVALS#{receipt.month}", "sk": receipt.order}
        done = {} if receipt.removed_at is None else {"removed_at": rfc3339(receipt.removed_at)}
        try:
            self._client.put_item(
                TableName=self._name,
                Item=to_item(key | {"receipt": receipt.to_record()} | done),
                ConditionExpression="attribute_not_exists(removed_at)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def _empty(self, post: StoredMention, by: str, why: str, now: datetime) -> Mapping[str, int]:
        """Empty all that has the post; how many items of which kind."""
        subject, redactor = self._subject_of(post)
        swept = Swept()
        removal = ItemRemoval(
            self._client, self._name, subject, redactor, by, now, swept, partial(self._expire, now), why
        )
        for _ in range(_MOST_PASSES):
            before = swept.counts.total(), swept.missed
            removal.others(self._items_about(post, subject))
            # What says that it is not done goes last: until then a run that died finds it again.
            removal.own(self._table, self._own_items(post, subject))
            if (swept.counts.total(), swept.missed) == before:
                return swept.counts
        raise ConflictError(f"{post.mention.key} is written to while it is removed: the next run goes on.")

    def _subject_of(self, post: StoredMention) -> tuple[Subject, Redactor]:
        mention, texts = post.mention, {post.mention.text}
        subject = Subject(Kind.POST, mention.source, mention.id, posts={mention.id, *mention.edit_ids}, texts=texts)
        subject.takes_author = not mention.own
        if post.conversation is not None and not mention.own:
            subject.cases[post.conversation] = {mention.id}
            case = self._table.conversation(post.conversation).case
            others = [one.mention for one in self._table.posts(post.conversation) if not one.mention.own]
            others = [one for one in others if one.id != mention.id and one.author.id == mention.author.id]
            subject.takes_author = all(one.text == REMOVED for one in others)
            if subject.takes_author:
                subject.ids.add(mention.author.id)
                # They were forgotten before, with the author's name left: now that goes, too.
                subject.posts |= {one.id for one in others}
            if case is not None and case.headline.id in subject.posts and case.headline.text != REMOVED:
                texts.add(case.headline.text)
        author = mention.author
        handles = {author.handle.lower()} if subject.takes_author and author.handle else set[str]()
        names = {author.name} if subject.takes_author and author.name else set[str]()
        return subject, Redactor(handles, names, texts - {REMOVED})

    def _items_about(self, post: StoredMention, subject: Subject) -> Iterator[Item]:
        """What may have the words of the post: its case with log and alerts, the same alerts in other cases, the
        incident that it is in, corrections, what is known of its author, and its reposts."""
        mention = post.mention
        for key in subject.cases:
            case = self._table.conversation(key).case
            told_with: dict[str, None] = {}
            for item in self._partition(key):
                alert: Mapping[str, Any] = from_item(item).get("alert") or {} if _is_alert(item) else {}
                told_with |= dict.fromkeys(alert.get("told_with", ()))
                yield item
            others = [one for one in told_with if one != key][:_MOST_TOLD_WITH]
            incidents = [case.incident_id] if case is not None and case.incident_id is not None else []
            for other in others:
                yield from self._partition(other, ALERT)
            for incident in incidents:
                yield from self._partition(incident)
            if case is not None and case.assessment.original is not None:
                first = rfc3339(case.opened_at)
                yield from self._query("pk = :pk AND sk >= :first", {":pk": CORRECTIONS, ":first": first})
            if subject.takes_author:
                thread = {"pk": f"THREAD#{mention.conversation_key}"}
                names = [mention.author.id, *([mention.author.handle.lower()] if mention.author.handle else [])]
                prefix = f"PARTICIPANT#{mention.brand.lower()}#"
                yield from self._items([to_item(thread | {"sk": prefix + name}) for name in names])
        yield from self._items([to_item(author_key(mention.author_key))])
        yield from self._listed(reposts_of(mention.key))

    def _own_items(self, post: StoredMention, subject: Subject) -> Callable[[], Iterator[Item]]:
        def items() -> Iterator[Item]:
            yield from self._items([to_item(mention_key(post.mention.key))])
            if subject.takes_author:
                for key in subject.cases:
                    yield from self._listed(key)

        return items

    def _expire(self, now: datetime, key: Mapping[str, str]) -> bool:
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

    def _partition(self, conversation: str, prefix: str = "") -> Iterator[Item]:
        values = {":pk": conversation_key(conversation)["pk"]}
        if not prefix:
            return self._query("pk = :pk", values)
        return self._query("pk = :pk AND begins_with(sk, :prefix)", values | {":prefix": prefix})

    def _listed(self, conversation: str) -> Iterator[Item]:
        """The items of an entry of the index of conversations."""
        request: dict[str, Any] = Listing(BY_CONVERSATION, conversation).request(self._name)
        for entry in self._pages(request):
            yield from self._items([{"pk": entry["pk"], "sk": entry["sk"]}])

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

    def _items(self, keys: Sequence[Item]) -> Iterator[Item]:
        for key in keys:
            item = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")
            if item is not None:
                yield item


def _is_alert(item: Item) -> bool:
    return item["sk"]["S"].startswith(ALERT)
