"""A case table as the template defines it, for tests of what is written to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from earshot.aws.dynamodb import from_item
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.keys import entries_of
from earshot.cases.store.notification_log import NotificationLog
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent
from tests.fakes import BRANDS, START, a_judgement

RETENTION = timedelta(days=400)
OTHER = a_judgement(Intent.OTHER, 0)


@dataclass
class Opened:
    """A case table as the template defines it, and every item that was written through it."""

    client: Any
    name: str
    written: list[dict[str, Any]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.table = CaseTable(self.client, self.name, RETENTION)
        self.alerts = NotificationLog(self.client, self.name, RETENTION)
        for operation in ("PutItem", "TransactWriteItems", "UpdateItem"):
            self.client.meta.events.register(f"provide-client-params.dynamodb.{operation}", self._note)

    def _note(self, params: dict[str, Any], **_: Any) -> None:
        items = params.get("TransactItems", ())
        puts = [item.get("Put") or item["Update"] for item in items] if items else [params]
        self.written += [put.get("Item", put.get("Key")) for put in puts]

    def ingest(self, mention: Mention, judgement: Any = None, at: datetime = START) -> Any:
        stored = StoredMention(mention, judgement or a_judgement(), at)
        return ingest(stored, self.table, FoldRules(BRANDS))

    def items(self) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("scan").paginate(TableName=self.name, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def log(self, key: str) -> list[str]:
        records = sorted(map(from_item, self.items()), key=lambda record: record["sk"])
        own = [record for record in records if record["pk"] == f"CASE#{key}" and record["sk"].startswith("LOG#")]
        return [entry.what for record in own for entry in entries_of(record)]
