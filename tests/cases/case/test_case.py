"""A case in hands: who holds it, until when, and what becomes of its clock and its ladder meanwhile."""

from datetime import timedelta

import pytest

from earshot.alerting.alert import AlertReason, reason_of
from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.response import Target, Timeliness
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, fold_answers
from earshot.cases.conversation.fold import FoldRules, fold, fold_repost
from earshot.cases.conversation.replies import Reply
from earshot.cases.policy.policy import DEFAULT_LADDER, DEFAULT_POLICY, Policy
from earshot.mentions.mention import Author
from earshot.triage.judgement import HIGH, Intent, Severity
from tests.cases.policy.calendars import every_day
from tests.fakes import BRANDS, CASE, START, a_judgement, a_mention, an_own_post, changed

MINUTE = timedelta(minutes=1)
OFFICE = every_day("Europe/London", (10 * 60, 17 * 60))
OTHER = Policy(targets={**DEFAULT_POLICY.targets, Intent.COMPLAINT: Target(90, OFFICE), Severity.CRITICAL: Target(5)})


def heard(conversation, mention, judgement=None, *, minutes=0, policy=DEFAULT_POLICY):
    return fold(
        conversation,
        mention,
        judgement or a_judgement(),
        now=START + minutes * MINUTE,
        rules=FoldRules(BRANDS, policy=policy),
    ).conversation


def answered(conversation, minutes):
    """The brand answers the customer, so many minutes after START."""
    reply = Reply.of(an_own_post(str(minutes)))
    return fold_answers(conversation, [reply], START + minutes * MINUTE).conversation


def opened(judgement=None, policy=DEFAULT_POLICY, **changes) -> Case:
    return heard(Conversation(CASE), a_mention("0", **changes), judgement, policy=policy).case


def held(case: Case, minutes: int = 0, lasts: timedelta | None = 30 * MINUTE) -> Case:
    return case.acknowledge("mia", START + minutes * MINUTE, lasts)[0]


def woken(case: Case, minutes: int, ladder=DEFAULT_LADDER) -> tuple[Case, list[str]]:
    done = case.wake(START + minutes * MINUTE, ladder)
    return (case, []) if done is None else (done[0], [entry.what for entry in done[1]])


# ------------------------------------------------------------------------------------------------ who holds a case


def test_who_holds_a_case_and_does_not_answer_lets_it_go_to_the_next_rung():
    case = held(opened(), 3)
    assert woken(case, 32) == (case, [])
    done = case.wake(START + 33 * MINUTE, DEFAULT_LADDER)
    free = done[0]
    assert [entry.what for entry in done[1]] == ["acknowledgement expired", "escalated"]
    assert done[1][0].text == "mia held the case for 30 min, and no answer was seen"
    assert (free.status, free.acknowledgement.by, free.acknowledgement.at) == (Status.OPEN, None, None)
    assert (free.ladder.alerting, free.ladder.step, free.ladder.rung) == (Alerting.DUE, 2, 2)
    assert reason_of(free, 2) is AlertReason.EXPIRED
    # The third rung is ten minutes after the second, as it would have been.
    assert free.ladder.next_step_at == START + 43 * MINUTE
    told, _ = free.mark_alerted(START + 33 * MINUTE)
    assert reason_of(woken(told, 43)[0], 3) is AlertReason.ESCALATED
    assert reason_of(woken(free, 43)[0], 3) is AlertReason.UNTOLD


def test_each_time_somebody_lets_it_go_the_ladder_stands_one_rung_higher():
    case, rungs = opened(), [1]
    for turn in range(len(DEFAULT_LADDER) + 2):
        case, _ = woken(held(case, 100 * turn), 100 * turn + 30)
        rungs.append(case.ladder.rung)
    # Where every step was used, the last rung is alerted again.
    assert rungs == [step.rung for step in DEFAULT_LADDER] + [3, 3, 3]
    assert case.ladder.next_step_at is None


def test_names_of_alerts_stay_one_of_a_kind_when_a_ladder_goes_on():
    case = opened()
    for turn in range(8):
        before = case.ladder.step
        case, _ = woken(held(case, 100 * turn), 100 * turn + 30)
        assert (case.ladder.step, case.ladder.started_at) == (before + 1, START)


def test_a_ladder_that_had_not_begun_begins_at_its_time():
    conversation = answered(heard(Conversation(CASE), a_mention("0")), 1)
    waiting = heard(conversation, a_mention("2"), minutes=2).case
    assert waiting.ladder.wakes_at == START + 62 * MINUTE
    early, what = woken(held(waiting, 3), 33)
    assert what == ["acknowledgement expired"]
    assert (early.ladder.alerting, early.ladder.wakes_at) == (Alerting.WAITING, START + 62 * MINUTE)
    late, what = woken(held(waiting, 40), 70)
    assert what == ["acknowledgement expired", "escalated", "breached"]
    assert (late.ladder.step, late.ladder.alerting) == (1, Alerting.DUE)


def test_what_became_urgent_while_somebody_held_it_begins_its_ladder():
    calm = opened(a_judgement(urgency=40))
    conversation = Conversation(CASE, case=held(calm))
    urgent = heard(conversation, a_mention("5"), a_judgement(urgency=85), minutes=5).case
    assert (urgent.status, urgent.ladder.alerting) == (Status.ACKNOWLEDGED, Alerting.OFF)
    free, what = woken(urgent, 30)
    assert what == ["acknowledgement expired", "escalated", "breached"]
    assert (free.ladder.step, free.ladder.steps) == (1, DEFAULT_LADDER)
    assert reason_of(free, 1) is AlertReason.FIRST


def test_what_alerts_nobody_is_only_open_again():
    free, what = woken(held(opened(a_judgement(Intent.QUESTION, 20))), 30, ladder=())
    assert (free.status, free.ladder.alerting, what) == (Status.OPEN, Alerting.OFF, ["acknowledgement expired"])


def test_history_that_somebody_took_alerts_nobody_when_they_let_it_go():
    free, what = woken(held(opened(baseline=True)), 30)
    assert (free.status, free.ladder.alerting, what) == (Status.OPEN, Alerting.OFF, ["acknowledgement expired"])
    assert free.wake_at is None


def test_without_an_end_a_case_is_held_for_ever():
    case, _ = woken(held(opened(), lasts=None), 60 * 24)
    assert case.status is Status.ACKNOWLEDGED
    assert case.wake_at is None


@pytest.mark.parametrize("end", ["answered", "resolved"])
def test_what_is_answered_or_resolved_in_time_never_expires(end):
    case = held(opened(), 3)
    if end == "answered":
        case = answered(Conversation(CASE, case=case), 20).case
    else:
        case, _ = case.resolve("mia", START + 20 * MINUTE)
    assert (case.acknowledgement.expires_at, case.wake_at) == (None, None)


def test_taking_it_twice_makes_it_last_no_longer():
    case = held(opened(), 3)
    assert case.acknowledge("mia", START + 20 * MINUTE) is None
    assert case.acknowledgement.expires_at == START + 33 * MINUTE


# ------------------------------------------------------------------------------------------------------- the clock


def test_the_log_tells_once_that_an_answer_is_due_soon_and_once_that_it_is_late():
    case = held(opened(), 0, lasts=None)
    told = []
    for minute in range(200):
        before = case
        case, what = woken(case, minute)
        told += [(minute, one) for one in what]
        assert (case is before) == (not what)
    assert told == [(48, "due soon"), (60, "breached")]
    assert case.response.timeliness is Timeliness.BREACHED


def test_what_is_late_already_when_it_is_looked_at_was_not_due_soon():
    case, what = woken(held(opened(), 0, lasts=None), 100)
    assert what == ["breached"]
    assert woken(case, 101)[1] == []


def test_a_clock_stands_still_outside_of_business_hours():
    # It is nine o'clock, and work begins at ten.
    case = opened(a_judgement(urgency=40), OTHER)
    assert case.response.due_at == START + 150 * MINUTE
    assert case.timeliness_changes_at == START + (60 + 72) * MINUTE
    ((_, (entry,)),) = [case.wake(START + 132 * MINUTE, ())]
    assert (entry.what, entry.text) == ("due soon", "18 of 90 min of 'daily' are left")


def test_a_policy_that_is_put_later_changes_no_clock_that_runs():
    conversation = heard(Conversation(CASE), a_mention("0"), a_judgement(urgency=40), policy=OTHER)
    later = heard(conversation, a_mention("5"), a_judgement(urgency=35), minutes=5)
    assert later.case.response.due_at == conversation.case.response.due_at == START + 150 * MINUTE


def test_what_becomes_more_urgent_gets_the_target_in_force():
    conversation = heard(Conversation(CASE), a_mention("0"), a_judgement(urgency=40))
    assert (
        heard(conversation, a_mention("1"), a_judgement(urgency=90), policy=OTHER).case.response.due_at
        == START + 5 * MINUTE
    )


def test_reposts_that_make_it_critical_give_it_the_target_of_that():
    conversation = heard(Conversation(CASE), a_mention("0"), a_judgement(urgency=HIGH + 10))
    for number in range(20):
        repost = a_mention(f"{100 + number}", reposted_id="0", minutes=1, author=Author(f"r{number}"))
        conversation = fold_repost(
            conversation, a_mention("0"), repost, now=START, rules=FoldRules(BRANDS, policy=OTHER)
        ).conversation
    assert (conversation.case.assessment.severity, conversation.case.response.target) == (Severity.CRITICAL, Target(5))


def test_who_asks_again_has_a_new_wait_under_the_policy_in_force():
    case, _ = woken(opened(), 60)
    conversation = answered(Conversation(CASE, case=case), 61)
    assert conversation.case.wake_at is None
    again = heard(conversation, a_mention("62"), minutes=62, policy=OTHER).case
    assert (again.response.timeliness, again.response.target) == (Timeliness.ON_TIME, Target(90, OFFICE))
    # Somebody is at work since ten o'clock, two minutes before.
    assert again.response.due_at == START + 152 * MINUTE


def test_without_a_policy_of_the_brand_a_complaint_may_wait_for_an_hour():
    old = opened()
    assert old.response.due_at == START + 60 * MINUTE
    assert woken(changed(old, ladder__alerting=Alerting.OFF), 61)[0].response.timeliness is Timeliness.BREACHED
