"""What a deployed brand's classifier learned from staff, and the stored cases and posts to learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from earshot.cases.case.case import Case
from earshot.cases.case.correction import Correction
from earshot.cases.case.status import Status
from earshot.cases.store.batch_reads import BATCH_GET_MOST, BatchReads
from earshot.cases.stored_mention import StoredMention
from earshot.errors import NotFoundError
from earshot.triage.learned.json_text import parse_adjustment
from earshot.triage.terms.terms import Terms
from earshot.triage.terms.toml_file import parse_terms
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import CASE_TABLE, SOURCE_TABLE, wire
from infra.ops.settings.brands import DeployedBrands
from infra.ops.settings.terms import DeployedTerms
from infra.ops.stack import Stack

T = TypeVar("T")
_READ = "Your credentials need dynamodb:GetItem on it."
_WRITE = "Your credentials need dynamodb:UpdateItem on it."
_CASES = "Your credentials need dynamodb:Query, GetItem and BatchGetItem on the case table and its indexes."


class DeployedAdjustment:
    """The adjustment of one stack. Each method raises EarshotError where AWS refuses."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        self._table = wire(session, stack, SOURCE_TABLE).learned_table
        self._name = stack.output(SOURCE_TABLE)

    def read(self) -> str:
        """The stored text, empty where there is none."""
        return self._asked("read", _READ, self._table.read)

    def put(self, text: str, now: datetime) -> None:
        """Replace the stored text and keep it for ``undo``."""
        self._asked("changed", _WRITE, lambda: self._table.apply_adjustment(text, now))

    def undo(self, now: datetime) -> bool:
        """Restore the text before the last change. False where there is none."""
        return self._asked("changed", _WRITE, lambda: self._table.undo_adjustment(now))

    def note_look(self, now: datetime) -> None:
        """Somebody has looked at the evidence: the digest counts from here."""
        self._asked("changed", _WRITE, lambda: self._table.note_look(now))

    def _asked(self, done: str, remedy: str, ask: Callable[[], T]) -> T:
        with explained(f"What was learned, in table {self._name}, cannot be {done}", remedy):
            return ask()


class StoredCases:
    """Cases, posts and verdicts of one stack. Each method raises EarshotError where AWS refuses."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        wired = wire(session, stack, CASE_TABLE)
        self._queries = wired.case_queries
        self._reads = BatchReads(wired.clients.dynamodb, stack.output(CASE_TABLE))

    def corrections(self, first: date, last: date) -> list[Correction]:
        """What staff said from the first day to the last, the earliest first."""
        with _explained():
            return list(self._queries.corrections(first, last))

    def opened(self, start: datetime, end: datetime) -> list[Case]:
        """The cases that opened from ``start`` on and before ``end``."""
        with _explained():
            # The index lags: a case that changes its status meanwhile may be found under both.
            found = (case for status in Status for case in self._queries.opened_between(status, start, end))
            return list({case.id: case for case in found}.values())

    def case(self, case_id: str) -> Case | None:
        """One case; None where it is no longer kept."""
        with _explained():
            try:
                return self._queries.case(case_id)
            except NotFoundError:
                return None

    def keys(self, days: Iterable[date]) -> list[str]:
        """The keys of the posts of these days that are not the brand's own."""
        with _explained():
            return [key for day in days for key in self._queries.mention_keys(day)]

    def posts(self, keys: Iterable[str]) -> Iterator[StoredMention]:
        """The posts that are stored under these keys."""
        left = iter(keys)
        while some := list(islice(left, BATCH_GET_MOST)):
            with _explained():
                found = self._reads.read(posts=some).posts.values()
            yield from (one for one in found if isinstance(one, StoredMention))


def terms_of(session: AwsSession, stack: Stack) -> Terms:
    """The terms that are in force in a stack, with what was learned. EarshotError where they cannot be used."""
    brands = DeployedBrands(session, stack).current()
    terms = parse_terms(DeployedTerms(session, stack).read(), brands.handles, brands=brands.names)
    learned = parse_adjustment(DeployedAdjustment(session, stack).read())
    return terms.for_brands(brands.handles, brands.voices, learned)


def _explained() -> AbstractContextManager[None]:
    return explained("The stored cases cannot be read", _CASES)
