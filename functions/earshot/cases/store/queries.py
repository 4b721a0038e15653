"""What people read from the case table: pages of cases, one case with all that belongs to it, an author, a day.

Every read is a query of one partition. Lists come from indexes, which are eventually consistent: a case may stand
in a list for a moment after it left it. The case itself, its log and its alerts are read as they are now.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from secrets import token_bytes
from typing import Any, Generic, TypeVar

from earshot.aws.dynamodb import from_item, read_all, to_item
from earshot.cases.case.case import Case
from earshot.cases.case.correction import Correction
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import AUTHOR_KEY
from earshot.cases.ingest import StoredMention
from earshot.cases.store.codec import restore, stored_mention
from earshot.cases.store.keys import CORRECTIONS, searchable, thread_key, thread_of
from earshot.cases.store.listing import (
    BY_AUTHOR,
    BY_CONVERSATION,
    BY_DAY,
    BY_DESK,
    BY_OPENED,
    BY_URGENCY,
    Keys,
    Listing,
    Record,
    read_page,
)
from earshot.errors import NotFoundError
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent, Severity, severity_of

T = TypeVar("T")

# More of one conversation than anybody reads at a stretch: of a longer one the latest posts are given.
MOST_MENTIONS = 500
_COUNTED = ("origin", "own", "intent", "severity", "sentiment")


class CaseOrder(StrEnum):
    """How a list of cases is sorted."""

    URGENCY = "urgency"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list. ``next_cursor`` is where the next page begins, None after the last."""

    items: tuple[T, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class SmsDelivery:
    """What SNS said of a text message to one number. ``at`` is the RFC 3339 time at which it was heard."""

    message_id: str
    at: str
    to: str
    delivered: bool
    response: str


@dataclass(frozen=True, slots=True)
class SentAlert:
    """An alert as the log holds it. ``at`` is the RFC 3339 time at which it was sent.

    ``held_back`` says why it was logged and not sent. ``deliveries`` is what is known of its way, if anything.
    """

    at: str
    rung: int
    channel: str
    reason: str
    text: str
    subject: str | None = None
    to: tuple[str, ...] | None = None
    unreachable: tuple[str, ...] = ()
    held_back: str | None = None
    message_id: str | None = None
    deliveries: tuple[SmsDelivery, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its mentions (oldest first), its log, and the alerts sent for it.

    ``complete`` is False where a conversation holds more than the latest ``MOST_MENTIONS``.
    """

    case: Case
    mentions: tuple[StoredMention, ...]
    complete: bool
    log: tuple[LogEntry, ...]
    alerts: tuple[SentAlert, ...]


@dataclass(frozen=True, slots=True)
class MentionCount:
    """What a mention counts as. ``sentiment`` is a label, or ``unclassified`` where none could be measured."""

    origin: str
    own: bool
    intent: str
    severity: str
    sentiment: str


class CaseQueries:
    """The read side of the case table; decisions are read from, and written to, ``CaseTable``.

    ``keys`` gives what cursors are signed with, and is asked only where there is one; without it cursors are good for
    these queries alone.
    """

    def __init__(self, client: Any, name: str, keys: Keys | None = None) -> None:
        self._client = client
        self._name = name
        self._restored: dict[tuple[str, int], Case] = {}
        own_key = token_bytes()
        self._keys: Keys = keys or (lambda *, fresh=False: (own_key,))

    def cases(
        self,
        status: Status,
        *,
        severity: Severity | None = None,
        intent: Intent | None = None,
        holder: str | None = None,
        find: str | None = None,
        order: CaseOrder = CaseOrder.URGENCY,
        limit: int = 25,
        cursor: str | None = None,
    ) -> Page[Case]:
        """The cases with one status, the most urgent or the newest first. CursorError: not a cursor of this list.

        Severity follows urgency, so in the order of urgency it is a stretch of the index. In the order of time it is
        a filter, as are all others: a page may then hold fewer than ``limit``, and the list has ended only where no
        cursor is given. ``holder`` has acknowledged the case; ``find`` stands in the author's handle or name, or in the
        text.
        """
        by_urgency = order is CaseOrder.URGENCY
        wanted = {
            "severity": None if by_urgency else severity,
            "intent": intent,
            "thread.case.acknowledgement.by": holder,
        }
        needle = searchable((find or "").removeprefix("@"))
        listing = Listing(
            BY_URGENCY if by_urgency else BY_OPENED,
            str(status),
            between=_stretch(severity) if by_urgency and severity else None,
            equal=tuple((attribute, str(value)) for attribute, value in wanted.items() if value is not None),
            find=needle or None,
        )
        return self._page(listing, limit, cursor, _case_of)

    def desk(self, intent: Intent, *, limit: int = 25, cursor: str | None = None) -> Page[Case]:
        """Praise or opportunities that nobody has answered yet. CursorError: not a cursor of this list.

        Of praise that of former complainers first, then whose author is heard by most, then the newest; of
        opportunities the newest.
        """
        return self._page(Listing(BY_DESK, str(intent)), limit, cursor, _case_of)

    def opened_between(self, status: Status, start: datetime, end: datetime) -> Iterator[Case]:
        """The cases of a status that opened from ``start`` on and before ``end``, the newest first.

        An index lags: a case that changes its status meanwhile may be found under both. They are read as they are
        asked for, about 500 at a time.
        """
        return map(_case_of, self._opened(status, start, end))

    def opened(self, start: datetime, end: datetime) -> Iterator[Case]:
        """Every case, whatever became of it, that opened from ``start`` on and before ``end``."""
        # Whoever looks each minute sees the same cases again: what has not changed is not read from plain types anew.
        before, self._restored = self._restored, {}
        for status in Status:
            for record in self._opened(status, start, end):
                key = record["pk"], record["version"]
                self._restored[key] = before.get(key) or _case_of(record)
                yield self._restored[key]

    def case(self, case_id: str) -> Case:
        """One case as it is now. NotFoundError where there is none."""
        key = to_item(thread_key(str(ConversationKey.of_case(case_id))))
        item = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")
        case = None if item is None else thread_of(from_item(item)).case
        if case is None:
            raise _no_case(case_id)
        return case

    def case_file(self, case_id: str) -> CaseFile:
        """One case and all that belongs to it. NotFoundError where there is none."""
        records = list(
            read_all(
                self._client,
                TableName=self._name,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues=to_item({":pk": thread_key(str(ConversationKey.of_case(case_id)))["pk"]}),
                ConsistentRead=True,
            )
        )
        case = next((thread_of(record).case for record in records if record["sk"] == "CASE"), None)
        if case is None:
            raise _no_case(case_id)
        heard = [self._latest(conversation) for conversation in case.conversations]
        mentions = [mention for page in heard for mention in page.items]
        receipts = [restore(SmsDelivery, record["receipt"]) for record in records if "receipt" in record]
        alerts = (restore(SentAlert, record["alert"]) for record in records if "alert" in record)
        return CaseFile(
            case=case,
            mentions=tuple(sorted(mentions, key=lambda stored: (stored.mention.created_at, stored.mention.id))),
            complete=all(page.next_cursor is None for page in heard),
            log=tuple(restore(LogEntry, record["entry"]) for record in records if "entry" in record),
            alerts=tuple(sorted((_with_receipts(alert, receipts) for alert in alerts), key=lambda alert: alert.at)),
        )

    def author(
        self, source: str, author_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[Case | StoredMention]:
        """What an author wrote, and the cases they opened, the newest first. NotFoundError: nothing is known."""
        page = self._page(Listing(BY_AUTHOR, f"{source}#{author_id}"), limit, cursor, _case_or_mention)
        if not page.items and cursor is None:
            raise NotFoundError(f"Nothing is known of an author {author_id!r} on {source!r}: see author.id of a case.")
        return page

    def incidents(self, *, over: bool = False, limit: int = 25, cursor: str | None = None) -> Page[Case]:
        """The cases of incidents, the newest first: of all, or only of those that are over.

        Those that run are few among many: whoever asks for them asks ``IncidentTable.live``.
        """
        there = (("thread.case.incident.ended_at", True),) if over else ()
        return self._page(Listing(BY_AUTHOR, AUTHOR_KEY, there=there), limit, cursor, _case_of)

    def counted(self, day: date) -> Iterator[MentionCount]:
        """Every mention that was posted on a day in UTC, as far as it is counted."""
        for record in read_all(self._client, **Listing(BY_DAY, day.isoformat()).request(self._name)):
            yield MentionCount(**{name: record[name] for name in _COUNTED})

    def counted_between(self, start: datetime, end: datetime) -> Iterator[MentionCount]:
        """Every mention that was posted from ``start`` on and before ``end``, as far as it is counted."""
        first, last = rfc3339(start), rfc3339(end)
        day = date.fromisoformat(first[:10])
        while day.isoformat() <= last[:10]:
            # An order goes on after its time, so a time alone stands before all that was posted then.
            listing = Listing(BY_DAY, day.isoformat(), between=(first, last))
            for record in read_all(self._client, **listing.request(self._name)):
                yield MentionCount(**{name: record[name] for name in _COUNTED})
            day += timedelta(days=1)

    def corrections(self, first: date, last: date) -> Iterator[Correction]:
        """What staff said of judgements on the days from ``first`` to ``last``, in UTC, the earliest first."""
        for record in read_all(
            self._client,
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(
                # Every time of a day goes on after its date, with a T, and T comes before U.
                {":pk": CORRECTIONS, ":first": first.isoformat(), ":last": f"{last.isoformat()}U"}
            ),
        ):
            yield restore(Correction, record)

    def _opened(self, status: Status, start: datetime, end: datetime) -> Iterator[Record]:
        # An order goes on after its time, so a time alone stands before all that opened then.
        listing = Listing(BY_OPENED, str(status), between=(rfc3339(start), rfc3339(end)))
        return read_all(self._client, **listing.request(self._name))

    def _latest(self, conversation: str) -> Page[StoredMention]:
        return self._page(Listing(BY_CONVERSATION, conversation), MOST_MENTIONS, None, stored_mention)

    def _page(self, listing: Listing, limit: int, cursor: str | None, read: Callable[[Record], T]) -> Page[T]:
        records, next_cursor = read_page(self._client, self._name, listing, limit, cursor, self._keys)
        return Page(tuple(map(read, records)), next_cursor)


def _no_case(case_id: str) -> NotFoundError:
    return NotFoundError(f"There is no case {case_id!r}: it was never opened, or is no longer kept.")


def _stretch(severity: Severity) -> tuple[str, str]:
    """The part of the order of urgency that has a severity: from its least urgency to before the next severity's."""
    urgencies = [urgency for urgency in range(101) if severity_of(urgency) is severity]
    return f"{urgencies[0]:03d}", f"{urgencies[-1] + 1:03d}"


def _with_receipts(alert: SentAlert, receipts: list[SmsDelivery]) -> SentAlert:
    of_alert = (receipt for receipt in receipts if receipt.message_id == alert.message_id)
    return replace(alert, deliveries=tuple(sorted(of_alert, key=lambda receipt: receipt.at)))


def _case_of(record: Record) -> Case:
    case = thread_of(record).case
    assert case is not None, "an index of cases holds threads with a case alone"
    return case


def _case_or_mention(record: Record) -> Case | StoredMention:
    return _case_of(record) if record["sk"] == "CASE" else stored_mention(record)
