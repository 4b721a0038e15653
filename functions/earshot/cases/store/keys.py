"""The items of the case table: the keys of posts, conversations, log entries and authors, and their index keys.

docs/architecture.md shows them as a table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from earshot.aws.dynamodb import Item, Record, from_item
from earshot.aws.formats import FIELD
from earshot.aws.packed import unpack
from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.replies import AwaitedPost, Participant
from earshot.cases.store.codec import plain, restore, stored_mention
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.stored_mention import StoredMention
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent

# The partition of everything that staff said of judgements, in the order of time.
CORRECTIONS = "CORRECTIONS"
# One partition of the due index serves far more cases than staff can work on. Its name leaves room for more shards.
DUE_SHARD = "0"
# The same holds for the index of what has changed.
CHANGE_SHARD = "0"
ALERT = "ALERT#"
_CONVERSATION = "CASE#"
_MENTION = "MENTION#"
_PARTICIPANT = "PARTICIPANT#"

# A megabyte or two. What is on one minute's hands is read several times: to be woken, told, told to the next person.
_MOST_RESTORED = 500

# What staff answer because they want to. Each has a list of its own while nobody has answered it.
DESKS = frozenset({Intent.PRAISE, Intent.OPPORTUNITY})


def mention_key(key: str) -> dict[str, str]:
    """The primary key of the mention ``source#post_id``."""
    return {"pk": f"{_MENTION}{key}", "sk": "MENTION"}


def mention_in(partition: str) -> str:
    """The key of the mention that is in a partition of the table."""
    return partition.removeprefix(_MENTION)


def conversation_key(key: str) -> dict[str, str]:
    """The primary key of a customer's conversation, and of its case."""
    return {"pk": f"{_CONVERSATION}{key}", "sk": "CASE"}


def conversation_in(partition: str) -> str:
    """The key of the conversation whose case, log entries and sent alerts are in a partition of the table."""
    return partition.removeprefix(_CONVERSATION)


def members_of(incident_id: str) -> str:
    """The partition of the customers whom an incident affects. They may be too many to be read with its case."""
    return f"MEMBERS#{incident_id}"


def participant_key(participant: Participant) -> dict[str, str]:
    """The primary key of somebody in a conversation on the network."""
    name = f"{_PARTICIPANT}{participant.brand}#{participant.name}"
    return {"pk": f"THREAD#{participant.thread}", "sk": name}


def participants_of(thread: str, brand: str) -> dict[str, str]:
    """The values of a query for everybody in a conversation on the network with a brand."""
    return {":pk": f"THREAD#{thread}", ":prefix": f"{_PARTICIPANT}{brand.lower()}#"}


def author_key(key: str) -> dict[str, str]:
    """The primary key of what is known of the author ``source#author_id``."""
    return {"pk": f"AUTHOR#{key}", "sk": "AUTHOR"}


def budget_key(month: str) -> dict[str, str]:
    """The primary key of what text messages cost in a month (``2026-11``)."""
    return {"pk": f"BUDGET#sms#{month}", "sk": "BUDGET"}


def day_counts_key(day: date) -> dict[str, str]:
    """The primary key of how many mentions were posted on a day in UTC, as it was counted."""
    return {"pk": f"COUNTS#{day.isoformat()}", "sk": "COUNTS"}


def mention_record(stored: StoredMention) -> Record:
    """A mention with the attributes by which it is found: its conversation, its author, its day."""
    mention, judgement = stored.mention, stored.judgement
    order = f"{rfc3339(mention.created_at)}#{mention.id}"
    # What the brand said to nobody in particular is found by the conversation on the network.
    conversation = stored.conversation or (mention.conversation_key if mention.own else None)
    if mention.reposted_id is not None:
        conversation = reposts_of(mention.key_of(mention.reposted_id))
    found = {} if conversation is None else {"conversation": conversation, "conversation_order": order}
    belongs = {} if stored.conversation is None else {"case_conversation": stored.conversation}
    return {
        **mention_key(mention.key),
        **found,
        **belongs,
        "version": stored.version + 1,
        "edits": len(mention.edit_ids),
        "author": mention.author_key,
        "author_order": order,
        "day": order[:10],
        "day_order": order,
        "origin": mention.source,
        "own": mention.own,
        "intent": str(judgement.intent),
        "severity": str(judgement.severity),
        "sentiment": judgement.sentiment.label if judgement.sentiment else "unclassified",
        "baseline": mention.baseline,
        "mention": mention.to_record(),
        "judgement": plain(judgement),
        "ingested_at": rfc3339(stored.ingested_at),
    }


def reposts_of(key: str) -> str:
    """Where the index of conversations has the reposts of a post: they have its text, and go when it goes."""
    return f"reposts#{key}"


def awaited_record(awaited: AwaitedPost) -> Record:
    """The record of a post that is not stored, under the key that its mention will have."""
    return {**mention_key(awaited.key), "version": awaited.version + 1, "awaited": plain(awaited)}


def edit_record(edit: AwaitedPost, edit_of: str) -> Record:
    """The record by which a mention is found under the id of a later version."""
    return {**mention_key(edit.key), "version": edit.version + 1, "edit_of": edit_of}


def post_of(record: Mapping[str, Any]) -> StoredMention | AwaitedPost:
    """What ``mention_record`` or ``awaited_record`` wrote."""
    if "mention" in record:
        return stored_mention(record)
    now = FORMATS.current(record)
    return replace(restore(AwaitedPost, now["awaited"]), version=now["version"])


def participant_record(participant: Participant) -> Record:
    """The record of somebody in a conversation on the network."""
    written = replace(participant, version=participant.version + 1)
    return {**participant_key(participant), "version": written.version, "participant": plain(written)}


def participant_of(record: Mapping[str, Any]) -> Participant:
    """What ``participant_record`` wrote."""
    return restore(Participant, FORMATS.current(record)["participant"])


def conversation_record(conversation: Conversation) -> Record:
    """The record of a conversation's next version."""
    written = conversation.at_version(conversation.version + 1)
    record = {**conversation_key(conversation.key), "version": written.version, "conversation_state": plain(written)}
    return record if conversation.case is None else record | _case_attributes(conversation.case)


def changed_record(conversation: Conversation, now: datetime) -> Record:
    """The record of a conversation's next version, whose case is found among what has changed at ``now``."""
    record = conversation_record(conversation)
    return record if conversation.case is None else record | {"change_shard": CHANGE_SHARD, "changed_at": rfc3339(now)}


def entry_records(conversation: Conversation, entries: Sequence[LogEntry]) -> Iterator[Record]:
    """The record of a change's log entries. The version that it makes orders the log and makes the key unique."""
    if entries:
        yield {
            "pk": conversation_key(conversation.key)["pk"],
            "sk": f"LOG#{conversation.version + 1:08d}",
            "entries": plain(entries),
        }


def entries_of(record: Mapping[str, Any]) -> tuple[LogEntry, ...]:
    """The log entries of what ``entry_records`` wrote, in their order."""
    return tuple(restore(LogEntry, entry) for entry in FORMATS.current(record)["entries"])


def verdict_records(conversation: Conversation, entries: Sequence[LogEntry]) -> Iterator[Record]:
    """Copies of the entries that have a verdict, in the partition from which a period is read without its cases."""
    for number, entry in enumerate(entries):
        if entry.verdict is not None and conversation.case is not None:
            order = f"{rfc3339(entry.at)}#{conversation.case.id}#{conversation.version + 1:08d}#{number}"
            yield {"pk": CORRECTIONS, "sk": order, "case_id": conversation.case.id, "entry": plain(entry)}


def member_records(conversation: Conversation) -> Iterator[Record]:
    """The record by which an incident knows a case of it: the customer to tell, and the state of their case."""
    case = conversation.case
    if case is None or case.incident_id is None:
        return
    yield {
        "pk": members_of(case.incident_id),
        "sk": conversation.key,
        "member": plain(
            {
                "case_id": case.id,
                "author": case.author,
                "link": case.posts.headline.link,
                "opened_at": case.opened_at,
                "status": case.status,
                "severity": case.assessment.severity,
                "recovery": case.recovery.outcome,
            }
        ),
    }


def author_record(author: AuthorCases) -> Record:
    """The record of the next version of what is known of an author."""
    written = replace(author, version=author.version + 1)
    return {**author_key(author.key), "version": written.version, "author_cases": plain(written)}


def alert_record(key: str, name: str, alert: Mapping[str, Any]) -> Record:
    """The record of an alert for the conversation ``key``."""
    compared = {name: plain(alert[name]) for name in ("outcome", "attempts") if name in alert}
    return {"pk": conversation_key(key)["pk"], "sk": f"{ALERT}{name}", "alert": plain(alert), **compared}


def alert_in(sort_key: str) -> str:
    """The name of the alert that has a sort key of the table."""
    return sort_key.removeprefix(ALERT)


def conversation_of(record: Mapping[str, Any]) -> Conversation:
    """The conversation that ``conversation_record`` wrote."""
    now = FORMATS.current(record)
    return restore(Conversation, now["conversation_state"]).at_version(now["version"])


def conversation_of_item(item: Item) -> Conversation:
    """The conversation of an item. One that has not changed since it was last read is not unpacked again."""
    packed = item["conversation_state"].get("B")
    if isinstance(packed, bytes) and item.get(FIELD) == {"N": str(FORMATS.latest)}:
        return _restored(packed).at_version(int(item["version"]["N"]))
    return conversation_of(from_item(item))


@lru_cache(maxsize=_MOST_RESTORED)
def _restored(packed: bytes) -> Conversation:
    return restore(Conversation, unpack(packed))


def author_of(record: Mapping[str, Any]) -> AuthorCases:
    """What ``author_record`` wrote."""
    return restore(AuthorCases, FORMATS.current(record)["author_cases"])


def urgency_order(case: Case) -> str:
    """The place of a case in the order of urgency, the most urgent last."""
    return f"{case.assessment.urgency:03d}#{_opened_order(case)}"


def _opened_order(case: Case) -> str:
    return f"{rfc3339(case.opened_at)}#{case.id}"


def _case_attributes(case: Case) -> Record:
    opened_order, assessment = _opened_order(case), case.assessment
    attributes = {
        "status": str(case.status),
        "severity": str(assessment.severity),
        "intent": str(assessment.intent),
        "urgency_order": urgency_order(case),
        "opened_order": opened_order,
        "author": case.key.author_key(case.author.id),
        "author_order": opened_order,
        # The filter of the stream passes on what is due, and nothing else: alerts, and notices to colleagues.
        "alerting": str(Alerting.DUE if case.notices else case.ladder.alerting),
    }
    if case.wake_at is not None:
        attributes |= {"due_shard": DUE_SHARD, "due_at": rfc3339(case.wake_at)}
    if assessment.intent in DESKS and case.status.is_waiting:
        attributes |= {"desk": str(assessment.intent), "desk_order": _desk_order(case, opened_order)}
    return attributes


def _desk_order(case: Case, opened_order: str) -> str:
    """The sort key, read in descending order: of praise former complainers first, then by reach; then the newest."""
    if case.assessment.intent is Intent.OPPORTUNITY:
        return opened_order
    return f"{int(case.recovery.earlier_complaints > 0)}#{case.posts.spread.reach:012d}#{opened_order}"
