"""The case table in DynamoDB: what decisions are read from, all strongly consistent, and every write.

One partition holds one thread: its case (``sk`` CASE), its log (LOG#...) and the alerts sent for it (ALERT#...).
Every change of a thread names the version it was made from, so nothing is overwritten unseen; a mention is put
only where there is none, so that being delivered twice changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from earshot.aws.dynamodb import from_item, read_all, to_item
from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.ingest import StoredMention
from earshot.cases.store.codec import stored_mention
from earshot.cases.store.keys import (
    DUE_SHARD,
    alert_names,
    alert_record,
    author_key,
    author_of,
    author_record,
    entry_records,
    member_records,
    mention_key,
    mention_record,
    thread_key,
    thread_of,
    thread_record,
    verdict_records,
)
from earshot.errors import ConflictError, DuplicateError
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent

BATCH_GET_MOST = 100
SLOT_SECONDS = 3600
MOST_TRIES = 6
_CONFLICTS = {"ConditionalCheckFailed", "TransactionConflict"}


class CaseTable:
    """``retention`` is how long after its last change an item is kept."""

    def __init__(self, client: Any, name: str, retention: timedelta) -> None:
        self._client = client
        self._name = name
        self._retention = retention

    def known(self, keys: Sequence[str]) -> frozenset[str]:
        """Which of these mentions are stored already, so that the others alone need judging."""
        found: set[str] = set()
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), BATCH_GET_MOST):
            batch = [to_item(mention_key(key)) for key in wanted[start : start + BATCH_GET_MOST]]
            request = {self._name: {"Keys": batch, "ProjectionExpression": "pk"}}
            answer = self._client.batch_get_item(RequestItems=request)
            # What DynamoDB left unread counts as unknown: it is judged again, and the conditional put decides.
            found.update(item["pk"]["S"].removeprefix("MENTION#") for item in answer["Responses"].get(self._name, []))
        return frozenset(found)

    def threads_and_authors(
        self, threads: Iterable[str], authors: Iterable[str]
    ) -> tuple[dict[str, Conversation], dict[str, AuthorCases]]:
        """Threads and what is known of authors, many at a time; what is not stored is left out.

        Not strongly consistent: for what only adds weight. Whoever decides reads again, one by one.
        """
        keys = [*map(thread_key, dict.fromkeys(threads)), *map(author_key, dict.fromkeys(authors))]
        found: list[dict[str, Any]] = []
        for start in range(0, len(keys), BATCH_GET_MOST):
            request = {self._name: {"Keys": [to_item(key) for key in keys[start : start + BATCH_GET_MOST]]}}
            # What DynamoDB leaves unread, when it is hard pressed, adds no weight this time.
            answer = self._client.batch_get_item(RequestItems=request)
            found += map(from_item, answer["Responses"].get(self._name, []))
        known = [author_of(record) for record in found if record["sk"] == "AUTHOR"]
        stored = [thread_of(record) for record in found if record["sk"] != "AUTHOR"]
        return {thread.key: thread for thread in stored}, {author.key: author for author in known}

    def mention(self, key: str) -> StoredMention | None:
        """A stored mention, None where there is none."""
        record = self._get(mention_key(key))
        return None if record is None else stored_mention(record)

    def thread(self, key: str) -> Conversation:
        """A thread as it is now; one that nobody has written yet is empty and has version 0."""
        record = self._get(thread_key(key))
        return Conversation(key) if record is None else thread_of(record)

    def author(self, key: str) -> AuthorCases:
        """The latest cases of an author, empty where there are none."""
        record = self._get(author_key(key))
        return AuthorCases(key) if record is None else author_of(record)

    def author_since(self, thread: str, author_id: str, intent: Intent | None = None) -> datetime | None:
        """When an author first wrote in a conversation, None where they have not. Read from an index, which lags.

        With ``intent``: when they first wrote what was taken for that.
        """
        author = ConversationKey.parse(thread).author_key(author_id)
        filters, values = "author = :author", {":thread": thread, ":author": author}
        if intent is not None:
            filters, values = f"{filters} AND intent = :intent", values | {":intent": str(intent)}
        posts = read_all(
            self._client,
            TableName=self._name,
            IndexName="by-conversation",
            KeyConditionExpression="conversation = :thread",
            FilterExpression=filters,
            ProjectionExpression="conversation_order",
            ExpressionAttributeValues=to_item(values),
        )
        return next((datetime.fromisoformat(post["conversation_order"].partition("#")[0]) for post in posts), None)

    def put_mention(self, stored: StoredMention) -> None:
        """Store a mention that changes no case. DuplicateError where it is stored already."""
        try:
            self._client.put_item(**self._put(mention_record(stored), stored.heard_at, version=0))
        except self._client.exceptions.ConditionalCheckFailedException:
            raise DuplicateError(f"{stored.mention.key} is stored already.") from None

    def save(
        self,
        changes: Sequence[tuple[Conversation, Sequence[LogEntry]]],
        *,
        now: datetime,
        mention: StoredMention | None = None,
        author: AuthorCases | None = None,
    ) -> None:
        """Write threads with their log entries, and the mention that changed them: all or nothing, in one call.

        DuplicateError: the mention is known. ConflictError: somebody changed a thread or the author meanwhile.
        """
        puts = [] if mention is None else [self._put(mention_record(mention), now, version=0)]
        for thread, entries in changes:
            puts.append(self._put(thread_record(thread), now, version=thread.version))
            puts.extend(self._put(record, now) for record in entry_records(thread, entries))
            puts.extend(self._put(record, now) for record in verdict_records(thread, entries))
            puts.extend(self._put(record, now) for record in member_records(thread))
        if author is not None:
            puts.append(self._put(author_record(author), now, version=author.version))
        try:
            self._client.transact_write_items(TransactItems=[{"Put": put} for put in puts])
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
            if mention is not None and codes and codes[0] == "ConditionalCheckFailed":
                raise DuplicateError(f"{mention.mention.key} is stored already.") from None
            if _CONFLICTS.intersection(codes):
                named = [thread.key for thread, _ in changes] or [author.key if author is not None else "It"]
                raise ConflictError(f"{named[0]} was changed by somebody else meanwhile.") from None
            raise

    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation:
        """Read a thread, let ``decide`` say what becomes of it, and write that; again, while others were faster.

        Nothing is written where ``decide`` answers None, and nothing where it raises.
        """
        for _ in range(MOST_TRIES):
            thread = self.thread(key)
            decided = decide(thread)
            if decided is None:
                return thread
            try:
                self.save([decided], now=now)
            except ConflictError:
                continue
            return decided[0].at_version(thread.version + 1)
        raise ConflictError(f"{key} was changed {MOST_TRIES} times meanwhile: try again.")

    def sent(self, key: str) -> tuple[Conversation, frozenset[str]]:
        """A thread and the names of the alerts that were logged for it, in one read.

        One that was held back has the name ``held_back`` gives it as well.
        """
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item({":pk": thread_key(key)["pk"], ":first": "ALERT#", ":last": "CASE"}),
            ConsistentRead=True,
        )
        records = [from_item(item) for item in answer["Items"]]
        alerts = (record for record in records if record["sk"] != "CASE")
        thread = next((thread_of(record) for record in records if record["sk"] == "CASE"), Conversation(key))
        return thread, frozenset(name for alert in alerts for name in alert_names(alert))

    def log_alert(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> None:
        """Note that an alert was sent, so that a retry does not send it again."""
        self._client.put_item(**self._put(alert_record(key, name, alert), now))

    def take_slot(self, name: str, most: int, now: datetime) -> bool:
        """Count one more under ``name``, for all functions together; False where that would be more than ``most``."""
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
        """The keys of the threads that the escalator must look at by ``now``, the longest overdue first."""
        for record in self._due("due_shard = :shard AND due_at <= :now", {":now": rfc3339(now)}):
            yield record["pk"].removeprefix("THREAD#")

    def next_due(self) -> datetime | None:
        """When the first thread must be looked at, None where none ever must."""
        return next((datetime.fromisoformat(record["due_at"]) for record in self._due("due_shard = :shard", {})), None)

    def _due(self, condition: str, values: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        return read_all(
            self._client,
            TableName=self._name,
            IndexName="due",
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_item({":shard": DUE_SHARD, **values}),
        )

    def _get(self, key: Mapping[str, str]) -> dict[str, Any] | None:
        item = self._client.get_item(TableName=self._name, Key=to_item(key), ConsistentRead=True).get("Item")
        return None if item is None else from_item(item)

    def _put(self, record: Mapping[str, Any], at: datetime, *, version: int | None = None) -> dict[str, Any]:
        """A put of ``record``; ``version`` is the one that it may replace, 0 for none, None for any."""
        item = to_item({**record, "expires_at": int((at + self._retention).timestamp())})
        put: dict[str, Any] = {"TableName": self._name, "Item": item}
        if version == 0:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        elif version is not None:
            put["ConditionExpression"] = "version = :version"
            put["ExpressionAttributeValues"] = to_item({":version": version})
        return put
