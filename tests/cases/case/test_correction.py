"""What staff say of a judgement: what becomes of the case, its clock and its ladder, and what later posts change."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case import correction
from earshot.cases.case.case import Case
from earshot.cases.case.correction import Correction, confirm, dismiss, in_force, records_of
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import LogEntry, OriginalAssessment, Verdict
from earshot.cases.case.response import Target, Timeliness
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules, fold, fold_repost
from earshot.cases.conversation.opening import reopen
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.triage.judgement import Intent, Severity, severity_of
from tests.fakes import BRANDS, CASE, START, a_judgement, a_mention, changed

MINUTE = timedelta(minutes=1)


def heard(conversation: Conversation, id: str, intent: Intent = Intent.COMPLAINT, urgency: int = 65) -> Conversation:
    judgement = a_judgement(intent, urgency)
    return fold(conversation, a_mention(id), judgement, now=START, rules=FoldRules(BRANDS)).conversation


def opened(intent: Intent = Intent.COMPLAINT, urgency: int = 65) -> Case:
    case = heard(Conversation(CASE), "0", intent, urgency).case
    assert case is not None
    return case


def correct(case, by, at, policy, intent, severity, why=""):
    steps = policy.ladder_for
    return correction.correct(case, by, at, intent, severity, why, target_for=policy.target, ladder_for=steps)


def corrected(case: Case, intent=None, severity=None, why="", *, at=START, policy=DEFAULT_POLICY) -> Case:
    done = correct(case, "mia", at, policy, intent, severity, why)
    assert done is not None
    return done[0]


def test_a_correction_changes_the_case_and_the_log_keeps_what_was_judged_and_why():
    case, (entry,) = correct(opened(), "mia", START, DEFAULT_POLICY, Intent.PRAISE, Severity.LOW, "it was a joke")
    assert (case.assessment.intent, case.assessment.severity, case.assessment.urgency) == (
        Intent.PRAISE,
        Severity.LOW,
        29,
    )
    assert (case.assessment.corrected_by, case.status) == ("mia", Status.OPEN)
    assert entry.what == "corrected"
    assert entry.text == "praise, low; judged complaint, high, urgency 65 by lost-property: it was a joke"
    judged = OriginalAssessment(Intent.COMPLAINT, Severity.HIGH, 65)
    assert entry.verdict == Verdict(judged, ("lost-property",), Intent.PRAISE, Severity.LOW, "it was a joke")


def test_a_correction_to_what_the_case_is_changes_nothing():
    assert correct(opened(), "mia", START, DEFAULT_POLICY, Intent.COMPLAINT, None) is None
    case = corrected(opened(), severity=Severity.LOW)
    assert correct(case, "leo", START, DEFAULT_POLICY, None, Severity.LOW) is None


@given(st.integers(0, 100), st.sampled_from(Severity))
def test_the_urgency_moves_by_as_little_as_puts_it_into_the_severity(urgency, severity):
    case = opened(urgency=urgency)
    done = correct(case, "mia", START, DEFAULT_POLICY, None, severity)
    if done is None:
        assert case.assessment.severity is severity
        return
    assert severity_of(done[0].assessment.urgency) is severity
    nearer = range(min(urgency, done[0].assessment.urgency) + 1, max(urgency, done[0].assessment.urgency))
    assert all(severity_of(each) is not severity for each in nearer)


@pytest.mark.parametrize("severity", [Severity.NORMAL, Severity.LOW])
def test_below_high_a_ladder_that_runs_ends_and_whoever_holds_the_case_still_does(severity):
    case = opened()
    assert (case.ladder.alerting, case.ladder.step) == (Alerting.DUE, 1)
    freed = corrected(case, severity=severity)
    assert (freed.ladder.alerting, freed.ladder.steps, freed.ladder.step, freed.ladder.wakes_at) == (
        Alerting.OFF,
        (),
        0,
        None,
    )
    held = case.acknowledge("leo", START)[0]
    kept = corrected(held, severity=severity)
    assert (kept.acknowledgement.by, kept.acknowledgement.expires_at) == ("leo", held.acknowledgement.expires_at)
    # When the acknowledgement expires there is nothing left to go on with.
    expired = kept.wake(START + 30 * MINUTE, DEFAULT_POLICY.ladder_for(kept.assessment.severity))[0]
    assert (expired.status, expired.ladder.alerting) == (Status.OPEN, Alerting.OFF)


@pytest.mark.parametrize("severity", [Severity.HIGH, Severity.CRITICAL])
def test_a_correction_upwards_begins_the_ladder_of_an_open_case_and_one_that_runs_goes_on(severity):
    case, entries = correct(opened(Intent.QUESTION, 20), "mia", START, DEFAULT_POLICY, None, severity)
    assert (case.ladder.alerting, case.ladder.step, case.assessment.severity) == (Alerting.DUE, 1, severity)
    assert [(entry.what, entry.by) for entry in entries] == [("corrected", "mia"), ("escalated", "earshot")]
    held = opened(Intent.QUESTION, 20).acknowledge("leo", START)[0]
    assert corrected(held, severity=severity).ladder.alerting is Alerting.OFF, "whoever has it knows of it"
    running = opened(urgency=65 if severity is Severity.CRITICAL else 95)
    risen = corrected(running, severity=severity)
    assert (risen.ladder.steps, risen.ladder.step, risen.ladder.alerting) == (running.ladder.steps, 1, Alerting.DUE)


def test_the_clock_takes_the_target_of_what_the_case_is_now():
    question = corrected(opened(), intent=Intent.QUESTION)
    assert question.response.due_at == question.opened_at + timedelta(hours=4)
    urgent = corrected(question, severity=Severity.CRITICAL)
    assert urgent.response.due_at == urgent.opened_at + timedelta(minutes=15)


def test_what_was_late_is_on_time_where_it_may_wait_for_longer_and_told_when_it_is_not():
    late = opened().wake(START + 60 * MINUTE, ())[0]
    assert late.response.timeliness is Timeliness.BREACHED
    longer = corrected(late, intent=Intent.QUESTION, at=START + 61 * MINUTE)
    assert longer.response.timeliness is Timeliness.ON_TIME
    assert longer.timeliness_changes_at == longer.opened_at + timedelta(hours=4) * 0.8
    still = corrected(late, intent=Intent.QUESTION, at=START + timedelta(hours=4, minutes=1))
    assert still.response.timeliness is Timeliness.BREACHED
    shorter = corrected(opened(), severity=Severity.CRITICAL, at=START + 20 * MINUTE)
    assert shorter.wake(START + 20 * MINUTE, ())[0].response.timeliness is Timeliness.BREACHED


def test_whoever_reopens_a_case_gives_it_the_target_in_force():
    other = replace(DEFAULT_POLICY, targets={**DEFAULT_POLICY.targets, Intent.COMPLAINT: Target(500)})
    resolved = opened().resolve("mia", START)[0]
    at = START + 90 * MINUTE
    again = reopen(resolved, "mia", at, target_for=other.target, ladder_for=other.ladder_for)[0]
    assert again.response.due_at == at + 500 * MINUTE


def test_a_complaint_after_all_opens_again_as_a_case_opens():
    dismissed = dismiss(opened(), "mia", START)[0]
    assert correct(dismissed, "mia", START, DEFAULT_POLICY, None, Severity.HIGH) is None
    again, entries = correct(dismissed, "leo", START + 9 * MINUTE, DEFAULT_POLICY, Intent.COMPLAINT, None)
    assert (again.status, again.resolution.outcome, again.ladder.alerting) == (Status.OPEN, None, Alerting.DUE)
    assert again.response.waiting_since == START + 9 * MINUTE
    assert [entry.what for entry in entries] == ["corrected", "reopened", "escalated"]


def test_what_was_taken_back_says_nothing_of_the_rules():
    first, second = (dismiss(opened(), who, START)[1] for who in ("mia", "leo"))
    back = replace(second, what="undone", verdict=replace(second.verdict, is_withdrawn=True))
    said = [Correction(CASE, entry) for entry in (first, second, back)]
    assert in_force(said) == said[:1]
    assert [(one.rule, one.judged) for one in records_of(said[1:])] == []


@pytest.mark.parametrize("urgency", [60, 62, 65])
def test_a_later_post_that_is_no_more_urgent_does_not_undo_a_correction(urgency):
    case = corrected(opened(), severity=Severity.NORMAL)
    conversation = heard(Conversation(CASE, case=case), "5", urgency=urgency)
    assert (
        conversation.case.assessment.severity,
        conversation.case.assessment.urgency,
        conversation.case.ladder.alerting,
    ) == (
        Severity.NORMAL,
        59,
        Alerting.OFF,
    )
    raised = corrected(opened(Intent.QUESTION, 20), severity=Severity.HIGH)
    assert heard(Conversation(CASE, case=raised), "5", Intent.QUESTION, 40).case.assessment.severity is Severity.HIGH


def test_a_more_urgent_post_is_judged_anew_and_alerts():
    case = confirm(corrected(opened(), severity=Severity.NORMAL), "leo", START)[0]
    worse = heard(Conversation(CASE, case=case), "5", urgency=66).case
    assert (worse.assessment.severity, worse.assessment.urgency, worse.ladder.alerting) == (
        Severity.HIGH,
        66,
        Alerting.DUE,
    )
    assert (worse.assessment.original, worse.assessment.corrected_by, worse.assessment.confirmed_by) == (
        None,
        None,
        None,
    )


def test_reposts_do_not_raise_what_staff_have_seen_and_corrected():
    case = corrected(opened(), severity=Severity.NORMAL)
    conversation = Conversation(CASE, case=case)
    for number in range(1, 60):
        repost = a_mention(str(number), reposted_id="0")
        conversation = fold_repost(
            conversation, a_mention("0"), repost, now=START, rules=FoldRules(BRANDS)
        ).conversation
    assert (conversation.case.assessment.severity, conversation.case.posts.spread.reposts) == (Severity.NORMAL, 59)


def test_confirming_says_so_once_and_changes_nothing_else():
    case, entry = confirm(opened(), "mia", START)
    assert changed(case, assessment__confirmed_by=None) == opened()
    assert (entry.what, entry.verdict.is_right) == ("confirmed", True)
    assert confirm(case, "leo", START) is None


def test_a_correction_of_a_correction_keeps_what_the_rules_judged():
    twice = correct(corrected(opened(), severity=Severity.LOW), "leo", START, DEFAULT_POLICY, None, Severity.NORMAL)
    assert twice[1][0].verdict.original == OriginalAssessment(Intent.COMPLAINT, Severity.HIGH, 65)
    confirmed = confirm(twice[0], "mia", START)[1]
    assert not confirmed.verdict.is_right, "what is confirmed is the correction, not the rules"


def a_verdict(case_id: str, rules: tuple[str, ...], right: bool) -> Correction:
    judged = OriginalAssessment(Intent.COMPLAINT, Severity.HIGH, 65)
    said = (Intent.COMPLAINT, Severity.HIGH) if right else (None, None)
    return Correction(case_id, LogEntry(START, "mia", "said", "", Verdict(judged, rules, *said)))


def test_how_each_rule_fared_by_the_last_verdict_on_each_case():
    records = records_of(
        [
            a_verdict("x-1-7-nimbusair", ("stake.money", "cue.joke"), True),
            a_verdict("x-2-7-nimbusair", ("stake.money",), True),
            a_verdict("x-3-7-nimbusair", ("stake.money",), False),
            a_verdict("x-2-7-nimbusair", ("stake.money",), False),
        ]
    )
    assert [(one.rule, one.judged, one.confirmed) for one in records] == [("stake.money", 3, 1), ("cue.joke", 1, 1)]
    assert records[0].precision == pytest.approx(1 / 3)
    assert records_of([]) == ()


def test_a_dismissal_is_a_verdict_too():
    case = opened()
    entry = dismiss(case, "mia", START)[1]
    assert (entry.verdict.original.urgency, entry.verdict.intent, entry.verdict.is_right) == (65, None, False)
