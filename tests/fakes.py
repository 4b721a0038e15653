"""Fakes that tests can assert on: the case table in memory, a clock that is set by hand, an outbox."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from earshot.alerting.alert import Alert
from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.replies import AwaitedPost, Participant
from earshot.cases.policy.policy import DEFAULT_POLICY, Grouping
from earshot.cases.store.case_table import MOST_TRIES
from earshot.cases.stored_mention import KnownPost, MentionWrite, StoredMention
from earshot.errors import AlertRefusedError, ConflictError, DuplicateError
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Analyzer, Intent, Judgement, Reason, Sentiment, Severity
from tests.memory_log import MemoryLog

# Nothing waits for anything: for tests that are not about what is told together.
NOTHING_WAITS = "[grouping]\nwait_seconds = 0\ninterval_minutes = 0\ntexts_minutes = 0\n"
UNGROUPED = replace(DEFAULT_POLICY, grouping=Grouping(timedelta(0), timedelta(0), timedelta(0)))
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BRANDS = frozenset({"nimbusair"})
# The id of the case, and the key of the conversation, of ``a_mention()``.
CASE = "x-1-7-nimbusair"


def unused(name: str) -> str:
    """A name that nobody else has taken, for the embedded cloud lives longer than a test."""
    return f"{name}-{uuid4().hex[:12]}"


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class MemoryStore(MemoryLog):
    """The case table's promises, kept in dictionaries: versions, one put for a mention, all or nothing."""

    mentions: dict[str, StoredMention] = field(default_factory=dict)
    awaited: dict[str, AwaitedPost] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)
    people: dict[tuple[str, str, str], Participant] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    authors: dict[str, AuthorCases] = field(default_factory=dict)
    entries: dict[str, list[LogEntry]] = field(default_factory=dict)
    slots: dict[str, int] = field(default_factory=dict)

    def post(self, key: str) -> StoredMention | AwaitedPost:
        key = self.edits.get(key, key)
        return self.mentions.get(key) or self.awaited.get(key, AwaitedPost(key))

    def posts(self, conversation: str) -> tuple[StoredMention, ...]:
        return tuple(one for one in self.mentions.values() if one.conversation == conversation)

    def participant(self, wanted: Participant) -> Participant:
        return self.people.get((wanted.thread, wanted.brand, wanted.name), wanted)

    def participants(self, thread: str, brand: str) -> Iterator[Participant]:
        return iter([one for key, one in sorted(self.people.items()) if key[:2] == (thread, brand.lower())])

    def conversation(self, key: str) -> Conversation:
        return self.conversations.get(key, Conversation(key))

    def author(self, key: str) -> AuthorCases:
        return self.authors.get(key, AuthorCases(key))

    def conversations_and_authors(
        self, conversations: Iterable[str], authors: Iterable[str]
    ) -> tuple[dict[str, Conversation], dict[str, AuthorCases]]:
        stored = {key: self.conversations[key] for key in conversations if key in self.conversations}
        return stored, {key: self.authors[key] for key in authors if key in self.authors}

    def known(self, keys: Iterable[str]) -> dict[str, KnownPost]:
        stored = {key: self.mentions[key].mention for key in keys if key in self.mentions}
        return {key: KnownPost(len(mention.edit_ids), mention.baseline) for key, mention in stored.items()}

    def _version(self, key: str) -> int:
        stored = self.mentions.get(key) or self.awaited.get(key)
        return stored.version if stored is not None else int(key in self.edits)

    def put_mention(self, stored: StoredMention) -> None:
        if self._version(stored.mention.key) != stored.version:
            raise DuplicateError(stored.mention.key)
        self.mentions[stored.mention.key] = replace(stored, version=stored.version + 1)
        self.awaited.pop(stored.mention.key, None)

    def save(
        self,
        changes: Sequence[tuple[Conversation, Sequence[LogEntry]]],
        *,
        now: datetime,
        mention: MentionWrite | None = None,
        author: AuthorCases | None = None,
    ) -> None:
        if mention is not None:
            self._check(mention)
        if any(self.conversation(conversation.key).version != conversation.version for conversation, _ in changes):
            raise ConflictError(changes[0][0].key)
        if author is not None and self.author(author.key).version != author.version:
            raise ConflictError(author.key)
        for conversation, entries in changes:
            self.conversations[conversation.key] = conversation.at_version(conversation.version + 1)
            self.entries.setdefault(conversation.key, []).extend(entries)
        if mention is not None:
            self._write(mention)
        if author is not None:
            self.authors[author.key] = replace(author, version=author.version + 1)

    def _check(self, write: MentionWrite) -> None:
        put = {one.mention.key: one.version for one in (write.stored, *write.others)}
        assert len(put) == 1 + len(write.others), "DynamoDB refuses to write an item twice in one transaction"
        if any(self._version(key) != version for key, version in put.items()):
            raise DuplicateError(write.stored.mention.key)
        for awaited in (*write.edit_ids, *filter(None, [write.awaited])):
            if self._version(awaited.key) != awaited.version:
                raise ConflictError(awaited.key)
        if (person := write.participant) and self.participant(replace(person, version=0)).version != person.version:
            raise ConflictError(person.name)
        if not self.mentions.keys() >= write.refiled.keys():
            raise ConflictError("a post of the brand is not stored")

    def _write(self, write: MentionWrite) -> None:
        for one in (write.stored, *write.others):
            self.put_mention(one)
        for edit in write.edit_ids:
            self.edits[edit.key] = write.stored.mention.key
            self.awaited.pop(edit.key, None)
        if write.awaited is not None:
            self.awaited[write.awaited.key] = replace(write.awaited, version=write.awaited.version + 1)
        if (person := write.participant) is not None:
            self.people[person.thread, person.brand, person.name] = replace(person, version=person.version + 1)
        for key, conversation in write.refiled.items():
            self.mentions[key] = replace(self.mentions[key], conversation=conversation)

    def change(
        self, key: str, decide: Callable[[Conversation], tuple[Conversation, Sequence[LogEntry]] | None], now: datetime
    ) -> Conversation:
        for _ in range(MOST_TRIES):
            decided = decide(self.conversation(key))
            if decided is None:
                return self.conversation(key)
            try:
                self.save([decided], now=now)
            except ConflictError:
                continue
            return self.conversation(key)
        raise ConflictError(f"{key} was changed {MOST_TRIES} times meanwhile: try again.")

    def due(self, now: datetime) -> Iterator[str]:
        cases = [(one.case, key) for key, one in self.conversations.items() if one.case is not None]
        due = [(case.wake_at, key) for case, key in cases if case.wake_at is not None]
        return iter([key for wake_at, key in sorted(due) if wake_at <= now])

    def take_slot(self, name: str, most: int, now: datetime) -> bool:
        if self.slots.get(name, 0) >= most:
            return False
        self.slots[name] = self.slots.get(name, 0) + 1
        return True

    @property
    def cases(self) -> list[Case]:
        return [conversation.case for conversation in self.conversations.values() if conversation.case is not None]

    def log(self, key: str) -> list[str]:
        return [entry.what for entry in self.entries.get(key, [])]


@dataclass
class Outbox:
    """Takes alerts as the topic does; ``failing`` channels refuse, and ``unanswered`` ones send and do not say so."""

    alerts: list[Alert] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)

    def publish(self, alert: Alert, at: datetime) -> None:
        if alert.channel in self.failing:
            raise AlertRefusedError(f"{alert.channel} is down")
        self.alerts.append(alert)
        if alert.channel in self.unanswered:
            raise ConnectionError("no answer")

    @property
    def sent(self) -> list[tuple[int, str]]:
        return [(alert.rung, str(alert.channel)) for alert in self.alerts]


def a_mention(id: str = "1", text: str = "@NimbusAir my bag is lost", **changes: Any) -> Mention:
    """A customer's post, a minute after START for each id."""
    author = changes.pop("author", Author("7", "jane", "Jane Doe", followers=120))
    minutes = changes.pop("minutes", int(id) if id.isdigit() else 0)
    return Mention(
        **{
            "source": "x",
            "id": id,
            "author": author,
            "text": text,
            "created_at": START + timedelta(minutes=minutes),
            "conversation_id": "1",
            "brand": "NimbusAir",
            "link": f"https://x.com/jane/status/{id}",
        }
        | changes
    )


def an_own_post(id: str, **changes: Any) -> Mention:
    """A post of the brand itself."""
    return a_mention(
        id, "@jane so sorry, looking into it. Mia", own=True, author=Author("99", "NimbusAir", "Nimbus Air"), **changes
    )


def a_judgement(intent: Intent = Intent.COMPLAINT, urgency: int = 65, severity: Severity | None = None) -> Judgement:
    """A judgement with one reason; the severity follows the urgency unless it is given."""
    levels = ((80, Severity.CRITICAL), (60, Severity.HIGH), (30, Severity.NORMAL), (0, Severity.LOW))
    return Judgement(
        language="en",
        sentiment=Sentiment(0.05, 0.8, 0.1, 0.05, Analyzer.LEXICON),
        intent=intent,
        complaint_score=0.9,
        urgency=urgency,
        severity=severity or next(level for least, level in levels if urgency >= least),
        reasons=(Reason("lost-property", urgency, "something of the customer's is lost"),),
    )


def changed(case: Case, **fields: Any) -> Case:
    """A case with other values; ``ladder__step=2`` is the field of one of its parts."""
    return _changed(case, fields)


def _changed(whole: Any, fields: dict[str, Any]) -> Any:
    parts: dict[str, dict[str, Any]] = {}
    own: dict[str, Any] = {}
    for path, value in fields.items():
        part, nested, name = path.partition("__")
        if nested:
            parts.setdefault(part, {})[name] = value
        else:
            own[part] = value
    return replace(whole, **own, **{part: _changed(getattr(whole, part), values) for part, values in parts.items()})
