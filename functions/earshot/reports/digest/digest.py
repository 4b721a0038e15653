"""The morning digest: what the last day brought, what is owed, and what may be wrong, gathered by index alone.

A digest covers the time from its hour on the day before to its hour today, so that the digests of all days together
cover every moment once, also where the clocks change and whenever a digest is sent late. What waits and what is late is
told as it is when the digest is gathered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median_low
from typing import Protocol
from zoneinfo import ZoneInfo

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.store.queries import CaseOrder, MentionLabels, Page
from earshot.reports.counts import Tally
from earshot.reports.health import Health, SourceHealth
from earshot.triage.judgement import Intent

DAYS_BEFORE = 7
# Of one status; more than anybody works on in a day. The digest says where it stopped counting.
MOST_CASES = 1000
_PAGE = 100
# The latest; so many in a day are not what incidents are for.
MOST_INCIDENTS = 100
# These have a part of the digest of their own, while they are fresh: nobody waits for them by the clock.
_FRIENDLY = frozenset({Intent.PRAISE, Intent.OPPORTUNITY})


@dataclass(frozen=True, slots=True)
class DigestPeriod:
    """What the digest of a local ``day`` covers: from ``start`` on and before ``end``, both in UTC."""

    day: date
    start: datetime
    end: datetime


def period_of(day: date, hour: int, zone: ZoneInfo) -> DigestPeriod:
    """From ``hour`` of the day before to ``hour`` of ``day``, by the clocks of ``zone``: 23 to 25 hours.

    An hour that the clocks skip is the one after it; of one that they repeat the first counts.
    """

    def at(on: date) -> datetime:
        return datetime(on.year, on.month, on.day, hour, tzinfo=zone).astimezone(UTC)

    return DigestPeriod(day, at(day - timedelta(days=1)), at(day))


def period_at(now: datetime, hour: int, zone: ZoneInfo) -> DigestPeriod:
    """The period of the digest that is sent on the local day of ``now``; it may not have ended yet."""
    return period_of(now.astimezone(zone).date(), hour, zone)


class Queries(Protocol):
    """What is asked of the case table's indexes."""

    def incidents(self, *, limit: int = ...) -> Page[Case]: ...
    def cases(
        self, status: Status, *, order: CaseOrder = ..., limit: int = ..., cursor: str | None = ...
    ) -> Page[Case]: ...
    def mention_labels_between(self, start: datetime, end: datetime) -> Iterator[MentionLabels]: ...


class Authors(Protocol):
    """What is known of authors, many at a time; who is not known is not in the answer."""

    def conversations_and_authors(
        self, conversations: Iterable[str], authors: Iterable[str]
    ) -> tuple[Mapping[str, Conversation], Mapping[str, AuthorCases]]: ...


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest tells. ``at`` is when it was gathered; times are told in ``zone``.

    ``complaints_before`` are those of the days before, the latest first, as far back as anything was heard.
    ``opened`` are the cases that opened in the period; ``waiting`` all that are open or acknowledged, the most urgent
    first. Where ``complete`` is False there are more of them than were read. ``returned`` are the ids of opened cases
    whose author has complained before. ``incidents`` are the cases of those that began or ended in the period or run
    still, the newest first; in none of the others are they.
    """

    at: datetime
    zone: ZoneInfo
    period: DigestPeriod
    came_in: Tally
    complaints_before: tuple[int, ...]
    opened: tuple[Case, ...]
    waiting: tuple[Case, ...]
    complete: bool
    returned: frozenset[str]
    health: Health
    incidents: tuple[Case, ...] = ()

    @property
    def late(self) -> list[Case]:
        """Past due and not answered, whether somebody holds it or not: the most urgent first, then the longest late."""
        late = (case for case in self._owed if case.response.due_at <= self.at)
        return sorted(late, key=lambda case: (-case.assessment.urgency, case.response.due_at, case.id))

    @property
    def open(self) -> list[Case]:
        """Nobody holds it, and it is not late: the most urgent first, then what is due first."""
        open_ = (case for case in self._owed if case.status is Status.OPEN and case.response.due_at > self.at)
        return sorted(open_, key=lambda case: (-case.assessment.urgency, case.response.due_at, case.id))

    @property
    def held(self) -> int:
        """How many somebody holds that are not late."""
        return sum(case.status is Status.ACKNOWLEDGED and case.response.due_at > self.at for case in self._owed)

    @property
    def praise(self) -> list[Case]:
        """What came in to say thanks for: of those who complained before first, then who is heard by most."""
        praise = (case for case in self._open if case.assessment.intent is Intent.PRAISE)
        return sorted(praise, key=lambda case: (case.id not in self.returned, -case.spread.reach, case.id))

    @property
    def opportunities(self) -> list[Case]:
        """Who came in and could be won: who is heard by most first."""
        found = (case for case in self._open if case.assessment.intent is Intent.OPPORTUNITY)
        return sorted(found, key=lambda case: (-case.spread.reach, case.id))

    @property
    def answered(self) -> list[Case]:
        """Of the cases that opened, those that the brand has answered."""
        return [case for case in self.opened if case.response.first_response_at is not None]

    @property
    def first_response(self) -> timedelta | None:
        """How long half of those who were answered waited at most; None where nobody was."""
        seconds = [case.response.first_response_seconds or 0 for case in self.answered]
        return timedelta(seconds=median_low(seconds)) if seconds else None

    def waits_for(self, incident: Case) -> int:
        """How many of an incident's customers have had no answer, or have asked again since."""
        return sum(case.incident_id == incident.id for case in self.waiting)

    @property
    def troubled(self) -> list[SourceHealth]:
        """Sources that are not heard, or may have missed posts since the period began."""
        return [source for source in self.health.sources if source.silent or self.missed(source)]

    def missed(self, source: SourceHealth) -> bool:
        """Whether a gap of this source touches the period, or what came since."""
        return source.gap is not None and source.gap.end > self.period.start

    @property
    def _open(self) -> Iterator[Case]:
        return (case for case in self.opened if case.status is Status.OPEN)

    @property
    def _owed(self) -> Iterator[Case]:
        return (case for case in self.waiting if case.assessment.intent not in _FRIENDLY)


def gather(
    period: DigestPeriod,
    hour: int,
    zone: ZoneInfo,
    *,
    queries: Queries,
    authors: Authors,
    health: Health,
    now: datetime,
) -> Digest:
    """Read what the digest of ``period`` tells. ``hour`` and ``zone`` are those that the period was made of."""
    before = [period_of(period.day - timedelta(days=days), hour, zone) for days in range(1, DAYS_BEFORE + 1)]
    tallies = [Tally().count(queries.mention_labels_between(day.start, day.end)) for day in before]
    while tallies and not tallies[-1].mentions:
        tallies.pop()
    opened, all_opened = _read(queries, Status, CaseOrder.NEWEST, lambda case: case.opened_at < period.start)
    waiting, all_waiting = _read(queries, (Status.OPEN, Status.ACKNOWLEDGED), CaseOrder.URGENCY, lambda case: False)
    opened = [case for case in opened if case.opened_at < period.end and case.incident is None]
    return Digest(
        at=now,
        zone=zone,
        period=period,
        came_in=Tally().count(queries.mention_labels_between(period.start, period.end)),
        complaints_before=tuple(tally.by_intent[Intent.COMPLAINT] for tally in tallies),
        opened=tuple(opened),
        waiting=tuple(case for case in waiting if case.incident is None),
        complete=all_opened and all_waiting,
        returned=_returned([case for case in opened if case.assessment.intent is Intent.PRAISE], authors),
        health=health,
        incidents=tuple(case for case in queries.incidents(limit=MOST_INCIDENTS).items if _is_news(case, period)),
    )


def _is_news(case: Case, period: DigestPeriod) -> bool:
    """Whether an incident began or ended in the period, or runs still."""
    ended_at = case.incident and case.incident.ended_at
    return case.opened_at < period.end and (
        case.opened_at >= period.start or ended_at is None or period.start <= ended_at < period.end
    )


def _read(
    queries: Queries, statuses: Iterable[Status], order: CaseOrder, ends: Callable[[Case], bool]
) -> tuple[list[Case], bool]:
    """The cases of each status up to the first that ``ends`` its list; and whether that was all of them."""
    found: dict[str, Case] = {}
    complete = True
    for status in statuses:
        cursor, count, goes_on = None, 0, True
        while goes_on and count < MOST_CASES:
            page = queries.cases(status, order=order, limit=_PAGE, cursor=cursor)
            cases = [case for case in page.items if not ends(case)]
            # An index lags: a case that changes its status meanwhile may stand in two lists.
            found |= {case.id: case for case in cases}
            count, cursor = count + len(page.items), page.next_cursor
            goes_on = cursor is not None and len(cases) == len(page.items)
        complete = complete and not goes_on
    return list(found.values()), complete


def _returned(praise: list[Case], authors: Authors) -> frozenset[str]:
    """The ids of these cases whose author opened a complaint before, in another conversation."""
    keys = {case.id: case.key.author_key(case.author.id) for case in praise}
    _, known = authors.conversations_and_authors((), keys.values())
    return frozenset(
        case.id
        for case in praise
        if keys[case.id] in known
        and any(
            recent.opened_at < case.opened_at and recent.conversation != str(case.key)
            for recent in known[keys[case.id]].recent
        )
    )
