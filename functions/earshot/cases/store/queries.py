"""What people read from the case table: pages of cases, one case with all that belongs to it, an author, a period.

Every read is a query of one partition. Lists come from indexes, which are eventually consistent: a case may be in a
list for a moment after it left it. The case itself, its log and its alerts are read strongly consistent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from secrets import token_bytes
from typing import TYPE_CHECKING, Generic, TypeVar

from earshot.aws.dynamodb import Item, Record, from_item, read_all, to_item
from earshot.aws.parallel import AT_ONCE
from earshot.cases.case.case import Case
from earshot.cases.case.correction import Correction
from earshot.cases.case.key import check_case_id
from earshot.cases.case.status import Status
from earshot.cases.holders.held_by import HeldBy
from earshot.cases.inbox.words import search_terms
from earshot.cases.incidents.incident import AUTHOR_KEY
from earshot.cases.store.answer_size import json_bytes, last_within
from earshot.cases.store.case_file import CaseFile, alerts_in, case_in, log_in
from earshot.cases.store.codec import plain, restore, stored_mention
from earshot.cases.store.keys import CORRECTIONS, conversation_key, conversation_of, mention_in
from earshot.cases.store.listing import (
    BY_AUTHOR,
    BY_CONVERSATION,
    BY_DAY,
    BY_DESK,
    BY_OPENED,
    BY_URGENCY,
    CASE_ATTRIBUTES,
    Keys,
    Listing,
    read_listed,
    read_page,
)
from earshot.cases.store.mention_counts import MentionCounter, MentionCounts
from earshot.cases.stored_mention import StoredMention
from earshot.errors import NotFoundError
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent, Severity, severity_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")

# More of one customer than anybody reads at once. Of a longer exchange the latest posts are given.
MOST_MENTIONS = 500


class CaseOrder(StrEnum):
    """How a list of cases is sorted."""

    URGENCY = "urgency"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases of a list are wanted; what is None filters nothing.

    ``holder`` says who has the case. ``find`` are words that must all be in the case.
    """

    severity: Severity | None = None
    intent: Intent | None = None
    holder: HeldBy | None = None
    find: str | None = None


EVERY_CASE = CaseFilter()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list. ``next_cursor`` is where the next page begins, None after the last."""

    items: tuple[T, ...]
    next_cursor: str | None


class CaseQueries:
    """The read side of the case table. Decisions are made on what ``CaseTable`` reads, and written by it.

    ``keys`` gives the keys that cursors are signed with, and is called only where there is a cursor. Without it cursors
    are valid for this instance alone.
    """

    def __init__(self, client: "DynamoDBClient", name: str, keys: Keys | None = None) -> None:
        self._client = client
        self._name = name
        own_key = token_bytes()
        self._keys: Keys = keys or (lambda *, fresh=False: (own_key,))

    def cases(
        self,
        status: Status,
        wanted: CaseFilter = EVERY_CASE,
        *,
        order: CaseOrder = CaseOrder.URGENCY,
        limit: int = 25,
        cursor: str | None = None,
    ) -> Page[Case]:
        """The cases with one status, the most urgent or the newest first. CursorError: not a cursor of this list.

        Severity follows urgency, so in the order of urgency it is a range of the index. In the order of time it is a
        filter, as are all others: a page may then hold fewer than ``limit``, and the list has ended only where no
        cursor is given.
        """
        by_urgency = order is CaseOrder.URGENCY
        attributes = {
            "severity": None if by_urgency else wanted.severity,
            "intent": wanted.intent,
        }
        listing = Listing(
            BY_URGENCY if by_urgency else BY_OPENED,
            str(status),
            between=_urgency_range(wanted.severity) if by_urgency and wanted.severity else None,
            equal=tuple((attribute, str(value)) for attribute, value in attributes.items() if value is not None),
            find=search_terms(wanted.find or ""),
            held_by=wanted.holder,
        )
        return self._page(listing, limit, cursor, _case_of)

    def unanswered(self, intent: Intent, *, limit: int = 25, cursor: str | None = None) -> Page[Case]:
        """Praise or opportunities that nobody has answered yet. CursorError: not a cursor of this list.

        Of praise that of former complainers first, then by the author's followers, then the newest; of opportunities
        the newest first.
        """
        return self._page(Listing(BY_DESK, str(intent)), limit, cursor, _case_of)

    def author(
        self, source: str, author_id: str, *, limit: int = 25, cursor: str | None = None
    ) -> Page[Case | StoredMention]:
        """What an author wrote, and the cases they opened, the newest first. NotFoundError: nothing is known.

        CursorError: not a cursor of this list.
        """
        page = self._page(Listing(BY_AUTHOR, f"{source}#{author_id}"), limit, cursor, _case_or_mention)
        if not page.items and cursor is None:
            raise NotFoundError(f"Nothing is known of an author {author_id!r} on {source!r}: see author.id of a case.")
        return page

    def incidents(self, *, over: bool = False, limit: int = 25, cursor: str | None = None) -> Page[Case]:
        """The cases of incidents, the newest first: all, or with ``over`` only those that have ended.

        The live ones are few among many: ``IncidentTable.live`` lists them.
        """
        there = (("conversation_state.case.incident.ended_at", True),) if over else ()
        return self._page(Listing(BY_AUTHOR, AUTHOR_KEY, there=there), limit, cursor, _case_of)

    def case(self, case_id: str) -> Case:
        """One case as it is now. NotFoundError where there is none."""
        key = to_item(conversation_key(check_case_id(case_id)))
        item = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")
        case = None if item is None else conversation_of(from_item(item)).case
        if case is None:
            raise _no_case(case_id)
        return case

    def case_file(self, case_id: str) -> CaseFile:
        """One case and all that belongs to it. NotFoundError where there is none."""
        partition = conversation_key(check_case_id(case_id))["pk"]
        request = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": to_item({":pk": partition})}
        records = list(read_all(self._client, TableName=self._name, ConsistentRead=True, **request))
        case = case_in(records)
        if case is None:
            raise _no_case(case_id)
        page, threads = self._latest_mentions(case.id), list(map(self._latest_mentions, case.posts.conversations))
        said = (one for thread in threads for one in thread.items if not one.mention.is_repost)
        statements = sorted((one for one in said if one.mention.brand.lower() == case.brand.lower()), key=_age)
        log, alerts = log_in(records), alerts_in(records)
        file = CaseFile(
            case=case,
            mentions=tuple(sorted(page.items, key=_age)),
            statements=last_within(statements, lambda one: json_bytes(one.mention.to_record())),
            complete=all(one.next_cursor is None for one in (page, *threads)),
            log=last_within(log, lambda one: json_bytes(plain(one))),
            alerts=last_within(alerts, lambda one: json_bytes(plain(one))),
        )
        given = (len(file.statements), len(file.log), len(file.alerts))
        return file if given == (len(statements), len(log), len(alerts)) else replace(file, complete=False)

    def opened_between(self, status: Status, start: datetime, end: datetime) -> Iterator[Case]:
        """The cases of a status that opened from ``start`` on and before ``end``, the newest first.

        An index lags: a case that changes its status meanwhile may be found under both. They are read lazily, in pages
        of 100.
        """
        # A sort key continues after its time, so that a time alone sorts before all that opened then.
        listing = Listing(BY_OPENED, str(status), between=(rfc3339(start), rfc3339(end)))
        found = read_listed(self._client, self._name, listing, CASE_ATTRIBUTES, _opened)
        return (record["case"] for record in found)

    def count_mentions(self, start: datetime, end: datetime) -> MentionCounts:
        """How many mentions were posted from ``start`` on and before ``end``, by each of their labels."""
        return MentionCounter(self._client, self._name, AT_ONCE).between(start, end)

    def mention_keys(self, day: date) -> Iterator[str]:
        """The keys of the mentions that were posted on a day in UTC and are not the brand's own."""
        records = read_all(self._client, **Listing(BY_DAY, day.isoformat()).request(self._name))
        return (mention_in(record["pk"]) for record in records if not record["own"])

    def corrections(self, first: date, last: date) -> Iterator[Correction]:
        """What staff said of judgements on the days from ``first`` to ``last``, in UTC, the earliest first."""
        # Every time of a day continues after its date with a T, and T sorts before U.
        values = {":pk": CORRECTIONS, ":first": first.isoformat(), ":last": f"{last.isoformat()}U"}
        records = read_all(
            self._client,
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(values),
        )
        return (restore(Correction, record) for record in records)

    def _latest_mentions(self, conversation: str) -> Page[StoredMention]:
        return self._page(Listing(BY_CONVERSATION, conversation), MOST_MENTIONS, None, stored_mention)

    def _page(self, listing: Listing, limit: int, cursor: str | None, read: Callable[[Record], T]) -> Page[T]:
        records, next_cursor = read_page(self._client, self._name, listing, limit, cursor, self._keys)
        return Page(tuple(map(read, records)), next_cursor)


def _age(stored: StoredMention) -> tuple[datetime, str]:
    return stored.mention.created_at, stored.mention.id


def _no_case(case_id: str) -> NotFoundError:
    return NotFoundError(f"There is no case {case_id!r}: it was never opened, or is no longer kept.")


def _urgency_range(severity: Severity) -> tuple[str, str]:
    """The range of the order of urgency that has a severity: from its least urgency to before that of the next."""
    urgencies = [urgency for urgency in range(101) if severity_of(urgency) is severity]
    return f"{urgencies[0]:03d}", f"{urgencies[-1] + 1:03d}"


def _case_of(record: Record) -> Case:
    case = conversation_of(record).case
    assert case is not None, "an index of cases has only conversations with a case"
    return case


def _opened(item: Item) -> Record:
    """The case of an item, and what the list of those that opened filters by: the case says that as well.

    Thousands are read for a report, and botocore takes as long for two attributes more as for the case.
    """
    case = _case_of(from_item(item))
    return {"case": case, BY_OPENED.partition: str(case.status), BY_OPENED.order: f"{rfc3339(case.opened_at)}#"}


def _case_or_mention(record: Record) -> Case | StoredMention:
    return _case_of(record) if record["sk"] == "CASE" else stored_mention(record)
