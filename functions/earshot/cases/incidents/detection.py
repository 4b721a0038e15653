"""What detecting incidents works with: the stores that it asks, and what one run found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.complaint import Complaint
from earshot.cases.incidents.incident import Incident
from earshot.cases.incidents.statistics import HourlyCounts


class CaseStore(Protocol):
    """What is asked of the case table."""

    def conversation(self, key: str) -> Conversation: ...
    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...
    def save(self, changes: Sequence[tuple[Conversation, Sequence[LogEntry]]], *, now: datetime) -> None: ...


class ComplaintReader(Protocol):
    """What is read by index: the complaints of a stretch of time, one by one. A case may be found twice."""

    def complaints(self, start: datetime, end: datetime) -> Iterable[Complaint]: ...


class IncidentStore(Protocol):
    """Where live incidents, and the counts of past hours, are kept.

    ``followers`` has the followers of each member by the id of their case.
    """

    def live(self) -> tuple[Incident, ...]: ...
    def put_live(self, incidents: tuple[Incident, ...], before: tuple[Incident, ...]) -> None: ...
    def hours(self, now: datetime) -> tuple[HourlyCounts, ...]: ...
    def put_hour(self, hour: HourlyCounts) -> None: ...
    def followers(self, incident: Incident) -> Mapping[str, int]: ...


@dataclass(slots=True)
class Detection:
    """What one run found: the ids of new incidents, how many cases joined one, the ids of those that ended.

    ``left`` cases belong to an incident and have not joined it yet: there was no time. ``is_complete`` is False where
    not every complaint of the hour was read, because there were too many or there was no time. ``failed`` has the cases
    that could not join.
    """

    opened: list[str] = field(default_factory=list[str])
    joined: int = 0
    ended: list[str] = field(default_factory=list[str])
    left: int = 0
    is_complete: bool = True
    failed: list[tuple[str, Exception]] = field(default_factory=list[tuple[str, Exception]])
