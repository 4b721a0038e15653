"""A thread folds posts in any order into one case."""

from dataclasses import replace
from datetime import timedelta

from earshot.alerts.ladder import LADDER, ladder_for
from earshot.cases.case import Alerting, Status
from earshot.cases.hearing import hear, hear_repost, owes_answer
from earshot.cases.thread import Thread
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent, Severity
from tests.fakes import BRANDS, START, a_judgement, a_mention, an_own_post


def heard(thread, mention, judgement=None, now=None):
    return hear(
        thread,
        mention,
        judgement or a_judgement(),
        now=now or START + timedelta(hours=1),
        brands=BRANDS,
        ladder_for=ladder_for,
    )


def test_a_complaint_opens_a_case_at_its_own_time_and_alerts_at_once():
    case = heard(Thread("x#1"), a_mention("3")).thread.case
    assert (case.id, case.opened_at, case.status) == ("x-1", START + timedelta(minutes=3), Status.OPEN)
    assert (case.alerting, case.step, case.rung, case.ladder) == (Alerting.DUE, 1, 1, LADDER)
    assert case.due_at == case.opened_at + timedelta(minutes=60)


def test_what_can_wait_alerts_nobody():
    case = heard(Thread("x#1"), a_mention(), a_judgement(Intent.PRAISE, 5)).thread.case
    assert (case.alerting, case.wake_at) == (Alerting.OFF, None)
    assert case.due_at == case.opened_at + timedelta(hours=24)


def test_history_opens_a_case_and_alerts_nobody_until_the_customer_writes_again():
    thread = heard(Thread("x#1"), a_mention("1", baseline=True)).thread
    assert thread.case.alerting is Alerting.OFF
    assert heard(thread, a_mention("2")).thread.case.alerting is Alerting.DUE


def test_chatter_that_does_not_address_the_brand_opens_nothing():
    chatter = a_mention(text="flying with @NimbusAir today")
    other = a_judgement(Intent.OTHER, 0)
    assert heard(Thread("x#1"), chatter, other).thread == Thread("x#1")
    assert owes_answer(replace(chatter, text="@NimbusAir hello?"), other, BRANDS)
    assert not owes_answer(replace(chatter, text="@NimbusAir hello?", reposted_id="9"), other, BRANDS)


def test_the_brands_answer_stops_the_clock_and_the_ladder():
    thread = heard(Thread("x#1"), a_mention("1")).thread
    answer = heard(thread, an_own_post("13"))
    case = answer.thread.case
    assert (case.status, case.first_response_seconds, case.alerting) == (Status.REPLIED, 12 * 60, Alerting.OFF)
    assert [entry.what for entry in answer.entries] == ["replied"]


def test_an_answer_that_is_read_before_its_question_counts_all_the_same():
    thread = heard(Thread("x#1"), an_own_post("13")).thread
    case = heard(thread, a_mention("1")).thread.case
    assert (case.status, case.first_response_seconds, case.alerting) == (Status.REPLIED, 12 * 60, Alerting.OFF)


def test_what_the_brand_wrote_before_the_complaint_answers_nothing():
    thread = heard(Thread("x#1"), an_own_post("1")).thread
    case = heard(thread, a_mention("2")).thread.case
    assert (case.status, case.first_response_at) == (Status.OPEN, None)


def test_a_customer_who_asks_again_is_waiting_again_and_alerts_only_when_late():
    thread = heard(heard(Thread("x#1"), a_mention("1")).thread, an_own_post("2")).thread
    again = heard(thread, a_mention("5"), now=START + timedelta(minutes=5))
    case = again.thread.case
    assert (case.status, case.alerting, case.step) == (Status.OPEN, Alerting.WAITING, 0)
    assert case.wake_at == case.due_at == START + timedelta(minutes=65)
    assert case.first_response_seconds == 60
    assert [entry.what for entry in again.entries] == ["asked again"]


def test_thanks_after_the_answer_asks_for_nothing():
    thread = heard(heard(Thread("x#1"), a_mention("1")).thread, an_own_post("2")).thread
    assert heard(thread, a_mention("3"), a_judgement(Intent.PRAISE, 0)).thread.case.status is Status.REPLIED


def test_a_complaint_after_the_end_reopens_the_case_and_alerts_at_once():
    thread = heard(Thread("x#1"), a_mention("1")).thread
    case, _ = thread.case.resolve("mia", START + timedelta(minutes=30))
    back = heard(replace(thread, case=case), a_mention("40"))
    assert (back.thread.case.status, back.thread.case.alerting) == (Status.OPEN, Alerting.DUE)
    assert [entry.what for entry in back.entries] == ["reopened", "escalated"]


def test_an_acknowledged_case_is_not_alerted_again_by_its_next_post():
    thread = heard(Thread("x#1"), a_mention("1")).thread
    case, _ = thread.case.acknowledge("mia", START + timedelta(minutes=2))
    assert heard(replace(thread, case=case), a_mention("4")).thread.case.alerting is Alerting.OFF


def test_a_case_speaks_of_its_most_urgent_post():
    thread = heard(Thread("x#1"), a_mention("1"), a_judgement(Intent.QUESTION, 20)).thread
    assert thread.case.alerting is Alerting.OFF
    case = heard(thread, a_mention("2", "@NimbusAir I am stranded"), a_judgement(urgency=85)).thread.case
    assert (case.text, case.severity, case.intent) == ("@NimbusAir I am stranded", Severity.CRITICAL, Intent.COMPLAINT)
    assert (case.owed_id, case.alerting) == ("1", Alerting.DUE)


def test_a_repost_adds_reach_and_nothing_else():
    thread = heard(Thread("x#1"), a_mention("1")).thread
    repost = a_mention("2", reposted_id="1", author=Author("8", followers=5000))
    wider = hear_repost(thread, a_mention("1"), repost, now=START, ladder_for=ladder_for).thread
    assert (wider.case.reach, wider.case.reposts) == (5120, 1)
    assert replace(wider.case, reach=120, reposts=0, reposted_at=None) == thread.case
