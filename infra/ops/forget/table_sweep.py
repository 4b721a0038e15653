"""Removes a subject from the items of a table: its own last, so that a run that broke off can be repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import Record, from_item, to_item
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.conversation.forgetting import REMOVED, forget_customer, forget_post
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import author_key, conversation_in, mention_key
from earshot.cases.stored_mention import forgotten_author
from earshot.timestamps import rfc3339
from infra.ops.backup.restore import scan
from infra.ops.forget.redactor import Redactor
from infra.ops.forget.subject import Kind, Subject

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# What operators have put into force: it is theirs to change, and is named instead.
_SETTINGS = frozenset({"SETTINGS", "SILENCES", "brands", "terms"})
_KEYS = frozenset({"pk", "sk", "expires_at", "version", "format"})


@dataclass(slots=True)
class Swept:
    """How many items were changed or deleted, by what they are; the alerts that were sent; what is not ours.

    ``missed`` counts the changes that were refused, for somebody else had changed the item since it was read.
    """

    counts: Counter[str] = field(default_factory=Counter[str])
    alerts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict[tuple[str, str], dict[str, Any]])
    settings: set[str] = field(default_factory=set[str])
    missed: int = 0


@dataclass(slots=True)
class TableSweep:
    """One table, and what must not be in it any more."""

    client: DynamoDBClient
    name: str
    subject: Subject
    redactor: Redactor
    by: str
    at: datetime
    swept: Swept
    _item: dict[str, Any] = field(init=False, default_factory=dict[str, Any])

    def mark(self) -> None:
        """Note that it is forgotten, so that an old message of a queue cannot bring it back. Never expires."""
        subject, keys = self.subject, list[str]()
        if subject.kind is Kind.AUTHOR:
            keys = [forgotten_author(f"{subject.source}#{one}") for one in subject.ids]
        else:
            keys = [f"{subject.source}#{one}" for one in subject.posts]
        for key in keys:
            record = {**mention_key(key), "edits": 0, "baseline": False, "forgotten_at": rfc3339(self.at)}
            waiting = {} if subject.kind is Kind.AUTHOR else {"version": 1, "awaited": {"key": key, "version": 0}}
            if subject.kind is Kind.AUTHOR:
                # Whoever is forgotten again has written in between: that must not come back either.
                self.client.put_item(TableName=self.name, Item=to_item(FORMATS.stamped(record)))
            else:
                self._put_if_absent(record | waiting)

    def others(self) -> None:
        """What is stored of others and of Earshot itself: alerts, logs, notes, posts that name or repost them."""
        for record in self._records():
            if not self._is_own(record):
                self._redact(record)

    def own(self, table: CaseTable) -> None:
        """Their cases, posts, and what was known of them."""
        for key in sorted(self.subject.cases):
            self._forget_case(table, key)
        for record in self._records():
            if self._is_own(record):
                self._forget_own(record)

    def _records(self) -> Iterator[Record]:
        for item in scan(self.client, self.name):
            self._item = item
            yield from_item(item)

    def _is_own(self, record: Record) -> bool:
        if "mention" in record:
            return self.subject.has(record["mention"])
        pk, is_author = str(record["pk"]), self.subject.kind is Kind.AUTHOR
        if record.get("sk") == "AUTHOR":
            return is_author and pk in {author_key(f"{self.subject.source}#{one}")["pk"] for one in self.subject.ids}
        if record.get("sk") == "CASE":
            return conversation_in(pk) in self.subject.cases
        return False

    def _forget_case(self, table: CaseTable, key: str) -> None:
        subject = self.subject

        def decide(conversation: Conversation) -> Decision:
            case = conversation.case
            if case is None:
                return None
            if subject.kind is Kind.AUTHOR:
                # A post of theirs may be in the case of another customer.
                author = {"id": case.author.id, "handle": case.author.handle}
                return forget_customer(conversation, self.by, self.at) if subject.wrote(author) else None
            shown = {case.posts.headline.id, *(post.id for post in case.posts.other_posts)} & subject.posts
            if not shown:
                return None
            others = {one.mention.id for one in table.posts(key) if not one.mention.own} - subject.posts
            # A post is named once in a case: the headline is in none of its others.
            return forget_post(conversation, min(shown), self.by, self.at, is_only=not others)

        before = table.conversation(key).version
        if table.change(key, decide, self.at).version != before:
            self.swept.counts["cases"] += 1

    def _forget_own(self, record: Record) -> None:
        if record.get("sk") == "AUTHOR":
            self._delete(record, "authors")
        elif "mention" in record and "forgotten_at" not in record:
            mention, judgement = dict(record["mention"]), dict(record["judgement"])
            author = {"id": mention["author"]["id"], "followers": mention["author"].get("followers")}
            if self.subject.kind is Kind.AUTHOR:
                mention["author"] = author | {"handle": None, "name": None, "verified": False}
            mention |= {"text": REMOVED, "link": None}
            judgement["reasons"] = [{**reason, "text": ""} for reason in judgement.get("reasons", [])]
            changes = {"mention": mention, "judgement": judgement, "forgotten_at": rfc3339(self.at)}
            self._update(record, changes, "posts")

    def _redact(self, record: Record) -> None:
        key = (str(record["pk"]), str(record.get("sk", "")))
        if any(map(self._is_key_of, key)):
            self._delete(record, "names of people in conversations")
            return
        if key[0] in _SETTINGS or key[0].startswith("SETTINGS#"):
            if self.redactor.record(record) != record:
                self.swept.settings.add(key[0].removeprefix("SETTINGS#").lower())
            return
        current = FORMATS.current(record)
        if "alert" in current and self._quotes(key[0], current["alert"]):
            alert = dict(current["alert"])
            self._note_sent(key, alert)
            changed = {name: REMOVED for name in ("text", "subject") if alert.get(name) not in (None, REMOVED)}
            if changed:
                self._update(record, {"alert": alert | changed}, "alerts")
            return
        if "mention" in record and self.subject.passes_on(record["mention"]):
            if record["mention"]["text"] != REMOVED:
                mention = {**record["mention"], "text": REMOVED}
                self._update(record, {"mention": mention, "forgotten_at": rfc3339(self.at)}, "reposts")
            return
        if self.subject.kind is Kind.POST and "author_cases" in record:
            self._forget_words(record)
            return
        is_customers = "mention" in record or "conversation_state" in record
        changes = {
            name: after
            for name, value in record.items()
            if name not in _KEYS and (after := self.redactor.record(value, is_post=is_customers, field=name)) != value
        }
        if changes:
            self._update(record, changes, "mentions in other items")

    def _forget_words(self, record: Record) -> None:
        """What is known of an author has the words of their cases, by which a complaint that is repeated is known."""
        author: dict[str, Any] = record["author_cases"]
        known: list[dict[str, Any]] = author.get("recent", [])
        theirs = self.subject.cases
        recent = [one | ({"words": list[str]()} if one["conversation"] in theirs else {}) for one in known]
        if recent != known:
            self._update(record, {"author_cases": {**author, "recent": recent}}, "authors")

    def _is_key_of(self, key: str) -> bool:
        """Whether a key names them: a participant by handle or id."""
        if self.subject.kind is Kind.POST:
            return False
        return self.redactor.names_in_key(key) or (
            key.startswith("PARTICIPANT#") and key.rpartition("#")[2] in self.subject.ids
        )

    def _quotes(self, partition: str, alert: dict[str, Any]) -> bool:
        text = f"{alert.get('subject') or ''}\n{alert.get('text') or ''}"
        if self.subject.kind is Kind.AUTHOR and conversation_in(partition) in self.subject.cases:
            return True
        return self.redactor.is_about(text)

    def _note_sent(self, key: tuple[str, str], alert: dict[str, Any]) -> None:
        if alert.get("outcome") in ("sent", "sending"):
            kept = ("at", "channel", "rung", "outcome", "message_id")
            self.swept.alerts[key] = {name: alert[name] for name in kept if alert.get(name) is not None}

    def _update(self, record: Record, changes: dict[str, Any], what: str) -> None:
        """Set attributes, unless somebody has changed one of them since it was read: the next pass sees that."""
        names = {f"#n{number}": name for number, name in enumerate(changes)}
        # As it was read: packed again by another zlib it might have other bytes.
        before = {f":b{number}": self._item[name] for number, name in enumerate(changes) if name in self._item}
        after = to_item({f":a{number}": changes[name] for number, name in enumerate(changes)})
        same = [
            f"#n{number} = :b{number}" if name in record else f"attribute_not_exists(#n{number})"
            for number, name in enumerate(changes)
        ]
        try:
            self.client.update_item(
                TableName=self.name,
                Key=to_item(self._key(record)),
                UpdateExpression="SET " + ", ".join(f"{short} = :a{short[2:]}" for short in names),
                ConditionExpression=" AND ".join(same),
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={**before, **after},
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            self.swept.missed += 1
            return
        self.swept.counts[what] += 1

    def _delete(self, record: Record, what: str) -> None:
        self.client.delete_item(TableName=self.name, Key=to_item(self._key(record)))
        self.swept.counts[what] += 1

    def _put_if_absent(self, record: Record) -> None:
        try:
            self.client.put_item(
                TableName=self.name,
                Item=to_item(FORMATS.stamped(record)),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return

    def _key(self, record: Record) -> dict[str, str]:
        return {name: str(record[name]) for name in ("pk", "sk") if name in record}
