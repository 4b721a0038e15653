"""The case table in DynamoDB: the strongly consistent reads that decisions are made on, and every write.

One partition holds one customer's conversation: its case (``sk`` CASE), its log (LOG#...) and, in ``notification_log``,
the alerts for it (ALERT#...).
Every change of a conversation names the version it was made from, so that no change of another writer is overwritten. A
mention is put only where there is none, so that a second delivery changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import Item, Record, from_item, read_all, to_item
from earshot.aws.formats import FIELD
from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.conversation.replies import AwaitedPost, Participant
from earshot.cases.store.codec import known_post, stored_mention
from earshot.cases.store.formats.retention import Retention, retention_of
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import (
    DUE_SHARD,
    author_key,
    author_of,
    author_record,
    awaited_record,
    changed_record,
    conversation_in,
    conversation_key,
    conversation_of,
    conversation_of_item,
    day_counts_key,
    edit_record,
    entry_records,
    member_records,
    mention_key,
    mention_record,
    participant_key,
    participant_of,
    participant_record,
    participants_of,
    post_of,
    verdict_records,
)
from earshot.cases.store.listing import BY_CONVERSATION, Listing, read_listed
from earshot.cases.store.mention_counts import late_days
from earshot.cases.stored_mention import KnownPost, MentionWrite, StoredMention
from earshot.errors import ConflictError, DuplicateError
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        KeysAndAttributesTypeDef,
        PutTypeDef,
        TransactWriteItemTypeDef,
    )

BATCH_GET_MOST = 100
SLOT_SECONDS = 3600
MOST_TRIES = 6
_CONFLICTS = {"ConditionalCheckFailed", "TransactionConflict"}


class CaseTable:
    """Adapter of the case table. ``retention`` is how long an item is kept after its last change."""

    def __init__(self, client: "DynamoDBClient", name: str, retention: timedelta | Retention) -> None:
        self._client = client
        self._name = name
        self._expiry = retention_of(retention).expiry

    def known(self, keys: Sequence[str]) -> dict[str, KnownPost]:
        """Those of the keys whose mentions are stored already: only the others, and what is news, need to be judged."""
        wanted = "pk, edits, baseline, forgotten_at, #format"
        records = self._read_many([mention_key(key) for key in dict.fromkeys(keys)], wanted, {"#format": FIELD})
        # What DynamoDB left unread counts as unknown: it is judged again, and the conditional put decides.
        return {record["pk"].removeprefix("MENTION#"): known_post(record) for record in records if "edits" in record}

    def conversations_and_authors(
        self, conversations: Iterable[str], authors: Iterable[str]
    ) -> tuple[dict[str, Conversation], dict[str, AuthorCases]]:
        """Conversations, and what is known of authors, by their keys. What is not stored is left out.

        So is what a newer release stored, so that it keeps nobody from the others: who asks for it alone is told.
        Incomplete where DynamoDB leaves something unread under load: good enough to weigh a judgement.
        """
        keys = [*map(conversation_key, dict.fromkeys(conversations)), *map(author_key, dict.fromkeys(authors))]
        records = [record for record in self._read_many(keys) if FORMATS.knows(record)]
        known = [author_of(record) for record in records if record["sk"] == "AUTHOR"]
        stored = [conversation_of(record) for record in records if record["sk"] != "AUTHOR"]
        return {conversation.key: conversation for conversation in stored}, {author.key: author for author in known}

    def urgencies(self, keys: Sequence[str]) -> dict[str, int]:
        """The urgency of each of these cases, 0 to 100. What DynamoDB leaves unread under load is left out."""
        records = self._read_many([conversation_key(key) for key in dict.fromkeys(keys)], "pk, urgency_order")
        orders = {record["pk"]: record["urgency_order"] for record in records if "urgency_order" in record}
        return {conversation_in(pk): int(order.partition("#")[0]) for pk, order in orders.items()}

    def post(self, key: str) -> StoredMention | AwaitedPost:
        """A stored mention, by its own key or that of a later version; else which posts of the brand wait for it."""
        record = self._get(mention_key(key))
        if record is not None and "edit_of" in record:
            record = self._get(mention_key(record["edit_of"]))
        return AwaitedPost(key) if record is None else post_of(record)

    def posts(self, conversation: str) -> tuple[StoredMention, ...]:
        """The posts of a customer's conversation, in no order. Read from an index, which lags."""
        records = read_listed(self._client, self._name, Listing(BY_CONVERSATION, conversation))
        return tuple(map(stored_mention, records))

    def participant(self, wanted: Participant) -> Participant:
        """Somebody in a conversation on the network; ``wanted`` itself, in version 0, where they are not stored."""
        record = self._get(participant_key(wanted))
        return wanted if record is None else participant_of(record)

    def participants(self, thread: str, brand: str) -> Iterator[Participant]:
        """Everybody in a conversation on the network with a brand, by name."""
        records = read_all(
            self._client,
            TableName=self._name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues=to_item(participants_of(thread, brand)),
        )
        return map(participant_of, records)

    def conversation(self, key: str) -> Conversation:
        """A conversation as it is now. One that is not stored is empty and has version 0."""
        return self._get(conversation_key(key), conversation_of_item) or Conversation(key)

    def author(self, key: str) -> AuthorCases:
        """What is known of an author; empty where nothing is stored."""
        record = self._get(author_key(key))
        return AuthorCases(key) if record is None else author_of(record)

    def put_mention(self, stored: StoredMention) -> None:
        """Store a mention that changes no case. DuplicateError where it is stored already."""
        try:
            self._client.put_item(**self._put(mention_record(stored), stored.ingested_at, version=stored.version))
        except self._client.exceptions.ConditionalCheckFailedException:
            raise DuplicateError(f"{stored.mention.key} is stored already.") from None
        self._recount((stored,), stored.ingested_at)

    def save(
        self,
        changes: Sequence[tuple[Conversation, Sequence[LogEntry]]],
        *,
        now: datetime,
        mention: MentionWrite | None = None,
        author: AuthorCases | None = None,
    ) -> None:
        """Write conversations with their log entries, and the mention that changed them, in one transaction.

        DuplicateError: the mention is stored already. ConflictError: a conversation or the author has changed since.
        """
        puts = [] if mention is None else list(self._mention_puts(mention, now))
        for conversation, entries in changes:
            puts.append(self._put(changed_record(conversation, now), now, version=conversation.version))
            puts.extend(self._put(record, now) for record in entry_records(conversation, entries))
            puts.extend(self._put(record, now) for record in verdict_records(conversation, entries))
            puts.extend(self._put(record, now) for record in member_records(conversation))
        if author is not None:
            puts.append(self._put(author_record(author), now, version=author.version))
        try:
            self._client.transact_write_items(
                TransactItems=[
                    *({"Put": put} for put in puts),
                    *map(self._refile, () if mention is None else mention.refiled.items()),
                ]
            )
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
            count = 0 if mention is None else 1 + len(mention.others)
            if mention is not None and "ConditionalCheckFailed" in codes[:count]:
                raise DuplicateError(f"{mention.stored.mention.key} is stored already.") from None
            if _CONFLICTS.intersection(codes):
                named = [conversation.key for conversation, _ in changes]
                named += [author.key if author is not None else "It"]
                raise ConflictError(f"{named[0]} was changed by somebody else meanwhile.") from None
            raise
        if mention is not None:
            self._recount((mention.stored, *mention.others), now)

    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation:
        """Read a conversation, write what ``decide`` returns for it, and return what is stored then.

        Where another writer was faster it is read and decided again; ConflictError after ``MOST_TRIES``. Nothing is
        written where ``decide`` returns None or raises.
        """
        for _ in range(MOST_TRIES):
            conversation = self.conversation(key)
            decided = decide(conversation)
            if decided is None:
                return conversation
            try:
                self.save([decided], now=now)
            except ConflictError:
                continue
            return decided[0].at_version(conversation.version + 1)
        raise ConflictError(f"{key} was changed {MOST_TRIES} times meanwhile: try again.")

    def take_slot(self, name: str, most: int, now: datetime) -> bool:
        """Count one more under ``name``, over all functions; False where that would be more than ``most``."""
        try:
            self._client.update_item(
                TableName=self._name,
                Key=to_item({"pk": f"SLOT#{name}", "sk": "SLOT"}),
                UpdateExpression="ADD taken :one SET expires_at = :expires_at",
                ConditionExpression="attribute_not_exists(taken) OR taken < :most",
                ExpressionAttributeValues=to_item(
                    {":one": 1, ":most": most, ":expires_at": int(now.timestamp()) + SLOT_SECONDS}
                ),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def due(self, now: datetime) -> Iterator[str]:
        """The keys of the conversations that are due for the escalator at ``now``, the longest overdue first."""
        for record in self._due("due_shard = :shard AND due_at <= :now", {":now": rfc3339(now)}):
            yield conversation_in(record["pk"])

    def next_due(self) -> datetime | None:
        """When the next conversation is due for the escalator, None where none ever is."""
        first = self._due("due_shard = :shard", {}, Limit=1)
        return next((datetime.fromisoformat(record["due_at"]) for record in first), None)

    def _due(self, condition: str, values: Mapping[str, str], **paging: Any) -> Iterator[Record]:
        where = {"TableName": self._name, "IndexName": "due", "KeyConditionExpression": condition}
        given = to_item({":shard": DUE_SHARD, **values})
        return read_all(self._client, **where, ExpressionAttributeValues=given, **paging)

    def _read_many(
        self, keys: Sequence[Mapping[str, str]], attributes: str | None = None, names: Mapping[str, str] | None = None
    ) -> Iterator[Record]:
        """The records with these keys, as far as they are stored; ``attributes`` alone, where it is given."""
        for start in range(0, len(keys), BATCH_GET_MOST):
            asked = [to_item(key) for key in keys[start : start + BATCH_GET_MOST]]
            wanted: KeysAndAttributesTypeDef = {"Keys": asked, "ConsistentRead": True}
            if attributes is not None:
                wanted["ProjectionExpression"] = attributes
            if names is not None:
                wanted["ExpressionAttributeNames"] = names
            answer = self._client.batch_get_item(RequestItems={self._name: wanted})
            yield from map(from_item, answer["Responses"].get(self._name, []))

    def _mention_puts(self, write: MentionWrite, now: datetime) -> "Iterator[PutTypeDef]":
        """The puts of a mention, first, and of what is written beside it."""
        for stored in (write.stored, *write.others):
            yield self._put(mention_record(stored), now, version=stored.version)
        for edit in write.edit_ids:
            yield self._put(edit_record(edit, write.stored.mention.key), now, version=edit.version)
        if write.awaited is not None:
            yield self._put(awaited_record(write.awaited), now, version=write.awaited.version)
        if write.participant is not None:
            yield self._put(participant_record(write.participant), now, version=write.participant.version)

    def _refile(self, refiled: tuple[str, str]) -> "TransactWriteItemTypeDef":
        """The update of a post of the brand that belongs to a conversation after all."""
        key, conversation = refiled
        return {
            "Update": {
                "TableName": self._name,
                "Key": to_item(mention_key(key)),
                "UpdateExpression": "SET conversation = :conversation, case_conversation = :conversation",
                "ConditionExpression": "attribute_exists(mention)",
                "ExpressionAttributeValues": to_item({":conversation": conversation}),
            }
        }

    def _recount(self, mentions: Sequence[StoredMention], now: datetime) -> None:
        """Say of days that have one late mention more: whoever has counted them counts them again.

        Not in the transaction: those of a day would wait for each other. At worst a report misses a post.
        """
        for day in late_days(mentions):
            values = {":one": 1, ":expires_at": self._expiry("", now)}
            self._client.update_item(
                TableName=self._name,
                Key=to_item(day_counts_key(day)),
                UpdateExpression="ADD late :one SET expires_at = if_not_exists(expires_at, :expires_at)",
                ExpressionAttributeValues=to_item(values),
            )

    def _get(self, key: Mapping[str, str], read: Callable[[Item], Any] = from_item) -> Any:
        item = self._client.get_item(TableName=self._name, Key=to_item(key), ConsistentRead=True).get("Item")
        return None if item is None else read(item)

    def _put(self, record: Mapping[str, Any], at: datetime, *, version: int | None = None) -> "PutTypeDef":
        """A put of ``record``. ``version`` is the one that it may replace: 0 for no item, None for any."""
        item = to_item(FORMATS.stamped({**record, "expires_at": self._expiry(str(record["pk"]), at)}))
        put: PutTypeDef = {"TableName": self._name, "Item": item}
        if version == 0:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        elif version is not None:
            put["ConditionExpression"] = "version = :version"
            put["ExpressionAttributeValues"] = to_item({":version": version})
        return put
