"""The two case stores that fulfil one contract: the fake in memory, and the real table."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.notification_log import NotificationLog
from tests.fakes import MemoryStore

RETENTION = timedelta(days=400)


class Memory:
    """The fake, and all that it holds."""

    def __init__(self) -> None:
        self.store = self.log = MemoryStore()

    def contents(self) -> Mapping[str, Any]:
        return deepcopy(asdict(self.store))


class Table:
    """The real table on a stand-in for DynamoDB, and all that it holds."""

    def __init__(self, client: Any, name: str) -> None:
        self.store, self._client, self._name = CaseTable(client, name, RETENTION), client, name
        self.log = NotificationLog(client, name, RETENTION)

    def contents(self) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("scan").paginate(TableName=self._name, ConsistentRead=True)
        return sorted(
            (item for page in pages for item in page["Items"]), key=lambda item: str((item["pk"], item["sk"]))
        )


Kept = Memory | Table
