"""``earshot forget``: finds an author or a post in a stack, removes it, checks that it is gone, tells what it did."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from earshot.aws.dynamodb import Record, from_item, to_item
from earshot.cases.removal.item_removal import ItemRemoval, Swept
from earshot.cases.removal.redactor import Redactor
from earshot.cases.removal.subject import Kind, Subject, digest_of, find
from earshot.errors import EarshotError
from earshot.timestamps import rfc3339
from infra.aws_session import AwsSession
from infra.ops.backup.restore import scan
from infra.ops.bootstrap import CASE_TABLE, SOURCE_TABLE, wire
from infra.ops.forget.queues import sweep_queues
from infra.ops.stack import Stack

# What was being written while the tables were read is found by the next pass.
MOST_PASSES = 5
_RECEIPT = "FORGOTTEN#"
_BACKUP_DAYS, _STREAM_HOURS = 35, 24
_LOG_GROUP = "LogGroup"


class ForgetError(EarshotError):
    """Nothing is stored of them, or something changed faster than it could be removed."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was removed, and what is out of reach, without saying who it was."""

    kind: Kind
    source: str
    digest: str
    at: datetime
    by: str
    counts: dict[str, int]
    alerts: list[dict[str, Any]]
    left: list[str]

    def as_record(self) -> dict[str, Any]:
        """The receipt in plain JSON types."""
        return {
            "kind": str(self.kind),
            "source": self.source,
            "digest": self.digest,
            "at": rfc3339(self.at),
            "by": self.by,
            "removed": self.counts,
            "alerts_that_left": self.alerts,
            "out_of_reach": self.left,
        }

    def write(self, file: Path) -> None:
        """Write it as JSON."""
        file.write_text(json.dumps(self.as_record(), indent=2) + "\n", encoding="utf-8")


class Forgetting:
    """Finds and removes what one stack stores."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        self._session, self._stack = session, stack
        self._client = session.client("dynamodb")
        self._cases, self._sources = stack.output(CASE_TABLE), stack.output(SOURCE_TABLE)

    def find(self, kind: Kind, source: str, name: str) -> Subject:
        """What is stored of an author (a handle or an id) or a post (its id)."""
        return find(kind, source, name, self._records(), self._records())

    def receipt_of(self, kind: Kind, source: str, name: str) -> dict[str, Any] | None:
        """The receipt of the last time; None where there is none."""
        key = to_item({"pk": f"{_RECEIPT}{digest_of(kind, source, name)}", "sk": "RECEIPT"})
        item = self._client.get_item(TableName=self._cases, Key=key, ConsistentRead=True).get("Item")
        return None if item is None else from_item(item)["receipt"]

    def forget(self, subject: Subject, by: str, at: datetime) -> Receipt:
        """Remove everything of it. It can be repeated, and goes on where it broke off.

        ForgetError where something is left after several passes.
        """
        redactor, swept, letters = _redactor_of(subject), Swept(), Counter[str]()
        table = wire(self._session, self._stack, CASE_TABLE).case_table
        cases = ItemRemoval(self._client, self._cases, subject, redactor, by, at, swept, self._delete)
        sources = ItemRemoval(self._client, self._sources, subject, redactor, by, at, swept, self._delete)
        # First of all nothing of it may come in any more.
        cases.mark()
        for _ in range(MOST_PASSES):
            before = swept.counts.total(), swept.missed
            cases.others(scan(self._client, self._cases))
            sources.others(scan(self._client, self._sources))
            letters += sweep_queues(self._session, self._stack, subject, redactor)
            # What says who it is goes last: until then a run that broke off finds it again.
            cases.own(table, lambda: scan(self._client, self._cases))
            if (swept.counts.total(), swept.missed) == before:
                break
        else:
            raise ForgetError("It is being written to while it is removed: run the same command again.")
        receipt = Receipt(
            subject.kind,
            subject.source,
            subject.digest,
            at,
            by,
            dict(swept.counts + letters),
            list(swept.alerts.values()),
            list(self._out_of_reach(swept, at)),
        )
        self._store(receipt, subject)
        return receipt

    def _delete(self, key: Record) -> bool:
        self._client.delete_item(TableName=self._cases, Key=to_item(key))
        return True

    def _records(self) -> Iterator[Record]:
        return map(from_item, scan(self._client, self._cases))

    def _store(self, receipt: Receipt, subject: Subject) -> None:
        """Under the digest of each name that it may be asked for by. The first receipt says when it was."""
        names = {subject.name, *subject.ids, *subject.handles} if subject.kind is Kind.AUTHOR else {subject.name}
        for name in sorted(names):
            key = {"pk": f"{_RECEIPT}{digest_of(subject.kind, subject.source, name)}", "sk": "RECEIPT"}
            self._client.put_item(TableName=self._cases, Item=to_item({**key, "receipt": receipt.as_record()}))

    def _out_of_reach(self, swept: Swept, at: datetime) -> Iterator[str]:
        if swept.alerts:
            by_channel = Counter(str(alert.get("channel")) for alert in swept.alerts.values())
            sent = ", ".join(f"{count} by {channel}" for channel, count in sorted(by_channel.items()))
            yield f"Alerts that quoted it were sent: {sent}. Ask those who got them to delete them."
            yield "Webhooks, Slack and Teams got the same alerts, where targets are set: delete them there."
        yield "Morning digests that were mailed may have quoted it."
        days = int(self._stack.parameters.get("LogRetentionDays") or 30)
        groups = sorted(
            resource for logical_id, resource in self._stack.resources.items() if logical_id.endswith(_LOG_GROUP)
        )
        if groups:
            until = at + timedelta(days=days)
            yield f"CloudWatch deletes no single line. Until {until:%Y-%m-%d} ids may be in {', '.join(groups)}."
        until = at + timedelta(days=_BACKUP_DAYS)
        yield f"Point-in-time recovery has it until {until:%Y-%m-%d}, the table's stream for {_STREAM_HOURS} hours."
        yield (
            "Files of `earshot backup`, `corrections`, `cases export`, `replay` and `classify`, and what the console "
            "exported: delete them. After a restore, run this again."
        )
        if swept.settings:
            yield f"It is named in what you have put: {', '.join(sorted(swept.settings))}. Take it out there."


def _redactor_of(subject: Subject) -> Redactor:
    if subject.kind is Kind.POST:
        return Redactor((), (), subject.texts)
    return Redactor(subject.handles, subject.names, subject.texts)
