"""Removes a subject from items of a table: its own last, so that a run that broke off can be repeated.

Whoever removes says which items: `earshot forget` reads whole tables, the sweep what belongs to one post.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from earshot.aws.dynamodb import Item, Record, from_item, to_item
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.conversation.forgetting import ON_REQUEST, REMOVED, forget_customer, forget_post
from earshot.cases.removal.redactor import Redactor
from earshot.cases.removal.subject import Kind, Subject
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import author_key, conversation_in, mention_key
from earshot.cases.stored_mention import StoredMention, forgotten_author
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# What operators have put into force: it is theirs to change, and is named instead.
_SETTINGS = frozenset({"SETTINGS", "SILENCES", "brands", "terms"})
_KEYS = frozenset({"pk", "sk", "expires_at", "version", "format"})


class ChangedCases(Protocol):
    """Reads and changes cases, as everybody changes them."""

    def conversation(self, key: str) -> Conversation: ...
    def posts(self, conversation: str) -> Sequence[StoredMention]: ...
    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


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
class ItemRemoval:
    """One table, and what must not be in it any more.

    ``delete`` deletes the item with a key, which has no use without its author; it returns whether there was one.
    ``why`` is what logs say.
    """

    client: DynamoDBClient
    name: str
    subject: Subject
    redactor: Redactor
    by: str
    at: datetime
    swept: Swept
    delete: Callable[[Record], bool]
    why: str = ON_REQUEST
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

    def others(self, items: Iterable[Item]) -> None:
        """What is stored of others and of Earshot itself: alerts, logs, notes, posts that name or repost them."""
        for self._item in items:
            record = from_item(self._item)
            if not self._is_own(record):
                self._redact(record)

    def own(self, table: ChangedCases, items: Callable[[], Iterable[Item]]) -> None:
        """Their cases, posts, and what was known of them. ``items`` are read once the cases are emptied."""
        for key in sorted(self.subject.cases):
            self._forget_case(table, key)
        for self._item in items():
            record = from_item(self._item)
            if self._is_own(record):
                self._forget_own(record)

    def _is_own(self, record: Record) -> bool:
        if "mention" in record:
            return self.subject.has(record["mention"])
        pk, is_author = str(record["pk"]), self.subject.kind is Kind.AUTHOR
        if record.get("sk") == "AUTHOR":
            return is_author and pk in {author_key(f"{self.subject.source}#{one}")["pk"] for one in self.subject.ids}
        if record.get("sk") == "CASE":
            return conversation_in(pk) in self.subject.cases
        return False

    def _forget_case(self, table: ChangedCases, key: str) -> None:
        subject = self.subject

        def decide(conversation: Conversation) -> Decision:
            case = conversation.case
            if case is None:
                return None
            if subject.kind is Kind.AUTHOR:
                # A post of theirs may be in the case of another customer.
                author = {"id": case.author.id, "handle": case.author.handle}
                return forget_customer(conversation, self.by, self.at, self.why) if subject.wrote(author) else None
            shown = {case.posts.headline.id, *(post.id for post in case.posts.other_posts)} & subject.posts
            if not shown:
                return None
            kept = {one.mention.id for one in table.posts(key) if not one.mention.own and one.mention.text != REMOVED}
            is_only = not kept - subject.posts
            if is_only and subject.takes_author:
                return forget_customer(conversation, self.by, self.at, self.why)
            # A post is named once in a case: the headline is in none of its others.
            return forget_post(conversation, min(shown), self.by, self.at, is_only=is_only, why=self.why)

        before = table.conversation(key).version
        if table.change(key, decide, self.at).version != before:
            self.swept.counts["cases"] += 1

    def _forget_own(self, record: Record) -> None:
        if record.get("sk") == "AUTHOR":
            self._delete(record, "authors")
        elif "mention" in record and ("forgotten_at" not in record or self._names_author(record)):
            mention, judgement = dict(record["mention"]), dict(record["judgement"])
            author = {"id": mention["author"]["id"], "followers": mention["author"].get("followers")}
            if self.subject.kind is Kind.AUTHOR or self.subject.takes_author:
                mention["author"] = author | {"handle": None, "name": None, "verified": False}
            mention |= {"text": REMOVED, "link": None}
            judgement["reasons"] = [{**reason, "text": ""} for reason in judgement.get("reasons", [])]
            forgotten_at = record.get("forgotten_at") or rfc3339(self.at)
            self._update(record, {"mention": mention, "judgement": judgement, "forgotten_at": forgotten_at}, "posts")

    def _names_author(self, record: Record) -> bool:
        """Whether a post that was forgotten still says who wrote it, and they go with it now."""
        author = record["mention"]["author"]
        return self.subject.takes_author and bool(author.get("handle") or author.get("name"))

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
        if self._is_incident(record):
            self._forget_headline(record)
            return
        is_customers = "mention" in record or "conversation_state" in record
        changes = {
            name: after
            for name, value in record.items()
            if name not in _KEYS and (after := self.redactor.record(value, is_post=is_customers, field=name)) != value
        }
        if changes:
            self._update(record, changes, "mentions in other items")

    def _is_incident(self, record: Record) -> bool:
        state: Mapping[str, Any] = record.get("conversation_state") or {}
        case: Mapping[str, Any] = state.get("case") or {}
        return bool(case.get("incident"))

    def _forget_headline(self, record: Record) -> None:
        """The case of an incident quotes the most urgent complaint in words of ours."""
        state = record["conversation_state"]
        headline = state["case"]["headline"]
        if headline["text"] != REMOVED and self.redactor.is_about(headline["text"]):
            case = {**state["case"], "headline": {**headline, "text": REMOVED}}
            self._update(record, {"conversation_state": {**state, "case": case}}, "incidents")

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
        if self.subject.kind is Kind.POST and not self.subject.takes_author:
            return False
        return self.redactor.names_in_key(key) or (
            key.startswith("PARTICIPANT#") and key.rpartition("#")[2] in self.subject.ids
        )

    def _quotes(self, partition: str, alert: dict[str, Any]) -> bool:
        text = f"{alert.get('subject') or ''}\n{alert.get('text') or ''}"
        is_all = self.subject.kind is Kind.AUTHOR or self.subject.takes_author
        if is_all and conversation_in(partition) in self.subject.cases:
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
        self.swept.counts[what] += self.delete(self._key(record))

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
