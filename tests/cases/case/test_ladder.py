"""A case's ladder among acknowledgements, snoozes and hand-overs, in any order: nobody forgotten, nothing twice.

The rules are those of ``Case`` alone, as the table keeps it: every state is written and read back.
"""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from earshot.cases.case.case import Case
from earshot.cases.case.correction import dismiss
from earshot.cases.case.ladder import NUDGE_AFTER, SNOOZES, Alerting, Ladder, Step
from earshot.cases.case.status import Outcome, Status
from earshot.cases.policy.policy import DEFAULT_LADDER
from earshot.cases.store.codec import plain, restore
from earshot.errors import TransitionError
from tests.fakes import START, MemoryStore, changed
from tests.links_fakes import a_ladder_case

PEOPLE = st.sampled_from(["rung 1", "rung 2", "mia"])
A_CASE = a_ladder_case(MemoryStore())
MINUTE = timedelta(minutes=1)


class LadderMachine(RuleBasedStateMachine):
    """Each act as a person or the escalator does it, then everything that must hold."""

    def __init__(self):
        super().__init__()
        self.case: Case = A_CASE
        self.now = START
        self.fired: list[int] = [1]
        self.snoozed_until = None

    @initialize(
        ladder=st.sampled_from([DEFAULT_LADDER, (Step(1, 0),), (Step(1, 0), Step(2, 5)), (Step(2, 3), Step(2, 9))])
    )
    def begin(self, ladder):
        begun = changed(A_CASE, ladder=Ladder()).start_ladder(ladder, START)
        self.case, self.fired = begun, []
        self.climb()

    @rule(minutes=st.integers(0, 100), seconds=st.integers(0, 59))
    def time_passes(self, minutes, seconds):
        self.now += timedelta(minutes=minutes, seconds=seconds)
        self.climb()

    @rule()
    def climb(self):
        was = self.case
        self.apply(self.case.climb(self.now))
        if self.case.ladder.step != was.ladder.step:
            self.fired.append(self.case.ladder.step)
            assert was.ladder.snoozed_until is None or was.ladder.snoozed_until <= self.now

    @rule()
    def notifier_sends(self):
        if self.case.ladder.alerting is Alerting.DUE:
            self.apply(self.case.mark_alerted(self.now))

    @rule(by=PEOPLE)
    def acknowledge(self, by):
        self.act(lambda case: case.acknowledge(by, self.now))

    @rule(by=PEOPLE, minutes=st.sampled_from(SNOOZES))
    def snooze(self, by, minutes):
        if self.act(lambda case: case.snooze(by, self.now, minutes)):
            assert self.case.ladder.next_step_at == self.case.ladder.snoozed_until >= self.now + minutes * MINUTE
            # For as long as was asked, but for what the first step had to wait anyway.
            assert self.case.ladder.step == 0 or self.case.ladder.snoozed_until < self.now + (minutes + 1) * MINUTE

    @rule(by=PEOPLE)
    def hand_over(self, by):
        rung = self.case.ladder.rung
        if self.act(lambda case: case.hand_over(by, self.now, DEFAULT_LADDER)):
            self.fired.append(self.case.ladder.step)
            assert self.case.status is Status.OPEN
            assert (self.case.ladder.alerting, self.case.ladder.stepped_at) == (Alerting.DUE, self.now)
            assert self.case.ladder.rung != rung

    def act(self, done) -> bool:
        """Do it, and once more at once: the second time changes nothing, or is refused."""
        try:
            result = done(self.case)
        except TransitionError:
            return False
        if result is None:
            return False
        self.apply(result)
        assert done(self.case) is None
        return True

    def apply(self, result):
        if result is not None:
            self.case = restore(Case, plain(result[0]))
            assert self.case == result[0]

    @invariant()
    def somebody_holds_it_or_is_being_alerted_or_will_be(self):
        if self.case.status is Status.OPEN:
            assert self.case.ladder.alerting is not Alerting.OFF
            assert self.case.ladder.wakes_at is not None or self.case.ladder.step == len(self.case.ladder.steps)
        else:
            assert self.case.ladder.wakes_at is None

    @invariant()
    def no_step_fires_twice(self):
        assert self.fired == sorted(set(self.fired))

    @invariant()
    def nobody_is_alerted_while_it_is_snoozed(self):
        if self.case.ladder.snoozed_until is not None:
            assert self.case.ladder.alerting is Alerting.WAITING
            assert self.case.ladder.wakes_at == self.case.ladder.snoozed_until

    @invariant()
    def the_steps_to_come_are_in_their_order(self):
        waits = [step.after_minutes for step in self.case.ladder.steps[self.case.ladder.step :]]
        assert waits == sorted(waits)


TestLadder = LadderMachine.TestCase
TestLadder.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def waits(case):
    return [(step.rung, step.after_minutes) for step in case.ladder.steps]


def test_a_snooze_alerts_the_same_rung_again_and_keeps_the_waits_of_the_ladder():
    snoozed, entry = A_CASE.snooze("rung 1", START + timedelta(minutes=2), 30)
    assert waits(snoozed) == [(1, 0), (1, 32), (2, 37), (3, 47), (1, 62), (2, 67), (3, 77)]
    assert (snoozed.ladder.snoozed_until, snoozed.ladder.snoozed_by) == (START + timedelta(minutes=32), "rung 1")
    assert (entry.what, entry.by) == ("snoozed", "rung 1")


def test_an_alert_that_was_not_logged_is_not_handed_over_again_while_the_case_is_snoozed():
    assert A_CASE.ladder.alerting is Alerting.DUE
    snoozed, _ = A_CASE.snooze("rung 1", START, 30)
    assert snoozed.climb(START + 2 * NUDGE_AFTER) is None


def test_a_longer_snooze_puts_off_the_end_of_the_shorter_and_a_shorter_one_changes_nothing():
    half, _ = A_CASE.snooze("rung 1", START, 30)
    whole, _ = half.snooze("rung 1", START + MINUTE, 60)
    assert waits(whole)[:3] == [(1, 0), (1, 61), (2, 66)]
    assert whole.snooze("mia", START + 2 * MINUTE, 30) is None


def test_a_ladder_that_has_ended_is_awake_again_after_a_snooze():
    ended = changed(A_CASE, ladder__step=len(DEFAULT_LADDER), ladder__alerting=Alerting.SENT)
    assert ended.ladder.wakes_at is None
    snoozed, _ = ended.snooze("rung 3", START + timedelta(hours=2), 60)
    assert snoozed.ladder.wakes_at == START + timedelta(hours=3)
    assert snoozed.climb(snoozed.ladder.wakes_at)[0].ladder.rung == 3


def test_a_hand_over_goes_on_from_the_next_rung_with_the_waits_of_the_ladder():
    handed, entry = A_CASE.hand_over("rung 1", START + timedelta(minutes=1), ())
    assert waits(handed) == [(1, 0), (2, 1), (3, 11), (1, 26), (2, 31), (3, 41)]
    assert (handed.ladder.step, handed.ladder.alerting, entry.text) == (2, Alerting.DUE, "to rung 2")


def test_a_ladder_that_has_ended_begins_once_more_when_the_case_is_handed_over():
    ended = changed(A_CASE, ladder__step=len(DEFAULT_LADDER), ladder__alerting=Alerting.SENT)
    handed, _ = ended.hand_over("rung 3", START + timedelta(hours=1), ())
    assert waits(handed)[6:] == [(1, 60), (2, 65), (3, 75)]
    assert (handed.ladder.rung, handed.ladder.step) == (1, 7)


def test_a_case_that_alerts_nobody_can_be_let_go_and_one_that_should_begins_to():
    idle = changed(A_CASE, ladder=Ladder())
    held, _ = idle.acknowledge("mia", START)
    freed, entry = held.hand_over("mia", START, ())
    assert (freed.status, freed.ladder.alerting, freed.acknowledgement.by) == (Status.OPEN, Alerting.OFF, None)
    assert "nobody is alerted" in entry.text
    begun, _ = held.hand_over("mia", START, DEFAULT_LADDER)
    assert (begun.ladder.rung, begun.ladder.alerting) == (1, Alerting.DUE)
    for act in (lambda: idle.hand_over("mia", START, ()), lambda: idle.snooze("mia", START, 30)):
        with pytest.raises(TransitionError, match="alerts nobody"):
            act()


@pytest.mark.parametrize("status", [Status.REPLIED, Status.RESOLVED])
def test_what_is_answered_or_resolved_is_neither_snoozed_nor_handed_over(status):
    over = changed(A_CASE, status=status, ladder__alerting=Alerting.OFF)
    for act in (lambda: over.hand_over("mia", START, DEFAULT_LADDER), lambda: over.snooze("mia", START, 30)):
        with pytest.raises(TransitionError, match=f"is {status}"):
            act()


def test_whoever_holds_a_case_has_nothing_to_snooze():
    held, _ = A_CASE.acknowledge("mia", START)
    with pytest.raises(TransitionError, match="is yours"):
        held.snooze("mia", START, 30)
    with pytest.raises(TransitionError, match="held by mia"):
        held.snooze("leo", START, 30)


def test_what_was_no_complaint_is_forgotten_when_the_customer_comes_back():
    dismissed, _ = dismiss(A_CASE, "mia", START)
    assert dismissed.resolution.outcome is Outcome.NOT_A_COMPLAINT
    assert dismissed.mark_asked_again(START)[0].resolution.outcome is None
    resolved, _ = A_CASE.resolve("mia", START)
    with pytest.raises(TransitionError, match="resolved by mia"):
        dismiss(resolved, "mia", START)


def test_a_case_that_was_stored_before_there_were_snoozes_still_loads():
    stored = plain(A_CASE)
    assert not {"snoozed_until", "snoozed_by", "handed_over_by"} & stored["ladder"].keys()
    assert "outcome" not in stored["resolution"]
    assert restore(Case, stored) == A_CASE
