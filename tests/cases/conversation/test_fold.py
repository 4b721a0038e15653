"""A conversation folds posts in any order into one case."""

from dataclasses import replace
from datetime import timedelta

from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules, fold, owes_answer
from earshot.cases.policy.policy import DEFAULT_LADDER
from earshot.triage.judgement import Intent, Severity
from tests.fakes import BRANDS, START, a_judgement, a_mention, an_own_post


def heard(conversation, mention, judgement=None, now=None):
    return fold(
        conversation,
        mention,
        judgement or a_judgement(),
        now=now or START + timedelta(hours=1),
        rules=FoldRules(BRANDS),
    )


def test_a_complaint_opens_a_case_at_its_own_time_and_alerts_at_once():
    case = heard(Conversation("x#1"), a_mention("3")).conversation.case
    assert (case.id, case.opened_at, case.status) == ("x-1", START + timedelta(minutes=3), Status.OPEN)
    assert (case.ladder.alerting, case.ladder.step, case.ladder.rung, case.ladder.steps) == (
        Alerting.DUE,
        1,
        1,
        DEFAULT_LADDER,
    )
    assert case.response.due_at == case.opened_at + timedelta(minutes=60)


def test_what_can_wait_alerts_nobody():
    case = heard(Conversation("x#1"), a_mention(), a_judgement(Intent.PRAISE, 5)).conversation.case
    assert (case.ladder.alerting, case.ladder.wakes_at) == (Alerting.OFF, None)
    assert case.response.due_at == case.opened_at + timedelta(hours=24)


def test_history_opens_a_case_and_alerts_nobody_until_the_customer_writes_again():
    conversation = heard(Conversation("x#1"), a_mention("1", baseline=True)).conversation
    assert conversation.case.ladder.alerting is Alerting.OFF
    assert heard(conversation, a_mention("2")).conversation.case.ladder.alerting is Alerting.DUE


def test_chatter_that_does_not_address_the_brand_opens_nothing():
    chatter = a_mention(text="flying with @NimbusAir today")
    other = a_judgement(Intent.OTHER, 0)
    assert heard(Conversation("x#1"), chatter, other).conversation == Conversation("x#1")
    assert owes_answer(replace(chatter, text="@NimbusAir hello?"), other, BRANDS)
    assert not owes_answer(replace(chatter, text="@NimbusAir hello?", reposted_id="9"), other, BRANDS)


def test_the_brands_answer_stops_the_clock_and_the_ladder():
    conversation = heard(Conversation("x#1"), a_mention("1")).conversation
    answer = heard(conversation, an_own_post("13"))
    case = answer.conversation.case
    assert (case.status, case.response.first_response_seconds, case.ladder.alerting) == (
        Status.REPLIED,
        12 * 60,
        Alerting.OFF,
    )
    assert [entry.what for entry in answer.entries] == ["replied"]


def test_an_answer_that_is_read_before_its_question_counts_all_the_same():
    conversation = heard(Conversation("x#1"), an_own_post("13")).conversation
    case = heard(conversation, a_mention("1")).conversation.case
    assert (case.status, case.response.first_response_seconds, case.ladder.alerting) == (
        Status.REPLIED,
        12 * 60,
        Alerting.OFF,
    )


def test_what_the_brand_wrote_before_the_complaint_answers_nothing():
    conversation = heard(Conversation("x#1"), an_own_post("1")).conversation
    case = heard(conversation, a_mention("2")).conversation.case
    assert (case.status, case.response.first_response_at) == (Status.OPEN, None)


def test_a_customer_who_asks_again_is_waiting_again_and_alerts_only_when_late():
    conversation = heard(heard(Conversation("x#1"), a_mention("1")).conversation, an_own_post("2")).conversation
    again = heard(conversation, a_mention("5"), now=START + timedelta(minutes=5))
    case = again.conversation.case
    assert (case.status, case.ladder.alerting, case.ladder.step) == (Status.OPEN, Alerting.WAITING, 0)
    assert case.ladder.wakes_at == case.response.due_at == START + timedelta(minutes=65)
    assert case.response.first_response_seconds == 60
    assert [entry.what for entry in again.entries] == ["relapsed", "asked again"]


def test_thanks_after_the_answer_asks_for_nothing():
    conversation = heard(heard(Conversation("x#1"), a_mention("1")).conversation, an_own_post("2")).conversation
    assert heard(conversation, a_mention("3"), a_judgement(Intent.PRAISE, 0)).conversation.case.status is Status.REPLIED


def test_a_complaint_after_the_end_reopens_the_case_and_alerts_at_once():
    conversation = heard(Conversation("x#1"), a_mention("1")).conversation
    case, _ = conversation.case.resolve("mia", START + timedelta(minutes=30))
    back = heard(replace(conversation, case=case), a_mention("40"))
    assert (back.conversation.case.status, back.conversation.case.ladder.alerting) == (Status.OPEN, Alerting.DUE)
    assert [entry.what for entry in back.entries] == ["relapsed", "reopened", "escalated"]


def test_an_acknowledged_case_is_not_alerted_again_by_its_next_post():
    conversation = heard(Conversation("x#1"), a_mention("1")).conversation
    case, _ = conversation.case.acknowledge("mia", START + timedelta(minutes=2))
    assert heard(replace(conversation, case=case), a_mention("4")).conversation.case.ladder.alerting is Alerting.OFF


def test_a_case_speaks_of_its_most_urgent_post():
    conversation = heard(Conversation("x#1"), a_mention("1"), a_judgement(Intent.QUESTION, 20)).conversation
    assert conversation.case.ladder.alerting is Alerting.OFF
    case = heard(conversation, a_mention("2", "@NimbusAir I am stranded"), a_judgement(urgency=85)).conversation.case
    assert (case.headline.text, case.assessment.severity, case.assessment.intent) == (
        "@NimbusAir I am stranded",
        Severity.CRITICAL,
        Intent.COMPLAINT,
    )
    assert (case.response.owed_id, case.ladder.alerting) == ("1", Alerting.DUE)
