"""Watching for incidents: once a minute, whether many complain about one thing, and what becomes of the running ones.

What is changed here are cases and the list of incidents that run. Alerts follow from the cases, as always.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from earshot.cases.case.case import Case
from earshot.cases.case.inhibition import join_incident
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Outcome, Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.incident import SOURCE, Incident, Member, features_in_common, features_of, label_of
from earshot.cases.incidents.incident_case import ended, grown, incident_id, open_incident
from earshot.cases.incidents.statistics import LEAST, WINDOW, Hour, hours_like, unusual
from earshot.cases.policy.policy import Policy
from earshot.errors import ConflictError
from earshot.triage.judgement import HIGH, Intent, severity_of

# An hour is kept this long after it is over: by then X has indexed what was posted in it.
SETTLED = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
# Of one hour; what is rarer than these is rare.
_MOST_FEATURES = 300
# More incidents than that in one minute are one incident told in many words.
_MOST_NEW = 3


class Cases(Protocol):
    """What is asked of the case table."""

    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...
    def save(self, changes: Sequence[tuple[Conversation, Sequence[LogEntry]]], *, now: datetime) -> None: ...


class Queries(Protocol):
    """What is read by index."""

    def opened(self, start: datetime, end: datetime) -> Iterator[Case]: ...


class Incidents(Protocol):
    """Where incidents and hours are kept."""

    def live(self) -> tuple[Incident, ...]: ...
    def put_live(self, incidents: tuple[Incident, ...], before: tuple[Incident, ...]) -> None: ...
    def hours(self, now: datetime) -> tuple[Hour, ...]: ...
    def put_hour(self, hour: Hour) -> None: ...
    def members(self, incident: Incident) -> Iterable[Member]: ...


@dataclass(slots=True)
class Detected:
    """What one look did: the incidents that it recognised, the cases that joined one, the incidents that ended."""

    recognised: list[str] = field(default_factory=list)
    joined: int = 0
    ended: list[str] = field(default_factory=list)


class IncidentDetector:
    """Looks for incidents. It remembers which hour it has kept, so as not to keep it each minute."""

    def __init__(self, cases: Cases, queries: Queries, incidents: Incidents) -> None:
        self._cases = cases
        self._queries = queries
        self._incidents = incidents
        self._kept: datetime | None = None

    def look(self, now: datetime, policy: Policy) -> Detected:
        """One look. All that it does can be done again.

        ConflictError where two look at the same time, and the other was faster.
        """
        done = Detected()
        recent = [case for case in self._queries.opened(now - WINDOW, now) if _counts(case)]
        before = self._incidents.live()
        live = tuple(one for one in before if self._goes_on(one, now, done))
        free = self._join(recent, live, now, done)
        for _ in range(_MOST_NEW):
            incident = self._recognise(free, now, policy, done)
            if incident is None:
                break
            live = (*live, incident)
            free = self._join(free, (incident,), now, done)
        live = tuple(self._grow(one, recent, now) for one in live)
        if live != before:
            self._incidents.put_live(live, before)
        self._keep_hour(now)
        return done

    def _goes_on(self, incident: Incident, now: datetime, done: Detected) -> bool:
        """Whether it runs still; one without a new complaint for an hour ends here, as does one that staff resolved."""
        over = now - incident.latest_at >= WINDOW

        def decide(thread: Conversation) -> Decision:
            case = thread.case
            if case is None or not (over or case.status is Status.RESOLVED) or _is_over(case):
                return None
            resolved, entries = ended(case, now)
            return replace(thread, case=resolved), entries

        case = self._cases.change(str(ConversationKey.of_case(incident.id)), decide, now).case
        if case is not None and not _is_over(case):
            return True
        done.ended.append(incident.id)
        return False

    def _join(self, cases: Iterable[Case], live: Sequence[Incident], now: datetime, done: Detected) -> list[Case]:
        """Have the cases that an incident covers join it; answers the others that belong to none."""
        free = []
        for case in cases:
            if case.incident_id is not None:
                continue
            incident = next((one for one in live if one.covers(_features(case))), None)
            if incident is None:
                free.append(case)
                continue
            self._cases.change(str(case.key), lambda thread, to=incident: _joined(thread, to, now), now)
            done.joined += 1
        return free

    def _recognise(self, free: Sequence[Case], now: datetime, policy: Policy, done: Detected) -> Incident | None:
        """The incident that stands out most among cases that belong to none, with its own case opened."""
        authors: dict[str, set[str]] = {}
        for case in free:
            for feature in _features(case):
                authors.setdefault(feature, set()).add(case.key.author_key(case.author.id))
        counts = {feature: len(who) for feature, who in authors.items()}
        if max(counts.values(), default=0) < LEAST:
            return None
        found = unusual(counts, hours_like(self._incidents.hours(now), now))
        if found is None:
            return None
        main, usual = found
        members = [case for case in free if main in _features(case)]
        began_at = min(case.opened_at for case in members)
        incident = Incident(
            id=incident_id(members[0].brand, label_of(main), began_at),
            label=label_of(main),
            features=features_in_common(main, map(_features, members)),
            began_at=began_at,
            latest_at=max(case.opened_at for case in members),
            count=counts[main],
            usual=round(usual.mean, 1),
        )
        severity = severity_of(max(HIGH, *(case.assessment.urgency for case in members)))
        opened = open_incident(incident, members, policy, policy.ladder_for(severity), now)
        try:
            self._cases.save([opened], now=now)
        except ConflictError:
            # Somebody died after opening it, and before it was listed: it is listed now.
            return incident
        done.recognised.append(incident.id)
        return incident

    def _grow(self, incident: Incident, recent: Iterable[Case], now: datetime) -> Incident:
        """The incident with all who have joined it; its case says how many."""
        latest = [case.opened_at for case in recent if incident.covers(_features(case))]
        if not latest:
            return incident
        members = list(self._incidents.members(incident))
        bigger = replace(incident, count=max(incident.count, len(members)), latest_at=max(*latest, incident.latest_at))
        if bigger == incident:
            return incident

        def decide(thread: Conversation) -> Decision:
            if thread.case is None or thread.case.incident == bigger:
                return None
            reach = sum(member.author.followers or 0 for member in members)
            return replace(thread, case=grown(thread.case, bigger, reach)), ()

        self._cases.change(str(ConversationKey.of_case(incident.id)), decide, now)
        return bigger

    def _keep_hour(self, now: datetime) -> None:
        """Keep the last hour that has settled: what is usual is learned from it, incidents left out."""
        began = (now - SETTLED).replace(minute=0, second=0, microsecond=0) - _HOUR
        if self._kept == began:
            return
        authors: dict[str, set[str]] = {}
        for case in self._queries.opened(began, began + _HOUR):
            if _counts(case) and case.incident_id is None:
                for feature in _features(case):
                    authors.setdefault(feature, set()).add(case.author.id)
        counts = Counter({feature: len(who) for feature, who in authors.items() if len(who) > 1})
        self._incidents.put_hour(Hour(began, dict(counts.most_common(_MOST_FEATURES))))
        self._kept = began


def _counts(case: Case) -> bool:
    """Whether a case counts as a complaint that is heard now: history and what staff dismissed do not."""
    return (
        case.assessment.intent is Intent.COMPLAINT
        and case.key.source != SOURCE
        and not case.is_history
        and case.resolution.outcome is not Outcome.NOT_A_COMPLAINT
    )


def _features(case: Case) -> frozenset[str]:
    return features_of(case.headline.text, case.assessment.reasons, case.brand)


def _joined(thread: Conversation, incident: Incident, now: datetime) -> Decision:
    return None if thread.case is None else thread.after(join_incident(thread.case, incident, now))


def _is_over(case: Case) -> bool:
    return case.incident is not None and case.incident.ended_at is not None
