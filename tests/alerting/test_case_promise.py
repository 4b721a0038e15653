"""What alerting promises about one case, in any order of customers, staff and time."""

import contextlib
import itertools
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from earshot.alerting.alert import Channel
from earshot.alerting.dispatch import notify
from earshot.alerting.escalation import escalate
from earshot.alerting.notifier import Notifier
from earshot.cases.case.ladder import Alerting, Step
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.policy.policy import Policy
from earshot.cases.stored_mention import StoredMention
from earshot.errors import TransitionError
from earshot.triage.judgement import Intent, Severity
from tests.cases.policy.calendars import targets
from tests.fakes import (
    BRANDS,
    CASE,
    FakeClock,
    MemoryLock,
    MemoryStore,
    Outbox,
    a_judgement,
    a_mention,
    an_own_post,
)

pytestmark = pytest.mark.slow

LADDERS = st.lists(st.integers(1, 3), min_size=1, max_size=3).map(
    lambda rungs: tuple(Step(rung, 7 * number) for number, rung in enumerate(rungs))
)
POLICIES = st.builds(
    lambda target, ladder, lasts: Policy(
        {Intent.OTHER: target},
        {Severity.CRITICAL: ladder, Severity.HIGH: ladder},
        lasts and timedelta(minutes=lasts),
    ),
    targets(),
    LADDERS,
    st.none() | st.integers(1, 60),
)


class Desk(RuleBasedStateMachine):
    """One conversation. The escalator runs each minute; the notifier whenever it is called, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.store, self.outbox = FakeClock(), MemoryStore(), Outbox()
        self.lock = MemoryLock()
        self.number = 0
        self.known_to_staff = False

    @initialize(policy=POLICIES)
    def begins(self, policy):
        self.policy = policy
        self.customer_writes(85)

    @property
    def case(self):
        return self.store.conversation(CASE).case

    def hears(self, mention, judgement):
        stored = StoredMention(mention, judgement, self.clock())
        ingest(stored, self.store, FoldRules(BRANDS, policy=self.policy))

    def acts(self, act):
        with contextlib.suppress(TransitionError):
            self.store.change(CASE, lambda thread: thread.after(act(thread.case)), self.clock())

    def post(self, made, **changes):
        self.number += 1
        return made(str(self.number), created_at=self.clock(), **changes)

    @rule(urgency=st.sampled_from([10, 40, 65, 85]))
    def customer_writes(self, urgency):
        self.hears(self.post(a_mention), a_judgement(urgency=urgency))
        if self.case.ladder.steps:
            self.known_to_staff = False

    @rule()
    def brand_answers(self):
        self.hears(self.post(an_own_post), a_judgement(Intent.OTHER, 0))
        assert self.case.status in (Status.REPLIED, Status.RESOLVED)

    @rule(who=st.sampled_from(["mia", "leo"]))
    def somebody_takes_it(self, who):
        lasts = self.policy.acknowledgement_timeout
        self.acts(lambda case: case.acknowledge(who, self.clock(), lasts))

    @rule()
    def somebody_resolves_it(self):
        self.acts(lambda case: case.resolve("mia", self.clock()))

    @precondition(lambda self: self.case.status in (Status.REPLIED, Status.RESOLVED))
    @rule()
    def somebody_reopens_it(self):
        self.acts(lambda case: case.reopen("mia", self.clock()))
        self.known_to_staff = True

    @rule(policy=POLICIES)
    def another_policy_is_put(self, policy):
        self.policy = policy

    @rule()
    def the_notifier_is_called(self):
        before = len(self.outbox.alerts)
        status = self.case.status
        notify(
            [CASE],
            Notifier(
                store=self.store,
                log=self.store,
                lock=self.lock,
                policy=lambda: self.policy,
                publish=self.outbox.publish,
                wait_for_email=lambda: None,
                clock=self.clock,
            ),
        )
        # No alert after an answer, nor while somebody holds the case.
        assert len(self.outbox.alerts) == before or status is Status.OPEN

    @rule(minutes=st.integers(1, 12) | st.sampled_from([30, 60, 120]))
    def time_passes(self, minutes):
        for _ in range(minutes):
            self.clock.advance(minutes=1)
            done = escalate(self.store, self.clock(), self.policy)
            assert done.failed == []
            # Whoever is woken is done with, or the escalator would look at it for ever.
            assert done.looked_at == (1 if done.logged else 0)
        if self.case.ladder.steps:
            self.known_to_staff = False

    @invariant()
    def no_step_is_sent_twice(self):
        names = [alert.name for alert in self.outbox.alerts]
        assert len(names) == len(set(names))

    @invariant()
    def each_open_case_has_an_alert_or_a_person(self):
        """An alert is due, or was sent; or somebody holds the case who may still hold it."""
        case = self.case if self.store.conversations else None
        if case is None or case.assessment.severity not in (Severity.CRITICAL, Severity.HIGH):
            return
        if case.status is Status.ACKNOWLEDGED:
            expires_at = case.acknowledgement.expires_at
            assert expires_at is None or expires_at > self.clock()
            assert expires_at is None or case.wake_at <= expires_at
        elif case.status is Status.OPEN and not self.known_to_staff:
            assert case.ladder.alerting in (Alerting.WAITING, Alerting.DUE, Alerting.SENT)
            assert case.ladder.alerting is not Alerting.DUE or case.wake_at is not None
            assert case.ladder.alerting is not Alerting.WAITING or case.ladder.next_step_at is not None
            if case.ladder.alerting is Alerting.SENT:
                sent = self.store.alerts[CASE]
                steps = {name for name in sent if name.startswith(_ladder(case))}
                assert len(steps) == case.ladder.step * len(Channel)

    @invariant()
    def the_log_tells_of_a_wait_in_order(self):
        told = [what for what in self.store.log(CASE) if what in ("due soon", "breached", "asked again", "reopened")]
        for one, following in itertools.pairwise(told):
            assert one != following or one in ("asked again", "reopened")
            assert (one, following) != ("breached", "due soon")


def _ladder(case):
    return case.ladder.started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
