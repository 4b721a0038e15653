"""A repost adds reach to a case, and may make it more urgent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.cases.case.ladder import Alerting
from earshot.cases.case.posts import MOST_DELAYS, Spread
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules, fold_repost
from earshot.cases.policy.policy import DEFAULT_LADDER
from earshot.mentions.mention import Author
from earshot.triage.judgement import CRITICAL, HIGH, NEVER_URGENT, Intent, Reason, Severity, severity_of
from earshot.triage.reach import REPOST_RATE_STEPS, REPOST_STEPS
from earshot.triage.terms.terms import NO_TERMS, Terms
from tests.cases.conversation.test_fold import heard
from tests.fakes import BRANDS, CASE, START, a_judgement, a_mention, changed

POINTS = {step.rule: step.points for step in (*REPOST_STEPS, *REPOST_RATE_STEPS)}
SOME, MANY, FAST = (POINTS[rule] for rule in ("reach.some_reposts", "reach.reposts", "reach.speed"))


def passed_on(conversation, times=1, *, apart=3, followers=0, now=START, terms=NO_TERMS, **changes):
    """``conversation`` after its first post was reposted, once in so many minutes, and all that was logged."""
    entries = []
    for number in range(1, times + 1):
        author = Author(f"r{number}", followers=followers)
        repost = a_mention(f"{1000 + number}", reposted_id="1", minutes=1 + apart * number, author=author, **changes)
        heard = fold_repost(conversation, a_mention("1"), repost, now=now, rules=FoldRules(BRANDS, terms))
        conversation = heard.conversation
        entries += heard.entries
    return conversation, entries


def test_a_repost_adds_reach_and_nothing_else():
    conversation = heard(Conversation(CASE), a_mention("1")).conversation
    wider, entries = passed_on(conversation, followers=5000)
    assert (wider.case.posts.spread.reach, wider.case.posts.spread.reposts, entries) == (5120, 1, [])
    assert changed(wider.case, posts__spread=Spread(120)) == conversation.case


def test_a_repost_of_what_is_no_case_changes_nothing():
    assert passed_on(Conversation(CASE), 200) == (Conversation(CASE), [])


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
    conversation = heard(Conversation(CASE), a_mention("1"), a_judgement(urgency=40)).conversation
    case = passed_on(conversation, times, apart=apart)[0].case
    own, *more = case.assessment.reasons
    assert own == a_judgement(urgency=40).reasons[0]
    assert {reason.rule: reason.points for reason in more} == added
    assert (
        case.assessment.urgency == 40 + sum(added.values()) == sum(reason.points for reason in case.assessment.reasons)
    )
    assert case.assessment.severity is severity_of(case.assessment.urgency)


def test_a_complaint_that_becomes_high_by_its_reposts_alerts_there_and_then():
    conversation = heard(Conversation(CASE), a_mention("1"), a_judgement(urgency=HIGH - SOME)).conversation
    now = START + timedelta(hours=1)
    conversation, entries = passed_on(conversation, 19, now=now)
    assert (conversation.case.assessment.severity, conversation.case.ladder.alerting, entries) == (
        Severity.NORMAL,
        Alerting.OFF,
        [],
    )
    conversation, entries = passed_on(conversation, now=now)
    case = conversation.case
    assert (case.assessment.severity, case.ladder.alerting, case.ladder.step, case.ladder.steps) == (
        Severity.HIGH,
        Alerting.DUE,
        1,
        DEFAULT_LADDER,
    )
    assert (case.ladder.started_at, case.posts.headline.text) == (now, a_mention("1").text)
    assert [(entry.what, entry.at) for entry in entries] == [("rose", now), ("escalated", now)]
    assert entries[0].text == "passed on 20 times: high from here on"
    assert passed_on(conversation, 10)[1] == []


def test_a_case_that_alerts_already_becomes_critical_on_the_ladder_it_is_on():
    conversation = heard(Conversation(CASE), a_mention("1"), a_judgement(urgency=CRITICAL - 1)).conversation
    case, _ = conversation.case.mark_alerted(START)
    louder, entries = passed_on(replace(conversation, case=case), 100)
    assert (louder.case.assessment.urgency, louder.case.assessment.severity) == (
        min(100, CRITICAL - 1 + MANY),
        Severity.CRITICAL,
    )
    assert (louder.case.ladder.alerting, louder.case.ladder.step) == (Alerting.SENT, 1)
    assert [(entry.what, entry.text) for entry in entries] == [
        ("rose", "passed on 20 times: critical from here on"),
    ]
    assert louder.case.response.due_at == conversation.case.response.due_at - timedelta(minutes=45)


@pytest.mark.parametrize("intent", [intent for intent in Intent if intent is not Intent.COMPLAINT])
def test_what_is_no_complaint_is_none_however_often_it_is_passed_on(intent):
    mention = a_mention("1", "@NimbusAir look at this")
    conversation = heard(Conversation(CASE), mention, a_judgement(intent, 29)).conversation
    louder, entries = passed_on(conversation, 120, apart=0)
    assert (louder.case.posts.spread.reposts, louder.case.assessment.urgency, louder.case.assessment.reasons) == (
        120,
        29,
        conversation.case.assessment.reasons,
    )
    assert (louder.case.ladder.alerting, entries) == (Alerting.OFF, [])


def test_what_the_brand_never_calls_urgent_stays_so_however_often_it_is_passed_on():
    judgement = a_judgement(urgency=59)
    decreed = replace(judgement, reasons=(Reason("intent.complaint", 64, ""), Reason(NEVER_URGENT, -5, "quiz")))
    conversation = heard(Conversation(CASE), a_mention("1"), decreed).conversation
    louder, entries = passed_on(conversation, 120, apart=0)
    assert (louder.case.assessment.urgency, louder.case.assessment.severity, entries) == (59, Severity.NORMAL, [])


def test_a_rule_that_the_brand_switched_off_lets_no_repost_raise_a_case():
    terms = Terms(disabled_rules=frozenset({"reach.reposts", "reach.some_reposts", "reach.speed"}))
    conversation = heard(Conversation(CASE), a_mention("1"), a_judgement(urgency=52)).conversation
    louder, entries = passed_on(conversation, 120, apart=0, terms=terms)
    assert (louder.case.posts.spread.reposts, louder.case.assessment.urgency, entries) == (120, 52, [])


def test_reposts_that_were_known_when_it_was_judged_do_not_count_twice():
    known = (Reason("intent.complaint", 40, ""), Reason("reach.some_reposts", SOME, "passed on 30 times"))
    conversation = heard(
        Conversation(CASE), a_mention("1"), replace(a_judgement(urgency=40 + SOME), reasons=known)
    ).conversation
    assert passed_on(conversation, 40)[0].case.assessment.urgency == 40 + SOME
    assert passed_on(conversation, 100)[0].case.assessment.urgency == 40 + MANY


def test_a_case_does_not_fall_back_when_reposts_come_slower():
    conversation = heard(Conversation(CASE), a_mention("1"), a_judgement(urgency=52)).conversation
    fast, _ = passed_on(conversation, 10, apart=0)
    later, entries = passed_on(fast, 5, apart=500)
    assert (fast.case.assessment.urgency, later.case.assessment.urgency, entries) == (52 + FAST, 52 + FAST, [])


def test_a_case_that_becomes_another_posts_keeps_its_reposts():
    conversation = heard(Conversation(CASE), a_mention("1"), a_judgement(urgency=40)).conversation
    louder, _ = passed_on(conversation, 100)
    sharper = heard(louder, a_mention("2", "@NimbusAir I am furious"), a_judgement(urgency=50)).conversation.case
    assert (sharper.posts.headline.text, sharper.assessment.urgency) == ("@NimbusAir I am furious", 50 + MANY)
    milder = heard(louder, a_mention("2", "@NimbusAir any news?"), a_judgement(urgency=30)).conversation.case
    assert (milder.posts.headline.text, milder.assessment.urgency) == (a_mention("1").text, 40 + MANY)


def test_a_complaint_that_joins_what_was_passed_on_before_is_as_loud():
    question = heard(Conversation(CASE), a_mention("1"), a_judgement(Intent.QUESTION, 55)).conversation
    louder, _ = passed_on(question, 20)
    assert louder.case.assessment.urgency == 55
    joined = heard(louder, a_mention("2", "@NimbusAir no answer yet"), a_judgement(urgency=35)).conversation.case
    assert (joined.posts.headline.id, joined.assessment.urgency, joined.ladder.alerting) == (
        "1",
        55 + SOME,
        Alerting.DUE,
    )


@pytest.mark.parametrize("act", ["acknowledge", "resolve"])
def test_a_case_in_hands_or_done_rises_and_alerts_nobody(act):
    conversation = heard(Conversation(CASE), a_mention("1"), a_judgement(urgency=HIGH - SOME)).conversation
    case, _ = getattr(conversation.case, act)("mia", START)
    louder, entries = passed_on(replace(conversation, case=case), 20)
    assert (louder.case.assessment.severity, louder.case.ladder.alerting) == (Severity.HIGH, Alerting.OFF)
    assert [entry.what for entry in entries] == ["rose"]


def test_history_that_is_passed_on_alerts_nobody_until_the_customer_writes_again():
    history = heard(Conversation(CASE), a_mention("1", baseline=True), a_judgement(urgency=HIGH - SOME)).conversation
    louder, entries = passed_on(history, 20)
    assert (louder.case.assessment.severity, louder.case.ladder.alerting) == (Severity.HIGH, Alerting.OFF)
    assert [entry.what for entry in entries] == ["rose"]
    assert heard(louder, a_mention("2"), a_judgement(urgency=20)).conversation.case.ladder.alerting is Alerting.DUE


def test_a_case_that_began_as_history_and_is_alive_again_alerts_when_it_is_passed_on():
    history = heard(Conversation(CASE), a_mention("1", baseline=True), a_judgement(urgency=HIGH - SOME)).conversation
    alive = heard(history, a_mention("2", "@NimbusAir well?"), a_judgement(urgency=20)).conversation
    assert alive.case.ladder.alerting is Alerting.OFF
    assert passed_on(alive, 20, baseline=True)[0].case.ladder.alerting is Alerting.OFF
    assert passed_on(alive, 20)[0].case.ladder.alerting is Alerting.DUE


def test_no_more_is_kept_of_reposts_than_can_matter():
    conversation = heard(Conversation(CASE), a_mention("1"), a_judgement(urgency=40)).conversation
    case = passed_on(conversation, MOST_DELAYS + 20, apart=5)[0].case
    assert (case.posts.spread.reposts, len(case.posts.spread.repost_delays)) == (MOST_DELAYS + 20, MOST_DELAYS)
    assert case.posts.spread.repost_delays[:2] == (300, 600)
