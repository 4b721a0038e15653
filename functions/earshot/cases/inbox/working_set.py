"""The cases that staff work through, in the memory of a function, kept in step with the table by what has changed.

An index of DynamoDB has one order and cannot count; sorting, filtering, counting and searching 5,000 cases takes a few
milliseconds in memory. Who waits is read when it is first asked for, what has ended when it is searched. From then on
the index ``by-change`` says what has changed since: half a read unit where nothing has.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2s
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import Record, to_item
from earshot.aws.parallel import for_all
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.inbox.entry import InboxEntry
from earshot.cases.inbox.view import WAITING
from earshot.cases.store.keys import CHANGE_SHARD, conversation_in, conversation_key, conversation_of, urgency_order
from earshot.cases.store.listing import (
    BATCH_GET_MOST,
    BY_OPENED,
    BY_URGENCY,
    CASE_ATTRIBUTES,
    Index,
    Listing,
    read_items,
)
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_BY_CHANGE = Index("by-change", "change_shard", "changed_at")
# Of each status of those who wait so many are known, the most urgent: more would take a function too long to read. Of
# what was answered or resolved the newest of each.
MOST_WAITING = 10_000
MOST_ENDED = 2_500
# Requests that come together share one look at what has changed.
_FRESH_FOR = timedelta(seconds=1)
# A change is stamped before it is written, and a batch of posts is stamped once.
_OVERLAP = timedelta(minutes=2)
# The keys of those who wait are compared so often: that finds what was deleted, and mends whatever was missed.
_COMPARED_EVERY = timedelta(minutes=1)
# What has ended is forgotten after this time, and read again when it is next searched.
_ENDED_KEPT = timedelta(minutes=15)
_Key = Mapping[str, Any]


class WorkingSet:
    """Adapter of the case table and its indexes. ``at_once`` requests are sent together."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Callable[[], datetime], at_once: int = 1) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._at_once = at_once
        self._lock = Lock()
        self._entries: dict[str, InboxEntry] = {}
        self._loaded: dict[Status, datetime] = {}
        self._oldest: dict[Status, datetime] = {}
        # Of a status with more than are known: the place of the least urgent one that is, in the order of the index.
        self._least: dict[Status, str] = {}
        self._read_at: datetime | None = None
        self._compared_at: datetime | None = None
        self._seen: frozenset[tuple[str, str]] = frozenset()
        self._revision: str | None = None

    def entries(self, statuses: Iterable[Status]) -> tuple[InboxEntry, ...]:
        """The known cases with these statuses as they are now, in no order."""
        wanted = frozenset(statuses)
        with self._lock:
            self._catch_up(wanted | WAITING)
            return tuple(one for one in self._entries.values() if one.status in wanted)

    def known_since(self, statuses: Iterable[Status]) -> datetime | None:
        """From when on the cases with these statuses are known, by when they opened; None: all of them are."""
        return max((self._oldest[status] for status in statuses if status in self._oldest), default=None)

    def is_cut(self, statuses: Iterable[Status]) -> bool:
        """Whether more wait with one of these statuses than are known: of that one the most urgent are."""
        return any(status in self._least for status in statuses)

    def cases(self, ids: Sequence[str]) -> list[Case]:
        """These cases as the table has them, in their order, without what was deleted. What has changed is noted."""
        with self._lock:
            found = {case.id: case for case in self._read([to_item(conversation_key(id)) for id in ids])}
        return [found[id] for id in ids if id in found]

    def revision(self) -> str:
        """A text that changes whenever anything of those who wait does, the same in every function."""
        if self._revision is None:
            known = sorted(f"{one.id} {one.version}" for one in self._entries.values() if one.status in WAITING)
            self._revision = blake2s("\n".join(known).encode(), digest_size=8).hexdigest()
        return self._revision

    def _catch_up(self, statuses: frozenset[Status]) -> None:
        now = self._clock()
        self._forget_ended(now)
        missing = sorted(statuses - set(self._loaded))
        for status in missing:
            self._load(status, now)
        if missing:
            # A change that was seen when its status was not kept, and that the index of the status has not yet: again.
            self._seen = frozenset()
        if missing or self._read_at is None or now - self._read_at >= _FRESH_FOR:
            self._read_changes(now)
        if self._compared_at is None:
            self._compared_at = now
        elif now - self._compared_at >= _COMPARED_EVERY:
            self._compare_keys(now)

    def _load(self, status: Status, now: datetime) -> None:
        waits = status in WAITING
        most = MOST_WAITING if waits else MOST_ENDED
        # Whatever is written from here on is a change, and read as one.
        self._read_at = self._read_at or now
        keys = self._keys(Listing(BY_URGENCY if waits else BY_OPENED, str(status)), most + 1)
        self._loaded[status] = now
        if waits:
            self._note_least(status, keys)
        try:
            # Many, and what changes meanwhile is read as a change: half the price will do.
            cases = self._read(keys[:most], consistent=False)
        except BaseException:
            del self._loaded[status]
            raise
        if len(keys) > most and not waits:
            self._oldest[status] = min((case.opened_at for case in cases), default=now)

    def _forget_ended(self, now: datetime) -> None:
        for status, at in list(self._loaded.items()):
            if status not in WAITING and now - at >= _ENDED_KEPT:
                del self._loaded[status]
                self._oldest.pop(status, None)
                self._entries = {id: one for id, one in self._entries.items() if one.status is not status}

    def _read_changes(self, now: datetime) -> None:
        since = (self._read_at or now) - _OVERLAP
        listing = Listing(_BY_CHANGE, CHANGE_SHARD, between=(rfc3339(since), "~"))
        keys = self._keys(listing, None)
        seen = frozenset((key["pk"]["S"], key["changed_at"]["S"]) for key in keys)
        self._read([key for key in keys if (key["pk"]["S"], key["changed_at"]["S"]) not in self._seen])
        self._seen, self._read_at = seen, now

    def _compare_keys(self, now: datetime) -> None:
        differing: dict[str, _Key] = {}
        for status in WAITING:
            keys = self._keys(Listing(BY_URGENCY, str(status)), MOST_WAITING + 1)
            found = {_id_of(key): key for key in keys[:MOST_WAITING]}
            known = {one.id: one for one in self._entries.values() if one.status is status}
            self._note_least(status, keys)
            if status in self._least:
                # Others are more urgent by now: every function forgets the same, and none grows without end.
                self._forget(known.keys() - found.keys())
            else:
                differing |= {id: to_item(conversation_key(id)) for id in known.keys() - found.keys()}
            for id, key in found.items():
                if id not in known or not key["urgency_order"]["S"].startswith(f"{known[id].urgency:03d}#"):
                    differing[id] = key
        self._read(list(differing.values()))
        self._compared_at = now

    def _note_least(self, status: Status, keys: Sequence[_Key]) -> None:
        if len(keys) > MOST_WAITING:
            self._least[status] = keys[MOST_WAITING - 1]["urgency_order"]["S"]
        else:
            self._least.pop(status, None)

    def _forget(self, ids: Iterable[str]) -> None:
        self._revision = None
        for id in ids:
            self._entries.pop(id, None)

    def _keys(self, listing: Listing, most: int | None) -> list[_Key]:
        """The keys in a list, from its end, at most so many."""
        request: dict[str, Any] = listing.request(self._table) | ({} if most is None else {"Limit": most})
        keys: list[_Key] = []
        while True:
            answer = self._client.query(**request)
            keys += answer["Items"]
            if "LastEvaluatedKey" not in answer or (most is not None and len(keys) >= most):
                return list(islice(keys, most))
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _read(self, keys: Sequence[_Key], *, consistent: bool = True) -> list[Case]:
        """The cases with these keys, each noted as it is: what has no case any more is forgotten."""
        unique = {_id_of(key): key for key in keys}
        ids = list(unique)
        chunks = [ids[start : start + BATCH_GET_MOST] for start in range(0, len(ids), BATCH_GET_MOST)]

        def read(chunk: list[str]) -> list[Record | None]:
            asked = [unique[id] for id in chunk]
            return read_items(self._client, self._table, asked, CASE_ATTRIBUTES, consistent=consistent)

        cases: list[Case] = []
        for chunk, records in zip(chunks, for_all(read, chunks, at_once=self._at_once), strict=True):
            for id, record in zip(chunk, records, strict=True):
                case = None if record is None else conversation_of(record).case
                cases += [] if case is None else [case]
                self._note(id, case)
        return cases

    def _note(self, id: str, case: Case | None) -> None:
        self._revision = None
        if case is None or case.status not in self._loaded or urgency_order(case) < self._least.get(case.status, ""):
            self._entries.pop(id, None)
        else:
            self._entries[id] = InboxEntry.of(case)


def _id_of(key: _Key) -> str:
    return conversation_in(key["pk"]["S"])
