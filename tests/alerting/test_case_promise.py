"""What alerting promises about one case, in any order of customers, staff and time."""

import contextlib
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from earshot.alerting.alert import Channel
from earshot.alerting.dispatch import notify
from earshot.alerting.escalation import escalate
from earshot.alerting.notifier import Notifier
from earshot.cases.case.correction import correct, dismiss
from earshot.cases.case.ladder import Alerting, Step
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.conversation.opening import reopen
from earshot.cases.ingest import ingest
from earshot.cases.policy.policy import Policy
from earshot.cases.stored_mention import StoredMention
from earshot.cases.undo.undo import undo
from earshot.errors import TransitionError
from earshot.triage.judgement import Intent, Severity
from tests.alerting.memory_lock import MemoryLock
from tests.cases.policy.calendars import targets
from tests.fakes import (
    BRANDS,
    CASE,
    FakeClock,
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


ACTS = {
    "acknowledge": lambda case, who, at: case.acknowledge(who, at),
    "resolve": lambda case, who, at: case.resolve(who, at),
    "dismiss": dismiss,
    "snooze": lambda case, who, at: case.snooze(who, at, 30),
}


class Desk(RuleBasedStateMachine):
    """One conversation. The escalator runs each minute; the notifier whenever it is called, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.store, self.outbox = FakeClock(), MemoryStore(), Outbox()
        self.lock = MemoryLock()
        self.number = 0

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

    def decides(self, act):
        def decide(thread):
            done = act(thread.case)
            return None if done is None else (replace(thread, case=done[0]), done[1])

        with contextlib.suppress(TransitionError):
            self.store.change(CASE, decide, self.clock())

    def post(self, made, **changes):
        self.number += 1
        return made(str(self.number), created_at=self.clock(), **changes)

    @rule(urgency=st.sampled_from([10, 40, 65, 85]))
    def customer_writes(self, urgency):
        self.hears(self.post(a_mention), a_judgement(urgency=urgency))

    @rule()
    def brand_answers(self):
        self.hears(self.post(an_own_post), a_judgement(Intent.OTHER, 0))
        assert self.case.status in (Status.REPLIED, Status.RESOLVED)

    @rule(who=st.sampled_from(["mia", "leo"]), act=st.sampled_from([*ACTS]))
    def somebody_acts_and_undoes_it(self, who, act):
        """At once it is exactly what it was, but for the log; a second press changes nothing."""
        before, version = self.case, self.store.conversation(CASE).version
        self.acts(lambda case: ACTS[act](case, who, self.clock()))
        if self.store.conversation(CASE).version == version:
            return
        self.undoes(who)
        after = self.case
        assert replace(after, undoable=None) == _caught_up(replace(before, undoable=None), self.clock(), self.policy)
        self.undoes(who)
        assert self.case == after

    @rule(who=st.sampled_from(["mia", "leo"]))
    def somebody_undoes_what_they_did(self, who):
        with contextlib.suppress(TransitionError):
            self.undoes(who)

    def undoes(self, who):
        now, ladder_for = self.clock(), self.policy.ladder_for
        self.store.change(CASE, lambda thread: undo(thread, who, now, ladder_for), now)

    @rule(severity=st.sampled_from(Severity), intent=st.sampled_from([None, Intent.COMPLAINT]))
    def somebody_corrects_it(self, severity, intent):
        self.decides(
            lambda case: correct(
                *(case, "mia", self.clock(), intent, severity),
                target_for=self.policy.target,
                ladder_for=self.policy.ladder_for,
            )
        )

    @rule(who=st.sampled_from(["mia", "leo"]))
    def somebody_hands_it_over(self, who):
        steps = self.policy.ladder_for(self.case.assessment.severity)
        self.acts(lambda case: case.hand_over(who, self.clock(), steps))

    @rule(who=st.sampled_from(["mia", "leo"]), minutes=st.sampled_from([30, 60]))
    def somebody_snoozes_it(self, who, minutes):
        self.acts(lambda case: case.snooze(who, self.clock(), minutes))

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
        policy = {"target_for": self.policy.target, "ladder_for": self.policy.ladder_for}
        self.decides(lambda case: reopen(case, "mia", self.clock(), **policy))
        assert self.case.response.waiting_since == self.clock(), "a new wait begins"

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
        elif case.status is Status.OPEN:
            assert case.ladder.alerting in (Alerting.WAITING, Alerting.DUE, Alerting.SENT)
            assert case.ladder.alerting is not Alerting.DUE or case.wake_at is not None
            assert case.ladder.alerting is not Alerting.WAITING or case.ladder.next_step_at is not None
            if case.ladder.alerting is Alerting.SENT:
                sent = self.store.alerts[CASE]
                steps = {name for name in sent if name.startswith(_ladder(case))}
                assert len(steps) == case.ladder.step * len(Channel)

    @invariant()
    def the_log_tells_of_a_wait_in_order(self):
        begins = ("asked again", "reopened", "corrected", "undone")
        told = [what for what in self.store.log(CASE) if what in ("due soon", "breached", *begins)]
        for one, following in itertools.pairwise(told):
            assert one != following or one in begins
            assert (one, following) != ("breached", "due soon")


def _caught_up(case, at, policy):
    """What the case is once all that fell due by then has happened."""
    while (woken := case.wake(at, policy.ladder_for(case.assessment.severity))) is not None:
        case = woken[0]
    return case


def _ladder(case):
    return case.ladder.started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
