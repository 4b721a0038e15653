"""Everything that a case table holds. For tools on small tables: the functions never scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import from_item
from earshot.cases.case.case import Case
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.store.codec import stored_mention
from earshot.cases.store.keys import conversation_of
from earshot.cases.stored_mention import StoredMention

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class CaseTableContents:
    """Mentions, oldest first, and conversations by key."""

    mentions: list[StoredMention]
    threads: Mapping[str, Conversation]

    @property
    def cases(self) -> list[Case]:
        """All cases, oldest first."""
        cases = [thread.case for thread in self.threads.values() if thread.case is not None]
        return sorted(cases, key=lambda case: (case.opened_at, case.id))

    def case_of(self, stored: StoredMention) -> Case | None:
        """The case of a mention's author, or of whom it answers; None: nobody's, or none was opened."""
        thread = None if stored.conversation is None else self.threads.get(stored.conversation)
        return None if thread is None else thread.case


def read_case_table(client: DynamoDBClient, table: str) -> CaseTableContents:
    """Scan a whole case table."""
    mentions: list[StoredMention] = []
    threads: dict[str, Conversation] = {}
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            record = from_item(item)
            if record["sk"] == "MENTION" and "mention" in record:
                mentions.append(stored_mention(record))
            elif record["sk"] == "CASE":
                thread = conversation_of(record)
                threads[thread.key] = thread
    return CaseTableContents(sorted(mentions, key=lambda one: (one.mention.created_at, one.mention.key)), threads)
