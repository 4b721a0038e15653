"""A thread folds posts in any order into one case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.cases.case.headline import MOST_DELAYS, Spread
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import fold, fold_repost, owes_answer
from earshot.cases.policy.policy import DEFAULT_LADDER, DEFAULT_POLICY
from earshot.mentions.mention import Author
from earshot.triage.judgement import CRITICAL, HIGH, NEVER_URGENT, Intent, Reason, Severity, severity_of
from earshot.triage.reach import REPOSTS, SPEED
from earshot.triage.terms.terms import NO_TERMS, Terms
from tests.fakes import BRANDS, START, a_judgement, a_mention, an_own_post


def heard(thread, mention, judgement=None, now=None):
    return fold(
        thread,
        mention,
        judgement or a_judgement(),
        now=now or START + timedelta(hours=1),
        brands=BRANDS,
        ladder_for=DEFAULT_POLICY.ladder_for,
    )


def test_a_complaint_opens_a_case_at_its_own_time_and_alerts_at_once():
    case = heard(Conversation("x#1"), a_mention("3")).thread.case
    assert (case.id, case.opened_at, case.status) == ("x-1", START + timedelta(minutes=3), Status.OPEN)
    assert (case.ladder.alerting, case.ladder.step, case.ladder.rung, case.ladder.steps) == (
        Alerting.DUE,
        1,
        1,
        DEFAULT_LADDER,
    )
    assert case.response.due_at == case.opened_at + timedelta(minutes=60)


def test_what_can_wait_alerts_nobody():
    case = heard(Conversation("x#1"), a_mention(), a_judgement(Intent.PRAISE, 5)).thread.case
    assert (case.ladder.alerting, case.ladder.wakes_at) == (Alerting.OFF, None)
    assert case.response.due_at == case.opened_at + timedelta(hours=24)


def test_history_opens_a_case_and_alerts_nobody_until_the_customer_writes_again():
    thread = heard(Conversation("x#1"), a_mention("1", baseline=True)).thread
    assert thread.case.ladder.alerting is Alerting.OFF
    assert heard(thread, a_mention("2")).thread.case.ladder.alerting is Alerting.DUE


def test_chatter_that_does_not_address_the_brand_opens_nothing():
    chatter = a_mention(text="flying with @NimbusAir today")
    other = a_judgement(Intent.OTHER, 0)
    assert heard(Conversation("x#1"), chatter, other).thread == Conversation("x#1")
    assert owes_answer(replace(chatter, text="@NimbusAir hello?"), other, BRANDS)
    assert not owes_answer(replace(chatter, text="@NimbusAir hello?", reposted_id="9"), other, BRANDS)


def test_the_brands_answer_stops_the_clock_and_the_ladder():
    thread = heard(Conversation("x#1"), a_mention("1")).thread
    answer = heard(thread, an_own_post("13"))
    case = answer.thread.case
    assert (case.status, case.response.first_response_seconds, case.ladder.alerting) == (
        Status.REPLIED,
        12 * 60,
        Alerting.OFF,
    )
    assert [entry.what for entry in answer.entries] == ["replied"]


def test_an_answer_that_is_read_before_its_question_counts_all_the_same():
    thread = heard(Conversation("x#1"), an_own_post("13")).thread
    case = heard(thread, a_mention("1")).thread.case
    assert (case.status, case.response.first_response_seconds, case.ladder.alerting) == (
        Status.REPLIED,
        12 * 60,
        Alerting.OFF,
    )


def test_what_the_brand_wrote_before_the_complaint_answers_nothing():
    thread = heard(Conversation("x#1"), an_own_post("1")).thread
    case = heard(thread, a_mention("2")).thread.case
    assert (case.status, case.response.first_response_at) == (Status.OPEN, None)


def test_a_customer_who_asks_again_is_waiting_again_and_alerts_only_when_late():
    thread = heard(heard(Conversation("x#1"), a_mention("1")).thread, an_own_post("2")).thread
    again = heard(thread, a_mention("5"), now=START + timedelta(minutes=5))
    case = again.thread.case
    assert (case.status, case.ladder.alerting, case.ladder.step) == (Status.OPEN, Alerting.WAITING, 0)
    assert case.ladder.wakes_at == case.response.due_at == START + timedelta(minutes=65)
    assert case.response.first_response_seconds == 60
    assert [entry.what for entry in again.entries] == ["relapsed", "asked again"]


def test_thanks_after_the_answer_asks_for_nothing():
    thread = heard(heard(Conversation("x#1"), a_mention("1")).thread, an_own_post("2")).thread
    assert heard(thread, a_mention("3"), a_judgement(Intent.PRAISE, 0)).thread.case.status is Status.REPLIED


def test_a_complaint_after_the_end_reopens_the_case_and_alerts_at_once():
    thread = heard(Conversation("x#1"), a_mention("1")).thread
    case, _ = thread.case.resolve("mia", START + timedelta(minutes=30))
    back = heard(replace(thread, case=case), a_mention("40"))
    assert (back.thread.case.status, back.thread.case.ladder.alerting) == (Status.OPEN, Alerting.DUE)
    assert [entry.what for entry in back.entries] == ["relapsed", "reopened", "escalated"]


def test_an_acknowledged_case_is_not_alerted_again_by_its_next_post():
    thread = heard(Conversation("x#1"), a_mention("1")).thread
    case, _ = thread.case.acknowledge("mia", START + timedelta(minutes=2))
    assert heard(replace(thread, case=case), a_mention("4")).thread.case.ladder.alerting is Alerting.OFF


def test_a_case_speaks_of_its_most_urgent_post():
    thread = heard(Conversation("x#1"), a_mention("1"), a_judgement(Intent.QUESTION, 20)).thread
    assert thread.case.ladder.alerting is Alerting.OFF
    case = heard(thread, a_mention("2", "@NimbusAir I am stranded"), a_judgement(urgency=85)).thread.case
    assert (case.headline.text, case.assessment.severity, case.assessment.intent) == (
        "@NimbusAir I am stranded",
        Severity.CRITICAL,
        Intent.COMPLAINT,
    )
    assert (case.response.owed_id, case.ladder.alerting) == ("1", Alerting.DUE)


POINTS = {step.rule: step.points for step in (*REPOSTS, *SPEED)}
SOME, MANY, FAST = (POINTS[rule] for rule in ("reach.some_reposts", "reach.reposts", "reach.speed"))


def passed_on(thread, times=1, *, apart=3, followers=0, now=START, terms=NO_TERMS, **changes):
    """``thread`` after its first post was reposted, once in so many minutes, and all that was logged."""
    entries = []
    for number in range(1, times + 1):
        author = Author(f"r{number}", followers=followers)
        repost = a_mention(f"{1000 + number}", reposted_id="1", minutes=1 + apart * number, author=author, **changes)
        heard = fold_repost(thread, a_mention("1"), repost, now=now, ladder_for=DEFAULT_POLICY.ladder_for, terms=terms)
        thread = heard.thread
        entries += heard.entries
    return thread, entries


def test_a_repost_adds_reach_and_nothing_else():
    thread = heard(Conversation("x#1"), a_mention("1")).thread
    wider, entries = passed_on(thread, followers=5000)
    assert (wider.case.spread.reach, wider.case.spread.reposts, entries) == (5120, 1, [])
    assert replace(wider.case, spread=Spread(120)) == thread.case


def test_a_repost_of_what_is_no_case_changes_nothing():
    assert passed_on(Conversation("x#1"), 200) == (Conversation("x#1"), [])


@pytest.mark.parametrize(
    ("times", "apart", "rules"),
    [
        (19, 3, []),
        (20, 3, ["reach.some_reposts"]),
        (99, 3, ["reach.some_reposts"]),
        (100, 3, ["reach.reposts"]),
        (9, 0, []),
        (10, 0, ["reach.speed"]),
        (10, 2, ["reach.speed"]),
        (10, 2.1, []),
        (20, 1, ["reach.some_reposts", "reach.speed"]),
        (100, 1, ["reach.reposts", "reach.speed"]),
    ],
)
def test_reposts_make_a_complaint_more_urgent(times, apart, rules):
    added = {rule: POINTS[rule] for rule in rules}
    thread = heard(Conversation("x#1"), a_mention("1"), a_judgement(urgency=40)).thread
    case = passed_on(thread, times, apart=apart)[0].case
    own, *more = case.assessment.reasons
    assert own == a_judgement(urgency=40).reasons[0]
    assert {reason.rule: reason.points for reason in more} == added
    assert (
        case.assessment.urgency == 40 + sum(added.values()) == sum(reason.points for reason in case.assessment.reasons)
    )
    assert case.assessment.severity is severity_of(case.assessment.urgency)


def test_a_complaint_that_becomes_high_by_its_reposts_alerts_there_and_then():
    thread = heard(Conversation("x#1"), a_mention("1"), a_judgement(urgency=HIGH - SOME)).thread
    now = START + timedelta(hours=1)
    thread, entries = passed_on(thread, 19, now=now)
    assert (thread.case.assessment.severity, thread.case.ladder.alerting, entries) == (
        Severity.NORMAL,
        Alerting.OFF,
        [],
    )
    thread, entries = passed_on(thread, now=now)
    case = thread.case
    assert (case.assessment.severity, case.ladder.alerting, case.ladder.step, case.ladder.steps) == (
        Severity.HIGH,
        Alerting.DUE,
        1,
        DEFAULT_LADDER,
    )
    assert (case.ladder.started_at, case.headline.text) == (now, a_mention("1").text)
    assert [(entry.what, entry.at) for entry in entries] == [("rose", now), ("escalated", now)]
    assert entries[0].text == "passed on 20 times: high from here on"
    assert passed_on(thread, 10)[1] == []


def test_a_case_that_alerts_already_becomes_critical_on_the_ladder_it_is_on():
    thread = heard(Conversation("x#1"), a_mention("1"), a_judgement(urgency=CRITICAL - 1)).thread
    case, _ = thread.case.mark_alerted(START)
    louder, entries = passed_on(replace(thread, case=case), 100)
    assert (louder.case.assessment.urgency, louder.case.assessment.severity) == (
        min(100, CRITICAL - 1 + MANY),
        Severity.CRITICAL,
    )
    assert (louder.case.ladder.alerting, louder.case.ladder.step) == (Alerting.SENT, 1)
    assert [(entry.what, entry.text) for entry in entries] == [
        ("rose", "passed on 20 times: critical from here on"),
    ]
    assert louder.case.response.due_at == thread.case.response.due_at - timedelta(minutes=45)


@pytest.mark.parametrize("intent", [intent for intent in Intent if intent is not Intent.COMPLAINT])
def test_what_is_no_complaint_is_none_however_often_it_is_passed_on(intent):
    mention = a_mention("1", "@NimbusAir look at this")
    thread = heard(Conversation("x#1"), mention, a_judgement(intent, 29)).thread
    louder, entries = passed_on(thread, 120, apart=0)
    assert (louder.case.spread.reposts, louder.case.assessment.urgency, louder.case.assessment.reasons) == (
        120,
        29,
        thread.case.assessment.reasons,
    )
    assert (louder.case.ladder.alerting, entries) == (Alerting.OFF, [])


def test_what_the_brand_never_calls_urgent_stays_so_however_often_it_is_passed_on():
    judgement = a_judgement(urgency=59)
    decreed = replace(judgement, reasons=(Reason("intent.complaint", 64, ""), Reason(NEVER_URGENT, -5, "quiz")))
    thread = heard(Conversation("x#1"), a_mention("1"), decreed).thread
    louder, entries = passed_on(thread, 120, apart=0)
    assert (louder.case.assessment.urgency, louder.case.assessment.severity, entries) == (59, Severity.NORMAL, [])


def test_a_rule_that_the_brand_switched_off_lets_no_repost_raise_a_case():
    terms = Terms(disabled_rules=frozenset({"reach.reposts", "reach.some_reposts", "reach.speed"}))
    thread = heard(Conversation("x#1"), a_mention("1"), a_judgement(urgency=52)).thread
    louder, entries = passed_on(thread, 120, apart=0, terms=terms)
    assert (louder.case.spread.reposts, louder.case.assessment.urgency, entries) == (120, 52, [])


def test_reposts_that_were_known_when_it_was_judged_do_not_count_twice():
    known = (Reason("intent.complaint", 40, ""), Reason("reach.some_reposts", SOME, "passed on 30 times"))
    thread = heard(Conversation("x#1"), a_mention("1"), replace(a_judgement(urgency=40 + SOME), reasons=known)).thread
    assert passed_on(thread, 40)[0].case.assessment.urgency == 40 + SOME
    assert passed_on(thread, 100)[0].case.assessment.urgency == 40 + MANY


def test_a_case_does_not_fall_back_when_reposts_come_slower():
    thread = heard(Conversation("x#1"), a_mention("1"), a_judgement(urgency=52)).thread
    fast, _ = passed_on(thread, 10, apart=0)
    later, entries = passed_on(fast, 5, apart=500)
    assert (fast.case.assessment.urgency, later.case.assessment.urgency, entries) == (52 + FAST, 52 + FAST, [])


def test_a_case_that_becomes_another_posts_keeps_its_reposts():
    thread = heard(Conversation("x#1"), a_mention("1"), a_judgement(urgency=40)).thread
    louder, _ = passed_on(thread, 100)
    sharper = heard(louder, a_mention("2", "@NimbusAir I am furious"), a_judgement(urgency=50)).thread.case
    assert (sharper.headline.text, sharper.assessment.urgency) == ("@NimbusAir I am furious", 50 + MANY)
    milder = heard(louder, a_mention("2", "@NimbusAir any news?"), a_judgement(urgency=30)).thread.case
    assert (milder.headline.text, milder.assessment.urgency) == (a_mention("1").text, 40 + MANY)


def test_a_complaint_that_joins_what_was_passed_on_before_is_as_loud():
    question = heard(Conversation("x#1"), a_mention("1"), a_judgement(Intent.QUESTION, 55)).thread
    louder, _ = passed_on(question, 20)
    assert louder.case.assessment.urgency == 55
    joined = heard(louder, a_mention("2", "@NimbusAir no answer yet"), a_judgement(urgency=35)).thread.case
    assert (joined.headline.id, joined.assessment.urgency, joined.ladder.alerting) == ("1", 55 + SOME, Alerting.DUE)


@pytest.mark.parametrize("act", ["acknowledge", "resolve"])
def test_a_case_in_hands_or_done_rises_and_alerts_nobody(act):
    thread = heard(Conversation("x#1"), a_mention("1"), a_judgement(urgency=HIGH - SOME)).thread
    case, _ = getattr(thread.case, act)("mia", START)
    louder, entries = passed_on(replace(thread, case=case), 20)
    assert (louder.case.assessment.severity, louder.case.ladder.alerting) == (Severity.HIGH, Alerting.OFF)
    assert [entry.what for entry in entries] == ["rose"]


def test_history_that_is_passed_on_alerts_nobody_until_the_customer_writes_again():
    history = heard(Conversation("x#1"), a_mention("1", baseline=True), a_judgement(urgency=HIGH - SOME)).thread
    louder, entries = passed_on(history, 20)
    assert (louder.case.assessment.severity, louder.case.ladder.alerting) == (Severity.HIGH, Alerting.OFF)
    assert [entry.what for entry in entries] == ["rose"]
    assert heard(louder, a_mention("2"), a_judgement(urgency=20)).thread.case.ladder.alerting is Alerting.DUE


def test_a_case_that_began_as_history_and_is_alive_again_alerts_when_it_is_passed_on():
    history = heard(Conversation("x#1"), a_mention("1", baseline=True), a_judgement(urgency=HIGH - SOME)).thread
    alive = heard(history, a_mention("2", "@NimbusAir well?"), a_judgement(urgency=20)).thread
    assert alive.case.ladder.alerting is Alerting.OFF
    assert passed_on(alive, 20, baseline=True)[0].case.ladder.alerting is Alerting.OFF
    assert passed_on(alive, 20)[0].case.ladder.alerting is Alerting.DUE


def test_no_more_is_kept_of_reposts_than_can_matter():
    thread = heard(Conversation("x#1"), a_mention("1"), a_judgement(urgency=40)).thread
    case = passed_on(thread, MOST_DELAYS + 20, apart=5)[0].case
    assert (case.spread.reposts, len(case.spread.repost_delays)) == (MOST_DELAYS + 20, MOST_DELAYS)
    assert case.spread.repost_delays[:2] == (300, 600)
