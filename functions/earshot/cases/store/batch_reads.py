"""Many items of the case table in few requests, strongly consistent: what a batch of mentions will ask for."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import Record, from_item, to_item
from earshot.cases.author_cases import AuthorCases
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.replies import AwaitedPost, Participant
from earshot.cases.read_ahead import ReadTogether
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import (
    author_key,
    author_of,
    conversation_key,
    conversation_of,
    mention_key,
    participant_key,
    participant_of,
    post_of,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

BATCH_GET_MOST = 100
_Key = tuple[str, str]


class BatchReads:
    """Reads posts, conversations, people and authors of one table together."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def read(
        self,
        posts: Iterable[str] = (),
        conversations: Iterable[str] = (),
        people: Iterable[Participant] = (),
        authors: Iterable[str] = (),
    ) -> ReadTogether:
        """What is stored under these keys, and for each that is not, what an empty table would answer.

        What DynamoDB leaves unread under load is left out, and so are ids of later versions of a post, and what a newer
        release stored: who asks for that alone is told, and nobody else.
        """
        found = ReadTogether()
        wanted: dict[_Key, tuple[dict[Any, Any], Any, Any]] = {}
        for key in posts:
            wanted[_as_key(mention_key(key))] = (found.posts, key, AwaitedPost(key))
        for key in conversations:
            wanted[_as_key(conversation_key(key))] = (found.conversations, key, Conversation(key))
        for one in people:
            wanted[_as_key(participant_key(one))] = (found.people, one.key, one)
        for key in authors:
            wanted[_as_key(author_key(key))] = (found.authors, key, AuthorCases(key))
        records, unread = self._read_all(list(wanted))
        for at, (kind, key, empty) in wanted.items():
            record = records.get(at)
            if at not in unread and (record is None or ("edit_of" not in record and FORMATS.knows(record))):
                kind[key] = empty if record is None else _restored(record)
        return found

    def _read_all(self, keys: list[_Key]) -> tuple[dict[_Key, Record], set[_Key]]:
        records: dict[_Key, Record] = {}
        unread: set[_Key] = set()
        for start in range(0, len(keys), BATCH_GET_MOST):
            asked = [to_item({"pk": pk, "sk": sk}) for pk, sk in keys[start : start + BATCH_GET_MOST]]
            answer = self._client.batch_get_item(RequestItems={self._name: {"Keys": asked, "ConsistentRead": True}})
            for record in map(from_item, answer["Responses"].get(self._name, [])):
                records[_as_key(record)] = record
            left = answer.get("UnprocessedKeys", {}).get(self._name)
            unread |= {_as_key(from_item(key)) for key in left["Keys"]} if left else set()
        return records, unread


def _as_key(record: Mapping[str, Any]) -> _Key:
    return record["pk"], record["sk"]


def _restored(record: Record) -> object:
    if record["sk"] == "MENTION":
        return post_of(record)
    if record["sk"] == "CASE":
        return conversation_of(record)
    return author_of(record) if record["sk"] == "AUTHOR" else participant_of(record)
