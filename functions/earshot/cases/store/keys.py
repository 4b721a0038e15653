"""How mentions, threads, log entries and authors lie in the case table: their keys, and what its indexes read.

docs/architecture.md shows the same as a table.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.ingest import StoredMention
from earshot.cases.store.codec import plain, restore
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent

# Where a case keeps what one can search for, and how much of its text.
SEARCH = "search"
MOST_SEARCHED = 2_000
# The partition of all that staff say of judgements, in the order of time.
CORRECTIONS = "CORRECTIONS"
# One partition of the due index serves far more cases than a staff can work on; the name leaves room for more.
DUE_SHARD = "0"

# What staff answer because they want to: each has a list of its own while nobody has answered it.
DESKS = frozenset({Intent.PRAISE, Intent.OPPORTUNITY})

Record = dict[str, Any]


def mention_key(key: str) -> dict[str, str]:
    """The primary key of the mention ``source#post_id``."""
    return {"pk": f"MENTION#{key}", "sk": "MENTION"}


def thread_key(key: str) -> dict[str, str]:
    """The primary key of the thread ``source#conversation_id``, and of its case."""
    return {"pk": f"THREAD#{key}", "sk": "CASE"}


def members_of(incident: ConversationKey) -> str:
    """The partition of the customers whom an incident affects: there may be too many to be read with its case."""
    return f"MEMBERS#{incident}"


def author_key(key: str) -> dict[str, str]:
    """The primary key of what is known of the author ``source#author_id``."""
    return {"pk": f"AUTHOR#{key}", "sk": "AUTHOR"}


def searchable(text: str) -> str:
    """A text as it is searched: however it was capitalised, and however its letters were put together."""
    return unicodedata.normalize("NFKC", text).casefold()


def budget_key(month: str) -> dict[str, str]:
    """The primary key of what text messages cost in a month (``2026-11``)."""
    return {"pk": f"BUDGET#sms#{month}", "sk": "BUDGET"}


def mention_record(stored: StoredMention) -> Record:
    """A mention with the attributes by which it is found: its conversation, its author, its day."""
    mention, judgement = stored.mention, stored.judgement
    order = f"{rfc3339(mention.created_at)}#{mention.id}"
    return {
        **mention_key(mention.key),
        "conversation": mention.thread,
        "conversation_order": order,
        "author": mention.author_key,
        "author_order": order,
        "day": order[:10],
        "day_order": order,
        "origin": mention.source,
        "own": mention.own,
        "intent": str(judgement.intent),
        "severity": str(judgement.severity),
        "sentiment": judgement.sentiment.label if judgement.sentiment else "unclassified",
        "mention": mention.to_record(),
        "judgement": plain(judgement),
        "heard_at": rfc3339(stored.heard_at),
    }


def thread_record(thread: Conversation) -> Record:
    """A thread as its next version."""
    written = thread.at_version(thread.version + 1)
    record = {**thread_key(thread.key), "version": written.version, "thread": plain(written)}
    return record if thread.case is None else record | _case_attributes(thread.case)


def entry_records(thread: Conversation, entries: Sequence[LogEntry]) -> Iterator[Record]:
    """The log entries of a change. The version that it makes orders the log, and makes each key one of a kind."""
    for number, entry in enumerate(entries):
        yield {
            "pk": thread_key(thread.key)["pk"],
            "sk": f"LOG#{thread.version + 1:08d}#{number}",
            "entry": plain(entry),
        }


def verdict_records(thread: Conversation, entries: Sequence[LogEntry]) -> Iterator[Record]:
    """The entries that say something of a judgement once more, where a period can be read without asking any case."""
    for number, entry in enumerate(entries):
        if entry.verdict is not None and thread.case is not None:
            order = f"{rfc3339(entry.at)}#{thread.case.id}#{thread.version + 1:08d}#{number}"
            yield {"pk": CORRECTIONS, "sk": order, "case_id": thread.case.id, "entry": plain(entry)}


def member_records(thread: Conversation) -> Iterator[Record]:
    """What the incident that a case belongs to keeps of it: whom to tell, and where their own case stands."""
    case = thread.case
    if case is None or case.incident_id is None:
        return
    yield {
        "pk": members_of(ConversationKey.of_case(case.incident_id)),
        "sk": thread.key,
        "member": plain(
            {
                "case_id": case.id,
                "author": case.author,
                "link": case.headline.link,
                "opened_at": case.opened_at,
                "status": case.status,
                "severity": case.assessment.severity,
            }
        ),
    }


def author_record(author: AuthorCases) -> Record:
    """What is known of an author, as its next version."""
    written = replace(author, version=author.version + 1)
    return {**author_key(author.key), "version": written.version, "author_cases": plain(written)}


def alert_record(key: str, name: str, alert: Mapping[str, Any]) -> Record:
    """One alert that was sent for the thread ``key``."""
    return {"pk": thread_key(key)["pk"], "sk": f"ALERT#{name}", "alert": plain(alert)}


def alert_names(record: Mapping[str, Any]) -> Iterator[str]:
    """By which names the log knows an alert: its own, and another one where it was held back."""
    name = record["sk"].removeprefix("ALERT#")
    yield name
    if "held_back" in record["alert"]:
        yield held_back(name)


def held_back(name: str) -> str:
    """The name under which the log says that this alert was logged and not sent."""
    return f"{name}#held-back"


def thread_of(record: Mapping[str, Any]) -> Conversation:
    """Read back what ``thread_record`` wrote."""
    return restore(Conversation, record["thread"]).at_version(record["version"])


def author_of(record: Mapping[str, Any]) -> AuthorCases:
    """Read back what ``author_record`` wrote."""
    return restore(AuthorCases, record["author_cases"])


def _case_attributes(case: Case) -> Record:
    opened_order, author, assessment = f"{rfc3339(case.opened_at)}#{case.id}", case.author, case.assessment
    attributes = {
        "status": str(case.status),
        "severity": str(assessment.severity),
        "intent": str(assessment.intent),
        "urgency_order": f"{assessment.urgency:03d}#{opened_order}",
        "opened_order": opened_order,
        "author": case.key.author_key(case.author.id),
        "author_order": opened_order,
        SEARCH: searchable("\n".join((author.handle or "", author.name or "", case.headline.text)))[:MOST_SEARCHED],
        # The stream's filter lets through what is due, and nothing else.
        "alerting": str(case.ladder.alerting),
    }
    if case.wake_at is not None:
        attributes |= {"due_shard": DUE_SHARD, "due_at": rfc3339(case.wake_at)}
    if assessment.intent in DESKS and case.status.is_waiting:
        attributes |= {"desk": str(assessment.intent), "desk_order": _desk_order(case, opened_order)}
    return attributes


def _desk_order(case: Case, opened_order: str) -> str:
    """Read from its end: who could be won by their newest; of praise former complainers, then who is heard by most."""
    if case.assessment.intent is Intent.OPPORTUNITY:
        return opened_order
    return f"{int(case.recovery.earlier_complaints > 0)}#{case.spread.reach:012d}#{opened_order}"
