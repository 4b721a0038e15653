"""Undo: a case is what it was, the time that passed counts, and where anything has happened since it is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.alerting.escalation import escalate
from earshot.api.case_actions import CaseAction, RefusedError
from earshot.cases.case.ladder import Alerting, Step
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import accept_answer
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.conversation.replies import Reply
from earshot.cases.incidents.incident_case import end_incident_case
from earshot.cases.incidents.listing_again import list_again
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from earshot.errors import ConflictError
from earshot.triage.judgement import Intent, Severity
from tests.fakes import BRANDS, CASE, START, FakeClock, MemoryStore, a_judgement, a_mention, an_own_post
from tests.incident_fakes import begin

ACTS = {
    "acknowledge": lambda desk: desk.acknowledge(),
    "resolve": lambda desk: desk.resolve("refunded"),
    "dismiss": lambda desk: desk.dismiss(),
    "snooze": lambda desk: desk.snooze(30),
    "correct": lambda desk: desk.correct(None, Severity.LOW, "a joke"),
    "assign": lambda desk: desk.assign("leo"),
}


class Desk:
    """A high case, whose first rung was alerted at START; people act on it, and time passes."""

    def __init__(self) -> None:
        self.store, self.clock = MemoryStore(), FakeClock()
        self.hears(a_mention("0"), a_judgement(urgency=65))
        self.told()

    def hears(self, mention, judgement):
        ingest(StoredMention(mention, judgement, self.clock()), self.store, FoldRules(BRANDS))

    def by(self, who="mia"):
        return CaseAction(self.store, CASE, who, self.clock())

    def told(self):
        now = self.clock()
        self.store.change(CASE, lambda thread: thread.after(thread.case.mark_alerted(now)), now)

    def minutes_pass(self, minutes):
        for _ in range(minutes):
            self.clock.advance(minutes=1)
            escalate(self.store, self.clock())

    @property
    def case(self):
        return self.store.conversation(CASE).case


@pytest.fixture
def desk():
    return Desk()


def as_it_was(case):
    return replace(case, undoable=None)


@pytest.mark.parametrize("act", ACTS)
def test_what_is_undone_at_once_is_exactly_what_it_was(desk, act):
    before = desk.case
    ACTS[act](desk.by())
    assert as_it_was(desk.case) != as_it_was(before)
    desk.clock.advance(seconds=9)
    result = desk.by().undo()
    assert (result.entry.by, result.entry.what) == ("mia", "undone")
    assert as_it_was(desk.case) == as_it_was(before)
    assert desk.by().undo().entry is None, "a second press changes nothing"
    assert desk.store.log(CASE)[-1] == "undone"


def test_a_step_that_fell_due_meanwhile_is_due_at_once(desk):
    desk.minutes_pass(2)
    desk.by().resolve("")
    desk.minutes_pass(5)
    assert desk.case.ladder.alerting is Alerting.OFF
    desk.by().undo()
    assert (desk.case.status, desk.case.ladder.rung, desk.case.ladder.alerting) == (Status.OPEN, 2, Alerting.DUE)
    assert desk.store.log(CASE)[-2:] == ["undone", "escalated"]
    assert desk.case.ladder.next_step_at == START + timedelta(minutes=15), "the waits are those it had"


def test_an_acknowledgement_that_expired_meanwhile_has_expired(desk):
    desk.by().acknowledge()
    desk.minutes_pass(29)
    desk.by().resolve("")
    desk.minutes_pass(2)
    desk.by().undo()
    assert (desk.case.status, desk.case.ladder.rung, desk.case.ladder.alerting) == (Status.OPEN, 2, Alerting.DUE)
    assert desk.store.log(CASE)[-3:] == ["undone", "acknowledgement expired", "escalated"]


def test_a_case_that_was_handed_over_comes_back_to_whoever_had_it_though_the_next_rung_was_told(desk):
    desk.by().acknowledge()
    held = desk.case
    desk.minutes_pass(1)
    desk.by().hand_over()
    desk.told()
    desk.by().undo()
    assert (desk.case.status, desk.case.acknowledgement) == (Status.ACKNOWLEDGED, held.acknowledgement)
    # The rung that was told keeps the number of its step, after which its alerts are named; the others come after it.
    assert desk.case.ladder.step == 2
    assert desk.case.ladder.steps == (Step(1, 0), Step(2, 1), *held.ladder.steps[1:])
    assert desk.case.ladder.alerting is Alerting.OFF


def test_of_several_acts_the_last_is_undone(desk):
    desk.by().acknowledge()
    held = desk.case
    desk.by().resolve("")
    desk.by().undo()
    assert (desk.case.status, desk.case.acknowledgement) == (Status.ACKNOWLEDGED, held.acknowledgement)
    assert desk.by().undo().entry is None


def test_what_takes_nothing_from_anybody_does_not_keep_it_from_being_undone(desk):
    desk.by().acknowledge()
    desk.by("leo").note("I know her")
    desk.hears(a_mention("9", reposted_id="0", created_at=START), a_judgement(Intent.OTHER, 0))
    desk.by().undo()
    assert desk.case.status is Status.OPEN
    desk.by().hand_over()
    desk.told()
    assert desk.by().undo().entry is not None


def refusal(desk, who="mia"):
    before = desk.store.conversation(CASE)
    with pytest.raises(RefusedError) as refused:
        desk.by(who).undo()
    assert desk.store.conversation(CASE) == before
    return str(refused.value)


def test_it_is_refused_where_the_customer_has_written_since(desk):
    desk.by().resolve("")
    desk.minutes_pass(1)
    desk.hears(a_mention("1", "@NimbusAir thanks", created_at=desk.clock()), a_judgement(Intent.PRAISE, 0))
    assert "the customer has written since" in refusal(desk)
    desk.hears(a_mention("2", created_at=desk.clock.advance(minutes=1)), a_judgement())
    assert "opened again since" in refusal(desk)


def test_it_is_refused_where_somebody_else_has_acted_since(desk):
    desk.by().snooze(30)
    desk.by("leo").acknowledge()
    assert "leo who did the last thing" in refusal(desk)
    desk.by("leo").hand_over()
    assert "It was leo" in refusal(desk)


def test_it_is_refused_where_the_brand_has_answered_or_the_next_rung_was_alerted(desk):
    desk.by().snooze(30)
    desk.hears(an_own_post("1", created_at=desk.clock.advance(minutes=1)), a_judgement(Intent.OTHER, 0))
    assert "the brand has answered since" in refusal(desk)
    other = Desk()
    other.by().hand_over()
    other.minutes_pass(11)
    assert other.case.ladder.rung == 3
    assert "has changed otherwise" in refusal(other)


def test_it_is_refused_to_anybody_else_after_a_quarter_of_an_hour_and_where_nobody_has_acted(desk):
    assert "could be undone" in refusal(desk)
    desk.by().resolve("")
    assert "It was mia" in refusal(desk, "leo")
    desk.clock.advance(minutes=15)
    desk.by().undo()
    desk.by().resolve("")
    desk.clock.advance(minutes=15, seconds=1)
    assert "more than 15 min ago" in refusal(desk)


def test_a_verdict_is_withdrawn_with_the_act_that_gave_it(desk):
    desk.by().dismiss()
    entry = desk.by().undo().entry
    assert entry.verdict.is_withdrawn
    assert entry.verdict.original == desk.store.entries[CASE][-2].verdict.original


def test_a_statement_that_was_said_to_answer_everybody_does_not_any_more(desk):
    before = desk.store.conversation(CASE)
    reply, now = Reply("77", desk.clock.advance(minutes=1), "NimbusAir", "NimbusAir"), desk.clock()

    def answered(thread):
        folded = accept_answer(thread, reply, "mia", now)
        return folded.conversation, folded.entries

    desk.store.change(CASE, answered, now)
    assert (desk.case.status, desk.case.response.first_response_at) == (Status.REPLIED, now)
    desk.by().undo()
    after = desk.store.conversation(CASE)
    assert (after.answers, as_it_was(after.case)) == (before.answers, as_it_was(before.case))


class LiveList:
    """The live incidents; the first ``conflicts`` writes meet another run."""

    def __init__(self, conflicts=0) -> None:
        self.incidents, self.conflicts = (), conflicts

    def live(self):
        return self.incidents

    def put_live(self, incidents, before):
        if self.conflicts:
            self.conflicts -= 1
            raise ConflictError("another run")
        assert before == self.incidents
        self.incidents = incidents


def test_an_incident_that_was_resolved_by_mistake_goes_on(desk):
    incident = begin(desk.store, [CASE], desk.clock())
    on_it = replace(desk.by(), key=incident.id)
    on_it.resolve("")
    now = desk.clock.advance(minutes=1)

    def watch(thread):
        ended, entries = end_incident_case(thread.case, now)
        return replace(thread, case=ended), entries

    desk.store.change(incident.id, watch, now)
    assert desk.store.conversation(incident.id).case.incident.ended_at == now
    undone = replace(on_it, at=now).undo().case
    assert (undone.status, undone.incident.ended_at) == (Status.OPEN, None)
    live = LiveList(conflicts=2)
    assert list_again(live, undone)
    assert [one.id for one in live.incidents] == [incident.id]
    assert list_again(live, undone)
    assert len(live.incidents) == 1
    assert not list_again(live, desk.case), "a customer's case is no incident"


def test_a_case_that_is_reopened_starts_what_a_case_that_opens_starts(desk):
    desk.minutes_pass(3)
    desk.by().resolve("")
    desk.minutes_pass(90)
    desk.by("leo").reopen("it bounced")
    case = desk.case
    assert (case.ladder.alerting, case.ladder.rung, case.ladder.started_at) == (Alerting.DUE, 1, desk.clock())
    assert case.response.due_at == desk.clock() + timedelta(hours=1)
    assert desk.store.log(CASE)[-2:] == ["reopened", "escalated"]
    # A post of the brand from before is no answer to what is owed now.
    desk.hears(an_own_post("1", created_at=START + timedelta(minutes=2)), a_judgement(Intent.OTHER, 0))
    assert desk.case.status is Status.OPEN
    desk.hears(an_own_post("2", created_at=desk.clock.advance(minutes=1)), a_judgement(Intent.OTHER, 0))
    assert desk.case.status is Status.REPLIED


def test_a_customer_who_comes_back_after_the_end_waits_from_then_on(desk):
    desk.by().resolve("")
    desk.minutes_pass(200)
    desk.hears(a_mention("9", created_at=desk.clock()), a_judgement())
    assert (desk.case.status, desk.case.ladder.alerting) == (Status.OPEN, Alerting.DUE)
    assert desk.case.response.waiting_since == desk.clock()
    assert desk.case.response.due_at == desk.clock() + timedelta(hours=1)
