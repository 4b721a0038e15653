"""Detecting incidents: whether many customers complain about one thing, and what becomes of the live incidents.

It changes cases and the list of live incidents. Alerts follow from the cases, as they always do. The list comes first:
from then on the notifier holds back what the incident covers, however long the cases take to join it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from earshot.aws.parallel import for_each, never
from earshot.cases.case.case import Case
from earshot.cases.case.inhibition import join_incident
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.complaint import Complaint, complaint_of, count_customers
from earshot.cases.incidents.detection import CaseStore, ComplaintReader, Detection, IncidentStore
from earshot.cases.incidents.incident import MOST_ALIASES, Incident, features_in_common, label_of
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

# The counts of an hour are stored this long after its end: by then X has indexed what was posted in it.
SETTLED_AFTER = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
# The most frequent features of an hour; what is rarer than these is rare.
_MOST_FEATURES = 300
# More anomalies than this in one minute are one incident described in different words.
MOST_NEW_INCIDENTS = 3
# Half as many again as the worst hour that Earshot is measured with. What so many say is known without the others.
MOST_COMPLAINTS = 30_000
# How many complaints are read between two looks at the time: about a page.
_READ_BETWEEN = 250


class IncidentDetector:
    """Detects incidents. ``at_once`` cases join at the same time.

    It remembers which hour it has stored, and the hours that it has read, which are others only an hour later.
    """

    def __init__(
        self, cases: CaseStore, complaints: ComplaintReader, incidents: IncidentStore, at_once: int = 1
    ) -> None:
        self._cases = cases
        self._complaints = complaints
        self._incidents = incidents
        self._at_once = at_once
        self._stored_hour: datetime | None = None
        self._hours: tuple[datetime, tuple[HourlyCounts, ...]] | None = None

    def detect(self, now: datetime, policy: Policy, is_over: Callable[[], bool] = never) -> Detection:
        """Open, update and end incidents, and have cases join them. Every part of it can be repeated.

        Once ``is_over`` no further complaint is read and no further case joins; the next run goes on. ConflictError
        where another run at the same time was faster.
        """
        found = Detection()
        recent = self._read(now - WINDOW, now, found, is_over)
        before = self._incidents.live()
        live = tuple(incident for incident in before if self._is_live(incident, now, found))
        live = self._recognise(recent, live, lambda key: self._cases.conversation(key).case, now, policy, found)
        live = tuple(self._update(incident, recent, now) for incident in live)
        if live != before:
            self._incidents.put_live(live, before)
        self._join(recent, live, now, found, is_over)
        if not is_over():
            self._store_hour(now, is_over)
        return found

    def look_at(self, cases: Sequence[Case], now: datetime, policy: Policy) -> Detection:
        """Whether ``cases``, which are to alert now, are an incident by themselves; it is opened and listed then.

        No other case is read and none joins, so that the time it takes does not grow with a storm: ``Detection.left``
        says how many of ``cases`` a live incident covers. ConflictError where another run was faster.
        """
        found = Detection()
        recent = [complaint for case in cases if (complaint := complaint_of(case)) is not None]
        whole = {case.id: case for case in cases}
        before = self._incidents.live()
        live = self._recognise(recent, before, whole.get, now, policy, found)
        if live != before:
            self._incidents.put_live(live, before)
        found.left = sum(_covering(one, live) is not None for one in recent)
        return found

    def _read(
        self, start: datetime, end: datetime, found: Detection, is_over: Callable[[], bool]
    ) -> Sequence[Complaint]:
        """The complaints of a stretch of time, at most ``MOST_COMPLAINTS``."""
        read: dict[str, Complaint] = {}
        for number, complaint in enumerate(self._complaints.complaints(start, end)):
            if len(read) >= MOST_COMPLAINTS or (number % _READ_BETWEEN == _READ_BETWEEN - 1 and is_over()):
                found.is_complete = False
                break
            read[complaint.case_id] = complaint
        return list(read.values())

    def _recognise(
        self,
        recent: Sequence[Complaint],
        live: tuple[Incident, ...],
        whole: Callable[[str], Case | None],
        now: datetime,
        policy: Policy,
        found: Detection,
    ) -> tuple[Incident, ...]:
        """The live incidents with those that begin now. ``whole`` gives a case by its id."""
        free = _uncovered((one for one in recent if one.incident_id is None), live)
        for _ in range(MOST_NEW_INCIDENTS):
            anomaly = self._find_anomaly(counts := count_customers(free), now)
            if anomaly is None:
                break
            incident = _also_called(anomaly.feature, live, recent)
            if incident is None:
                members = [one for one in free if anomaly.feature in one.features]
                incident = self._open_incident(anomaly, members, counts[anomaly.feature], whole, now, policy, found)
            if incident is None:
                break
            live = (*(one for one in live if one.id != incident.id), incident)
            free = _uncovered(free, (incident,))
        return live

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

    def _join(
        self,
        recent: Iterable[Complaint],
        live: Sequence[Incident],
        now: datetime,
        found: Detection,
        is_over: Callable[[], bool],
    ) -> None:
        """Have the cases that an incident covers join it: those that would alert first, then the most urgent."""
        covered = ((one, _covering(one, live)) for one in recent if one.incident_id is None)
        joining = [(one, incident) for one, incident in covered if incident is not None]
        joining.sort(key=lambda pair: (not pair[0].is_alerting, -pair[0].urgency, pair[0].opened_at, pair[0].case_id))

        def join(pair: tuple[Complaint, Incident]) -> None:
            self._cases.change(pair[0].case_id, _joining(pair[1], now), now)

        found.left = len(joining)
        for (complaint, _), error in for_each(join, joining, at_once=self._at_once, is_over=is_over):
            found.left -= 1
            if error is None:
                found.joined += 1
            else:
                found.failed.append((complaint.case_id, error))

    def _open_incident(
        self,
        anomaly: Anomaly,
        members: Sequence[Complaint],
        count: int,
        whole: Callable[[str], Case | None],
        now: datetime,
        policy: Policy,
        found: Detection,
    ) -> Incident | None:
        """The new incident of ``count`` customers, with its own case opened; None: their cases are no longer kept."""
        by_urgency = sorted(members, key=lambda one: (one.urgency, one.opened_at), reverse=True)
        worst = next((case for one in by_urgency if (case := whole(one.case_id)) is not None), None)
        if worst is None:
            return None
        incident = _incident_of(worst.brand, anomaly, members, count)
        reach = sum(one.followers for one in members)
        try:
            self._cases.save([open_incident_case(incident, worst, reach, policy, now)], now=now)
        except ConflictError:
            # A run that crashed had opened the case already, and had not listed the incident: it is listed now.
            return incident
        found.opened.append(incident.id)
        return incident

    def _find_anomaly(self, counts: Counter[str], now: datetime) -> Anomaly | None:
        # The stored hours are read only where there can be an incident.
        if max(counts.values(), default=0) < LEAST_CUSTOMERS:
            return None
        settled = _settled_hour(now)
        if self._hours is None or self._hours[0] != settled:
            self._hours = settled, self._incidents.hours(now)
        return find_anomaly(counts, comparable_hours(self._hours[1], now))

    def _update(self, incident: Incident, recent: Iterable[Complaint], now: datetime) -> Incident:
        """The incident with all who have joined it or will. Its case is updated, too."""
        covered = [one for one in recent if incident.covers(one.features)]
        if not covered:
            return incident
        followers = {one.case_id: one.followers for one in covered if one.incident_id in (None, incident.id)}
        followers |= self._incidents.followers(incident)
        count = max(incident.count, len(followers))
        latest_at = max(incident.latest_at, *(one.opened_at for one in covered))
        updated = replace(incident, count=count, latest_at=latest_at)
        if updated == incident:
            return incident

        def decide(conversation: Conversation) -> Decision:
            if conversation.case is None or conversation.case.incident == updated:
                return None
            return replace(
                conversation, case=update_incident_case(conversation.case, updated, sum(followers.values()))
            ), ()

        self._cases.change(incident.id, decide, now)
        return updated

    def _store_hour(self, now: datetime, is_over: Callable[[], bool]) -> None:
        """Store the counts of the last settled hour, from which baselines are learned, without its incidents."""
        began = _settled_hour(now)
        if self._stored_hour == began:
            return
        read = Detection()
        opened = self._read(began, began + _HOUR, read, is_over)
        if not read.is_complete and is_over():
            return
        counts = count_customers(one for one in opened if one.incident_id is None)
        shared = Counter({feature: count for feature, count in counts.items() if count > 1})
        self._incidents.put_hour(HourlyCounts(began, dict(shared.most_common(_MOST_FEATURES))))
        self._stored_hour, self._hours = began, None


def _settled_hour(now: datetime) -> datetime:
    """When the latest hour began whose counts are settled."""
    return (now - SETTLED_AFTER).replace(minute=0, second=0, microsecond=0) - _HOUR


def _covering(complaint: Complaint, live: Iterable[Incident]) -> Incident | None:
    return next((one for one in live if one.covers(complaint.features)), None)


def _uncovered(complaints: Iterable[Complaint], live: Sequence[Incident]) -> list[Complaint]:
    return [one for one in complaints if _covering(one, live) is None]


def _incident_of(brand: str, anomaly: Anomaly, members: Sequence[Complaint], count: int) -> Incident:
    """The incident that ``members``, of ``count`` customers, have in common."""
    label, began_at = label_of(anomaly.feature), min(one.opened_at for one in members)
    return Incident(
        id=incident_id(brand, label, began_at),
        label=label,
        features=features_in_common(anomaly.feature, (one.features for one in members)),
        began_at=began_at,
        latest_at=max(one.opened_at for one in members),
        count=count,
        usual=round(anomaly.baseline.mean, 1),
    )


def _also_called(feature: str, live: Iterable[Incident], recent: Sequence[Complaint]) -> Incident | None:
    """The live incident that ``feature`` is another word for, with that word; None where there is none."""
    for incident in live:
        members = [one.features for one in recent if incident.covers(one.features)]
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
