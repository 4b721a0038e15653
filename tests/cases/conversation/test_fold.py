"""A customer's conversation folds their posts and the brand's answers, in any order, into one case."""

from dataclasses import replace
from datetime import timedelta

from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import MOST_ANSWERS, Conversation, FoldResult, fold_answers
from earshot.cases.conversation.fold import FoldRules, fold, owes_answer
from earshot.cases.conversation.replies import Reply
from earshot.cases.policy.policy import DEFAULT_LADDER
from earshot.triage.judgement import Intent, Severity
from tests.fakes import BRANDS, CASE, START, a_judgement, a_mention, an_own_post


def heard(conversation, mention, judgement=None, now=None):
    return fold(
        conversation,
        mention,
        judgement or a_judgement(),
        now=now or START + timedelta(hours=1),
        rules=FoldRules(BRANDS),
    )


def answered(conversation, *numbers, to=None):
    """The brand answers the customer, so many minutes after START."""
    replies = [Reply.of(an_own_post(str(number))) for number in numbers]
    return fold_answers(conversation, replies, START + timedelta(hours=1), to)


def test_a_complaint_opens_a_case_at_its_own_time_and_alerts_at_once():
    case = heard(Conversation(CASE), a_mention("3")).conversation.case
    assert (case.id, case.opened_at, case.status) == (CASE, START + timedelta(minutes=3), Status.OPEN)
    assert (case.ladder.alerting, case.ladder.step, case.ladder.rung, case.ladder.steps) == (
        Alerting.DUE,
        1,
        1,
        DEFAULT_LADDER,
    )
    assert case.response.due_at == case.opened_at + timedelta(minutes=60)


def test_what_can_wait_alerts_nobody():
    case = heard(Conversation(CASE), a_mention(), a_judgement(Intent.PRAISE, 5)).conversation.case
    assert (case.ladder.alerting, case.ladder.wakes_at) == (Alerting.OFF, None)
    assert case.response.due_at == case.opened_at + timedelta(hours=24)


def test_history_opens_a_case_and_alerts_nobody_until_the_customer_writes_again():
    conversation = heard(Conversation(CASE), a_mention("1", baseline=True)).conversation
    assert conversation.case.ladder.alerting is Alerting.OFF
    assert heard(conversation, a_mention("2")).conversation.case.ladder.alerting is Alerting.DUE


def test_chatter_that_does_not_address_the_brand_opens_nothing():
    chatter = a_mention(text="flying with @NimbusAir today")
    other = a_judgement(Intent.OTHER, 0)
    seen = heard(Conversation(CASE), chatter, other).conversation
    assert seen == Conversation(CASE, first_post_at=chatter.created_at)
    assert owes_answer(replace(chatter, text="@NimbusAir hello?"), other, BRANDS)
    assert not owes_answer(replace(chatter, text="@NimbusAir hello?", reposted_id="9"), other, BRANDS)


def test_the_brands_answer_stops_the_clock_and_the_ladder():
    conversation = heard(Conversation(CASE), a_mention("1")).conversation
    answer = answered(conversation, 13)
    case = answer.conversation.case
    assert (case.status, case.response.first_response_seconds, case.ladder.alerting) == (
        Status.REPLIED,
        12 * 60,
        Alerting.OFF,
    )
    assert [entry.what for entry in answer.entries] == ["replied"]


def test_an_answer_that_is_read_before_its_question_counts_all_the_same():
    conversation = answered(Conversation(CASE), 13).conversation
    case = heard(conversation, a_mention("1")).conversation.case
    assert (case.status, case.response.first_response_seconds, case.ladder.alerting) == (
        Status.REPLIED,
        12 * 60,
        Alerting.OFF,
    )


def test_what_the_brand_wrote_before_the_complaint_answers_nothing():
    conversation = answered(Conversation(CASE), 1).conversation
    case = heard(conversation, a_mention("2")).conversation.case
    assert (case.status, case.response.first_response_at) == (Status.OPEN, None)


def test_a_customer_who_asks_again_is_waiting_again_and_alerts_only_when_late():
    conversation = answered(heard(Conversation(CASE), a_mention("1")).conversation, 2).conversation
    again = heard(conversation, a_mention("5"), now=START + timedelta(minutes=5))
    case = again.conversation.case
    assert (case.status, case.ladder.alerting, case.ladder.step) == (Status.OPEN, Alerting.WAITING, 0)
    assert case.ladder.wakes_at == case.response.due_at == START + timedelta(minutes=65)
    assert case.response.first_response_seconds == 60
    assert [entry.what for entry in again.entries] == ["relapsed", "asked again"]


def test_thanks_after_the_answer_asks_for_nothing():
    conversation = answered(heard(Conversation(CASE), a_mention("1")).conversation, 2).conversation
    assert heard(conversation, a_mention("3"), a_judgement(Intent.PRAISE, 0)).conversation.case.status is Status.REPLIED


def test_a_complaint_after_the_end_reopens_the_case_and_alerts_at_once():
    conversation = heard(Conversation(CASE), a_mention("1")).conversation
    case, _ = conversation.case.resolve("mia", START + timedelta(minutes=30))
    back = heard(replace(conversation, case=case), a_mention("40"))
    assert (back.conversation.case.status, back.conversation.case.ladder.alerting) == (Status.OPEN, Alerting.DUE)
    assert [entry.what for entry in back.entries] == ["relapsed", "reopened", "escalated"]


def test_an_acknowledged_case_is_not_alerted_again_by_its_next_post():
    conversation = heard(Conversation(CASE), a_mention("1")).conversation
    case, _ = conversation.case.acknowledge("mia", START + timedelta(minutes=2))
    assert heard(replace(conversation, case=case), a_mention("4")).conversation.case.ladder.alerting is Alerting.OFF


def test_a_case_speaks_of_its_most_urgent_post():
    conversation = heard(Conversation(CASE), a_mention("1"), a_judgement(Intent.QUESTION, 20)).conversation
    assert conversation.case.ladder.alerting is Alerting.OFF
    case = heard(conversation, a_mention("2", "@NimbusAir I am stranded"), a_judgement(urgency=85)).conversation.case
    assert (case.posts.headline.text, case.assessment.severity, case.assessment.intent) == (
        "@NimbusAir I am stranded",
        Severity.CRITICAL,
        Intent.COMPLAINT,
    )
    assert (case.response.owed_id, case.ladder.alerting) == ("1", Alerting.DUE)


def test_the_first_post_is_kept_whatever_it_says_and_whenever_it_is_read():
    conversation, chatter = Conversation(CASE), a_judgement(Intent.OTHER, 0)
    for number in ("5", "2", "7"):
        conversation = heard(conversation, a_mention(number, "flying Nimbus"), chatter).conversation
    assert (conversation.first_post_at, conversation.case) == (START + timedelta(minutes=2), None)
    case = heard(conversation, a_mention("9")).conversation.case
    assert (case.opened_at, case.response.owed_id) == (START + timedelta(minutes=2), "9")


def test_no_answer_changes_nothing():
    conversation = heard(Conversation(CASE), a_mention("1")).conversation
    assert answered(conversation) == FoldResult(conversation)


def test_an_answer_that_is_read_twice_is_one():
    conversation = answered(heard(Conversation(CASE), a_mention("1")).conversation, 3, to="1").conversation
    assert answered(conversation, 3, to="1") == FoldResult(conversation)
    assert (conversation.answers, conversation.answered_ids) == ((START + timedelta(minutes=3),), ("1",))


def test_a_post_that_the_brand_answered_was_owed_an_answer_whatever_it_says():
    conversation = answered(Conversation(CASE), 3, to="1").conversation
    chatter = a_mention("1", "flying Nimbus"), a_judgement(Intent.OTHER, 0)
    case = heard(conversation, *chatter).conversation.case
    assert (case.status, case.response.owed_id) == (Status.REPLIED, "1")
    assert heard(answered(Conversation(CASE), 3, to="2").conversation, *chatter).conversation.case is None


def test_of_endless_answers_the_first_and_the_latest_are_kept():
    conversation = heard(Conversation(CASE), a_mention("1")).conversation
    for number in range(3, MOST_ANSWERS + 13):
        conversation = answered(conversation, number, to=str(number)).conversation
    assert (len(conversation.answers), len(conversation.answered_ids)) == (MOST_ANSWERS, MOST_ANSWERS)
    minutes = [(at - START) // timedelta(minutes=1) for at in conversation.answers]
    assert (minutes[0], minutes[-1]) == (3, MOST_ANSWERS + 12)
    assert conversation.case.response.first_response_seconds == 120
