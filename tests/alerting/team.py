"""A whole team in memory: posts become cases, incidents and alerts, minute by minute, on a clock set by hand.

The rules are the deployed ones; only their stores are dictionaries. What stands here is what the functions wire.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from earshot.alerting.alert import Alert, Recipients
from earshot.alerting.dispatch import notify
from earshot.alerting.escalation import escalate
from earshot.alerting.notifier import Notifier, NotifierLog, NotifyResult
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.incidents.complaint import Complaint, complaint_of
from earshot.cases.incidents.detection import Detection
from earshot.cases.incidents.detector import IncidentDetector
from earshot.cases.incidents.incident import Incident, Member
from earshot.cases.incidents.statistics import HourlyCounts
from earshot.cases.ingest import ingest
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.cases.policy.quiet_hours import Silence
from earshot.cases.stored_mention import StoredMention
from earshot.errors import ConflictError
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Judgement
from tests.alerting.memory_lock import MemoryLock
from tests.fakes import BRANDS, START, FakeClock, MemoryStore


@dataclass
class MemoryIncidents:
    """What the watch keeps, in memory; the members are the cases that say so."""

    store: MemoryStore
    running: tuple[Incident, ...] = ()
    kept: dict[datetime, HourlyCounts] = field(default_factory=dict)

    def live(self) -> tuple[Incident, ...]:
        return self.running

    def put_live(self, incidents: tuple[Incident, ...], before: tuple[Incident, ...]) -> None:
        if self.running != before:
            raise ConflictError("somebody was faster")
        self.running = incidents

    def hours(self, now: datetime) -> tuple[HourlyCounts, ...]:
        return tuple(self.kept.values())

    def put_hour(self, hour: HourlyCounts) -> None:
        self.kept[hour.at] = hour

    def members(self, incident: Incident) -> Iterator[Member]:
        for case in self.store.cases:
            if case.incident_id == incident.id:
                yield Member(
                    case.id,
                    case.author,
                    case.posts.headline.link,
                    case.opened_at,
                    case.status,
                    case.assessment.severity,
                )

    def followers(self, incident: Incident) -> dict[str, int]:
        return {member.case_id: member.author.followers or 0 for member in self.members(incident)}


class Team:
    """Everything that sends, and what it sent: ``received`` are the messages by rung, channel and minute."""

    def __init__(self, policy: Policy = DEFAULT_POLICY, start: datetime = START) -> None:
        self.policy, self.clock, self.start = policy, FakeClock(start), start
        self.store, self.lock = MemoryStore(), MemoryLock()
        # What the notifier writes its log to: a test of faults puts another one here.
        self.log: NotifierLog = self.store
        self.incidents = MemoryIncidents(self.store)
        self.watch = IncidentDetector(self.store, self, self.incidents)
        self.silences: list[Silence] = []
        self.sent: list[tuple[datetime, Alert]] = []
        self._seen: dict[str, int] = {}

    def complaints(self, start: datetime, end: datetime) -> Iterator[Complaint]:
        """What the watch reads by index."""
        opened = (case for case in self.store.cases if start <= case.opened_at < end)
        return iter([complaint for case in opened if (complaint := complaint_of(case)) is not None])

    def hear(self, mention: Mention, judgement: Judgement) -> None:
        """As the classifier does with what it has judged."""
        stored = StoredMention(mention, judgement, self.clock())
        ingest(stored, self.store, FoldRules(BRANDS, policy=self.policy))

    def changes(self) -> list[str]:
        """The conversations whose case has an alert due and has changed since the last time, as the stream has them."""
        stored = self.store.conversations.items()
        due = [key for key, one in stored if one.case and one.case.ladder.alerting == "due"]
        changed = [key for key in due if self._seen.get(key) != self.store.conversations[key].version]
        self._seen |= {key: self.store.conversations[key].version for key in changed}
        return changed

    @property
    def work(self) -> Notifier:
        """What the notifier is wired with."""
        return Notifier(
            store=self.store,
            log=self.log,
            lock=self.lock,
            publish=self._publish,
            wait_for_email=lambda: None,
            clock=self.clock,
            policy=lambda: self.policy,
            silences=lambda: tuple(self.silences),
            incidents=self.incidents.live,
            is_incident=lambda cases: bool(self.watch.look_at(cases, self.clock(), self.policy).left),
        )

    def look(self) -> Detection:
        return self.watch.detect(self.clock(), self.policy)

    def notify(self, **doors: Callable) -> NotifyResult:
        """Hand over what has changed until nothing changes."""
        done = NotifyResult()
        while keys := self.changes():
            done = notify(keys, replace(self.work, **doors))
        return done

    def minute(self) -> list[Alert]:
        """What one minute of the clock brings: alerts, incidents, ladders, alerts again. The clock stays."""
        before = len(self.sent)
        self.notify()
        self.look()
        assert escalate(self.store, self.clock(), self.policy).failed == []
        self.notify()
        return [alert for _, alert in self.sent[before:]]

    def minutes(self, number: int) -> list[str]:
        """So many minutes: a line for each message, ``5 min, rung 2: sms - 3 cases``."""
        lines = []
        for _ in range(number):
            at = round((self.clock() - self.start) / timedelta(minutes=1))
            lines += [
                f"{at} min, rung {alert.rung}: {alert.channel} - {len(alert.case_ids)} cases" for alert in self.minute()
            ]
            self.clock.advance(minutes=1)
        return lines

    @property
    def by_rung(self) -> Counter[int]:
        """How many messages each rung got."""
        return Counter(alert.rung for _, alert in self.sent)

    def _publish(self, alert: Alert, at: datetime) -> str:
        assert alert.recipients == Recipients(alert.rung)
        self.sent.append((at, alert))
        return f"message-{len(self.sent)}"
