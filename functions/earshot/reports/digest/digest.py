"""What the morning digest says: what came in since the last one, what is owed, and what may be wrong.

A digest covers the time from its hour on the day before to its hour today. The digests of consecutive days therefore
cover every moment exactly once, also where the clocks change and if one is sent late. Overdue and waiting cases are
listed as of the moment at which the digest is gathered. All of it is read from indexes, without a scan.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from statistics import median_low
from typing import Protocol
from zoneinfo import ZoneInfo

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.correction import Correction
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.store.queries import CaseOrder, Page
from earshot.mentions.ledger.coverage import SourceCoverage
from earshot.reports.counts import MentionCounting, MentionVolume
from earshot.reports.digest.period import DigestPeriod, period_of
from earshot.reports.health import Health, SourceHealth
from earshot.reports.listening.coverage import LedgerReader, gather_coverage
from earshot.reports.listening.forecast import LOOKED_BACK, Forecast, forecast
from earshot.triage.judgement import Intent

COMPARED_DAYS = 7
# Cases of one status: more than anybody handles in a day. The digest says if there are more.
MAX_CASES = 1000
_PAGE_SIZE = 100
# The latest; an incident is rare enough that no day has more.
MAX_INCIDENTS = 100
# So many verdicts of staff are worth a look at what they teach; nobody needs a higher count.
ENOUGH_VERDICTS = 20
# These have sections of their own, and no deadline.
_WITHOUT_DEADLINE = frozenset({Intent.PRAISE, Intent.OPPORTUNITY})


class DigestQueries(MentionCounting, Protocol):
    """What a digest reads from the indexes of the case table."""

    def incidents(self, *, limit: int = ...) -> Page[Case]: ...
    def cases(
        self, status: Status, *, order: CaseOrder = ..., limit: int = ..., cursor: str | None = ...
    ) -> Page[Case]: ...
    def corrections(self, first: date, last: date) -> Iterator[Correction]: ...


class AuthorReader(Protocol):
    """Reads conversations and authors by their keys; unknown keys are missing in the result."""

    def conversations_and_authors(
        self, conversations: Iterable[str], authors: Iterable[str]
    ) -> tuple[Mapping[str, Conversation], Mapping[str, AuthorCases]]: ...


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as gathered ``at`` a moment; its email shows times in ``zone``.

    ``volume`` is of the mentions in the period, ``complaints_before`` are the numbers of complaints on the days before
    it, latest first, without the days before the first mention. ``opened`` are the cases that opened in the period,
    ``waiting`` all cases that are open or acknowledged; ``complete`` is False if there are more than were read.
    ``former_complainers`` are the ids of opened cases whose author has complained before. ``incidents`` are the cases
    of incidents that began, ended or went on in the period, newest first; no other field has them. ``new_verdicts`` is
    how often staff said of a judgement what it should have been since somebody last looked at what that teaches, at
    most ``ENOUGH_VERDICTS``. ``covered`` is what each source heard of the period, and ``forecast`` what the month will
    cost, None where that was not asked.
    """

    at: datetime
    zone: ZoneInfo
    period: DigestPeriod
    volume: MentionVolume
    complaints_before: tuple[int, ...]
    opened: tuple[Case, ...]
    waiting: tuple[Case, ...]
    complete: bool
    former_complainers: frozenset[str]
    health: Health
    incidents: tuple[Case, ...] = ()
    new_verdicts: int = 0
    covered: tuple[SourceCoverage, ...] = ()
    forecast: Forecast | None = None

    @property
    def overdue(self) -> list[Case]:
        """Unanswered and past due, acknowledged or not: the most urgent first, then the longest overdue."""
        overdue = (case for case in self._with_deadline if case.response.due_at <= self.at)
        return sorted(overdue, key=lambda case: (-case.assessment.urgency, case.response.due_at, case.id))

    @property
    def unassigned(self) -> list[Case]:
        """Open and not overdue: the most urgent first, then what is due first."""
        open_ = (case for case in self._with_deadline if case.status is Status.OPEN)
        in_time = (case for case in open_ if case.response.due_at > self.at)
        return sorted(in_time, key=lambda case: (-case.assessment.urgency, case.response.due_at, case.id))

    @property
    def acknowledged(self) -> int:
        """How many cases are acknowledged and not overdue."""
        acknowledged = (case for case in self._with_deadline if case.status is Status.ACKNOWLEDGED)
        return sum(case.response.due_at > self.at for case in acknowledged)

    @property
    def praise(self) -> list[Case]:
        """Open praise of the period: from former complainers first, then by reach."""
        praise = (case for case in self._opened_and_open if case.assessment.intent is Intent.PRAISE)
        return sorted(
            praise, key=lambda case: (case.id not in self.former_complainers, -case.posts.spread.reach, case.id)
        )

    @property
    def opportunities(self) -> list[Case]:
        """Open opportunities of the period, by reach."""
        found = (case for case in self._opened_and_open if case.assessment.intent is Intent.OPPORTUNITY)
        return sorted(found, key=lambda case: (-case.posts.spread.reach, case.id))

    @property
    def answered(self) -> list[Case]:
        """The opened cases that the brand has answered."""
        return [case for case in self.opened if case.response.first_response_at is not None]

    @property
    def median_first_response(self) -> timedelta | None:
        """The median wait for the first response, None if nothing was answered."""
        seconds = [case.response.first_response_seconds or 0 for case in self.answered]
        return timedelta(seconds=median_low(seconds)) if seconds else None

    def waiting_for(self, incident: Case) -> int:
        """How many customers of an incident have had no answer, or have asked again since."""
        return sum(case.incident_id == incident.id for case in self.waiting)

    @property
    def unhealthy_sources(self) -> list[SourceHealth]:
        """Sources that are silent or suspected, or may have missed posts since the period began."""
        return [
            source
            for source in self.health.sources
            if source.silent or self.has_gap(source) or source.suspected_since is not None
        ]

    def has_gap(self, source: SourceHealth) -> bool:
        """Whether a gap of the source overlaps the period or the time after it."""
        return source.gap is not None and source.gap.end > self.period.start

    @property
    def _opened_and_open(self) -> Iterator[Case]:
        return (case for case in self.opened if case.status is Status.OPEN)

    @property
    def _with_deadline(self) -> Iterator[Case]:
        return (case for case in self.waiting if case.assessment.intent not in _WITHOUT_DEADLINE)


def gather_digest(
    period: DigestPeriod,
    hour: int,
    zone: ZoneInfo,
    *,
    queries: DigestQueries,
    authors: AuthorReader,
    health: Health,
    now: datetime,
    last_look: datetime | None = None,
    ledger: LedgerReader | None = None,
    swept: int = 0,
) -> Digest:
    """Read the digest of ``period``, which was made of ``hour`` and ``zone``.

    ``last_look`` is when somebody last looked at what staff's corrections teach; None: never. Without a ``ledger`` it
    says nothing of what was heard and what that costs; ``swept`` is what ``forecast`` wants to know of it.
    """
    before = _complaints_before(period, hour, zone, queries)
    volume = MentionVolume.of(queries.count_mentions(period.start, period.end))
    complaints = (volume.by_intent[Intent.COMPLAINT], *before)
    opened, all_opened = _read(queries, Status, CaseOrder.NEWEST, lambda case: case.opened_at < period.start)
    waiting, all_waiting = _read(queries, (Status.OPEN, Status.ACKNOWLEDGED), CaseOrder.URGENCY, lambda case: False)
    opened = [case for case in opened if case.opened_at < period.end and case.incident is None]
    return Digest(
        at=now,
        zone=zone,
        period=period,
        volume=volume,
        complaints_before=before,
        opened=tuple(opened),
        waiting=tuple(case for case in waiting if case.incident is None),
        complete=all_opened and all_waiting,
        former_complainers=_former_complainers(opened, authors),
        health=health,
        incidents=tuple(case for case in queries.incidents(limit=MAX_INCIDENTS).items if _is_news(case, period)),
        new_verdicts=_new_verdicts(queries, last_look, now),
        covered=_covered(ledger, health, period.start, period.end, now),
        forecast=_forecast(ledger, health, complaints, now, swept),
    )


def _covered(
    ledger: LedgerReader | None, health: Health, start: datetime, end: datetime, now: datetime
) -> tuple[SourceCoverage, ...]:
    return () if ledger is None else gather_coverage(health.sources, ledger, start, end, now)


def _forecast(
    ledger: LedgerReader | None, health: Health, complaints: Sequence[int], now: datetime, swept: int
) -> Forecast | None:
    if ledger is None:
        return None
    week = _covered(ledger, health, now - LOOKED_BACK, now, now)
    return forecast(week, health.spending, sum(complaints[: LOOKED_BACK.days]), now, swept)


def _new_verdicts(queries: DigestQueries, last_look: datetime | None, now: datetime) -> int:
    first = date.min if last_look is None else last_look.astimezone(UTC).date()
    found = queries.corrections(first, now.astimezone(UTC).date())
    new = (one for one in found if last_look is None or one.entry.at > last_look)
    return sum(1 for _ in islice(new, ENOUGH_VERDICTS))


def _complaints_before(period: DigestPeriod, hour: int, zone: ZoneInfo, queries: DigestQueries) -> tuple[int, ...]:
    days = [period_of(period.day - timedelta(days=days), hour, zone) for days in range(1, COMPARED_DAYS + 1)]
    volumes = [MentionVolume.of(queries.count_mentions(day.start, day.end)) for day in days]
    while volumes and not volumes[-1].mentions:
        volumes.pop()
    return tuple(volume.by_intent[Intent.COMPLAINT] for volume in volumes)


def _is_news(case: Case, period: DigestPeriod) -> bool:
    """Whether an incident began or ended in the period, or still goes on."""
    ended_at = case.incident and case.incident.ended_at
    return case.opened_at < period.end and (
        case.opened_at >= period.start or ended_at is None or period.start <= ended_at < period.end
    )


def _read(
    queries: DigestQueries, statuses: Iterable[Status], order: CaseOrder, is_end: Callable[[Case], bool]
) -> tuple[list[Case], bool]:
    """The cases of each status before the first that ``is_end`` of its list; and whether that was all of them."""
    found: dict[str, Case] = {}
    complete = True
    for status in statuses:
        cursor: str | None = None
        count, has_more = 0, True
        while has_more and count < MAX_CASES:
            page = queries.cases(status, order=order, limit=_PAGE_SIZE, cursor=cursor)
            cases = [case for case in page.items if not is_end(case)]
            # The index is eventually consistent: a case whose status changes meanwhile may be in two lists.
            found |= {case.id: case for case in cases}
            count, cursor = count + len(page.items), page.next_cursor
            has_more = cursor is not None and len(cases) == len(page.items)
        complete = complete and not has_more
    return list(found.values()), complete


def _former_complainers(opened: Iterable[Case], authors: AuthorReader) -> frozenset[str]:
    """The ids of the praise whose author opened a complaint before it, in another conversation."""
    praise = [case for case in opened if case.assessment.intent is Intent.PRAISE]
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
