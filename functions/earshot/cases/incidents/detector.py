"""Detecting incidents: whether many customers complain about one thing, and what becomes of the live incidents.

It changes cases and the list of live incidents. Alerts follow from the cases, as they always do.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from earshot.cases.case.case import Case
from earshot.cases.case.inhibition import join_incident
from earshot.cases.case.key import INCIDENT_SOURCE
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Outcome, Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.incident import MOST_ALIASES, Incident, Member, features_in_common, features_of, label_of
from earshot.cases.incidents.incident_case import (
    end_incident_case,
    incident_id,
    open_incident_case,
    update_incident_case,
)
from earshot.cases.incidents.statistics import (
    LEAST_CUSTOMERS,
    WINDOW,
    Anomaly,
    HourlyCounts,
    comparable_hours,
    find_anomaly,
)
from earshot.cases.policy.policy import Policy
from earshot.errors import ConflictError
from earshot.triage.judgement import Intent

# The counts of an hour are stored this long after its end: by then X has indexed what was posted in it.
SETTLED_AFTER = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
# The most frequent features of an hour; what is rarer than these is rare.
_MOST_FEATURES = 300
# More anomalies than this in one minute are one incident described in different words.
MOST_NEW_INCIDENTS = 3


class CaseStore(Protocol):
    """What is asked of the case table."""

    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...
    def save(self, changes: Sequence[tuple[Conversation, Sequence[LogEntry]]], *, now: datetime) -> None: ...


class OpenedCases(Protocol):
    """What is read by index."""

    def opened(self, start: datetime, end: datetime) -> Iterator[Case]: ...


class IncidentStore(Protocol):
    """Where live incidents, and the counts of past hours, are kept."""

    def live(self) -> tuple[Incident, ...]: ...
    def put_live(self, incidents: tuple[Incident, ...], before: tuple[Incident, ...]) -> None: ...
    def hours(self, now: datetime) -> tuple[HourlyCounts, ...]: ...
    def put_hour(self, hour: HourlyCounts) -> None: ...
    def members(self, incident: Incident) -> Iterable[Member]: ...


@dataclass(slots=True)
class Detection:
    """What one run found: the ids of new incidents, how many cases joined one, the ids of those that ended."""

    opened: list[str] = field(default_factory=list[str])
    joined: int = 0
    ended: list[str] = field(default_factory=list[str])


class IncidentDetector:
    """Detects incidents. It remembers which hour it has stored, so that it does not store it every minute."""

    def __init__(self, cases: CaseStore, queries: OpenedCases, incidents: IncidentStore) -> None:
        self._cases = cases
        self._queries = queries
        self._incidents = incidents
        self._stored_hour: datetime | None = None

    def detect(self, now: datetime, policy: Policy) -> Detection:
        """Open, update and end incidents, and have cases join them. Every part of it can be repeated.

        ConflictError where another run at the same time was faster.
        """
        found = Detection()
        recent = [case for case in self._queries.opened(now - WINDOW, now) if _counts(case)]
        before = self._incidents.live()
        live = tuple(incident for incident in before if self._is_live(incident, now, found))
        free = self._join(recent, live, now, found)
        for _ in range(MOST_NEW_INCIDENTS):
            anomaly = self._find_anomaly(counts := _count_customers(free), now)
            if anomaly is None:
                break
            incident = _also_called(anomaly.feature, live, recent)
            if incident is None:
                incident = self._open_incident(anomaly, free, counts[anomaly.feature], now, policy, found)
            live = (*(one for one in live if one.id != incident.id), incident)
            free = self._join(free, (incident,), now, found)
        live = tuple(self._update(incident, recent, now) for incident in live)
        if live != before:
            self._incidents.put_live(live, before)
        self._store_hour(now)
        return found

    def _is_live(self, incident: Incident, now: datetime, found: Detection) -> bool:
        """Whether it goes on. It ends after an hour without a new complaint, and where staff have resolved it."""
        over = now - incident.latest_at >= WINDOW

        def decide(conversation: Conversation) -> Decision:
            case = conversation.case
            if case is None or not (over or case.status is Status.RESOLVED) or _has_ended(case):
                return None
            resolved, entries = end_incident_case(case, now)
            return replace(conversation, case=resolved), entries

        case = self._cases.change(incident.id, decide, now).case
        if case is not None and not _has_ended(case):
            return True
        found.ended.append(incident.id)
        return False

    def _join(self, cases: Iterable[Case], live: Sequence[Incident], now: datetime, found: Detection) -> list[Case]:
        """Have the cases that an incident covers join it. Returns the others that belong to none."""
        free: list[Case] = []
        for case in cases:
            if case.incident_id is not None:
                continue
            incident = next((one for one in live if one.covers(_features(case))), None)
            if incident is None:
                free.append(case)
                continue
            self._cases.change(case.id, _joining(incident, now), now)
            found.joined += 1
        return free

    def _open_incident(
        self, anomaly: Anomaly, free: Sequence[Case], count: int, now: datetime, policy: Policy, found: Detection
    ) -> Incident:
        """The new incident of ``count`` customers among cases that belong to none, with its own case opened."""
        members = [case for case in free if anomaly.feature in _features(case)]
        incident = _incident_of(anomaly, members, count)
        opened = open_incident_case(incident, members, policy, now)
        try:
            self._cases.save([opened], now=now)
        except ConflictError:
            # A run that crashed had opened the case already, and had not listed the incident: it is listed now.
            return incident
        found.opened.append(incident.id)
        return incident

    def _find_anomaly(self, counts: Counter[str], now: datetime) -> Anomaly | None:
        # The stored hours are read only where there can be an incident.
        if max(counts.values(), default=0) < LEAST_CUSTOMERS:
            return None
        return find_anomaly(counts, comparable_hours(self._incidents.hours(now), now))

    def _update(self, incident: Incident, recent: Iterable[Case], now: datetime) -> Incident:
        """The incident with all who have joined it. Its case is updated, too."""
        latest = [case.opened_at for case in recent if incident.covers(_features(case))]
        if not latest:
            return incident
        members = list(self._incidents.members(incident))
        count = max(incident.count, len(members))
        updated = replace(incident, count=count, latest_at=max(*latest, incident.latest_at))
        if updated == incident:
            return incident

        def decide(conversation: Conversation) -> Decision:
            if conversation.case is None or conversation.case.incident == updated:
                return None
            reach = sum(member.author.followers or 0 for member in members)
            return replace(conversation, case=update_incident_case(conversation.case, updated, reach)), ()

        self._cases.change(incident.id, decide, now)
        return updated

    def _store_hour(self, now: datetime) -> None:
        """Store the counts of the last settled hour, from which baselines are learned, without its incidents."""
        began = (now - SETTLED_AFTER).replace(minute=0, second=0, microsecond=0) - _HOUR
        if self._stored_hour == began:
            return
        opened = self._queries.opened(began, began + _HOUR)
        counts = _count_customers(case for case in opened if _counts(case) and case.incident_id is None)
        shared = Counter({feature: count for feature, count in counts.items() if count > 1})
        self._incidents.put_hour(HourlyCounts(began, dict(shared.most_common(_MOST_FEATURES))))
        self._stored_hour = began


def _counts(case: Case) -> bool:
    """Whether a case counts as a complaint of this hour: history and what staff dismissed do not."""
    return (
        case.assessment.intent is Intent.COMPLAINT
        and case.key.source != INCIDENT_SOURCE
        and not case.is_history
        and case.resolution.outcome is not Outcome.NOT_A_COMPLAINT
    )


def _features(case: Case) -> frozenset[str]:
    return features_of(case.headline.text, case.assessment.reasons, case.brand)


def _count_customers(cases: Iterable[Case]) -> Counter[str]:
    """How many customers have each feature."""
    authors: dict[str, set[str]] = {}
    for case in cases:
        for feature in _features(case):
            authors.setdefault(feature, set()).add(case.key.author_key(case.author.id))
    return Counter({feature: len(who) for feature, who in authors.items()})


def _incident_of(anomaly: Anomaly, members: Sequence[Case], count: int) -> Incident:
    """The incident that ``members``, of ``count`` customers, have in common."""
    label, began_at = label_of(anomaly.feature), min(case.opened_at for case in members)
    return Incident(
        id=incident_id(members[0].brand, label, began_at),
        label=label,
        features=features_in_common(anomaly.feature, map(_features, members)),
        began_at=began_at,
        latest_at=max(case.opened_at for case in members),
        count=count,
        usual=round(anomaly.baseline.mean, 1),
    )


def _also_called(feature: str, live: Iterable[Incident], recent: Sequence[Case]) -> Incident | None:
    """The live incident that ``feature`` is another word for, with that word; None where there is none."""
    for incident in live:
        members = [features for features in map(_features, recent) if incident.covers(features)]
        if len(incident.aliases) < MOST_ALIASES and incident.is_also_called(feature, members):
            return replace(incident, aliases=(*incident.aliases, feature))
    return None


def _joining(incident: Incident, now: datetime) -> Callable[[Conversation], Decision]:
    def decide(conversation: Conversation) -> Decision:
        case = conversation.case
        return None if case is None else conversation.after(join_incident(case, incident, now))

    return decide


def _has_ended(case: Case) -> bool:
    return case.incident is not None and case.incident.ended_at is not None
