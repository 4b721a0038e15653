"""What an answer changes: the reader judges the words, and lowers nothing that is decreed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.context import History, PostContext
from earshot.triage.judge import judge
from earshot.triage.judgement import HIGH, Analyzer, Intent, Judgement, Sentiment, Severity, urgency_of
from earshot.triage.reader.answer import GROUNDS, Answer, Reading, Silence
from earshot.triage.reader.verdict import CAN_WAIT, ORDERS, OVERRULED, SILENT, apply_reading
from earshot.triage.terms.terms import Terms

MODEL = "global.amazon.nova-2-lite-v1:0"
SAYS = f"says the reader ({MODEL})"
BAD = Sentiment(0.05, 0.8, 0.1, 0.05, Analyzer.LEXICON)
PLAIN = PostContext()
TERMS = Terms(frozenset({"nimbusair"}), always_urgent=("red lantern",), never_urgent=("#quiz",))
ALERTING = {Severity.HIGH, Severity.CRITICAL}

POLITE = "@NimbusAir hello, could somebody look at booking 12? The crossing is this evening and my wife has no ticket"
STRANDED = "@NimbusAir stranded at the airport all night, missed our connection, nobody helps"
DANGER = "@NimbusAir there is smoke in the cabin and people cannot breathe"
TEXTS = [
    POLITE,
    STRANDED,
    DANGER,
    "@NimbusAir you charged me twice and will not refund me",
    "@NimbusAir is it safe that my charger smokes?",
    "@NimbusAir the red lantern is out",
    "@NimbusAir you charged me twice in the #quiz, fraud!",
    "@NimbusAir thank you, lovely crew",
    "@NimbusAir when do you open?",
    "@NimbusAir lol",
    "waar is mijn koffer",
    "",
]


def rules(text: str, context: PostContext = PLAIN, language: str | None = "en", terms: Terms = TERMS) -> Judgement:
    return judge(text, language=language, sentiment=BAD if language == "en" else None, context=context, terms=terms)


def read(
    judgement: Judgement, answer: Answer | Silence, context: PostContext = PLAIN, *, orders: bool = False
) -> Judgement:
    return apply_reading(judgement, Reading(MODEL, answer, orders), context, TERMS)


ANSWERS = st.one_of(
    st.builds(Answer, st.sampled_from(Intent)),
    st.builds(Answer, st.just(Intent.COMPLAINT), st.sampled_from(sorted(GROUNDS))),
)
LANGUAGES = st.sampled_from(["en", "nl"])
CONTEXTS = st.builds(
    PostContext,
    addressed=st.booleans(),
    vip=st.booleans(),
    followers=st.sampled_from([None, 100, 50_000]),
    reposts=st.sampled_from([None, 200]),
    age=st.sampled_from([None, timedelta(minutes=5), timedelta(days=2), timedelta(days=9)]),
    history=st.builds(History, st.integers(0, 4), st.booleans(), st.booleans()),
)


@given(
    st.sampled_from(TEXTS), st.sampled_from(["en", "nl"]), CONTEXTS, ANSWERS | st.sampled_from(Silence), st.booleans()
)
def test_the_points_of_the_reasons_add_up_and_the_voice_is_named(text, language, context, answer, orders) -> None:
    before = rules(text, context, language)
    after = read(before, answer, context, orders=orders)
    assert after.urgency == urgency_of(after.reasons)
    assert (after.complaint_score >= 0.5) == (after.intent is Intent.COMPLAINT) or after.reasons == before.reasons
    names = [reason.rule for reason in after.reasons]
    assert len(set(names)) == len(names)
    assert any(name.startswith("reader.") for name in names)
    assert after.reader == (None if isinstance(answer, Silence) else MODEL)
    assert (ORDERS in names) == orders


@given(st.sampled_from(TEXTS), LANGUAGES, CONTEXTS, ANSWERS, st.booleans())
def test_nothing_is_lowered_that_is_decreed_or_where_the_post_gives_orders(
    text, language, context, answer, orders
) -> None:
    before = rules(text, context, language)
    decreed = any(one.rule in {"stake.danger", "stake.fraud", "brand.always_urgent"} for one in before.reasons)
    after = read(before, answer, context, orders=orders)
    if decreed or orders:
        assert after.urgency >= before.urgency
        assert after.intent.precedence <= before.intent.precedence


@given(st.sampled_from(TEXTS), CONTEXTS, ANSWERS)
def test_what_the_brand_calls_never_urgent_alerts_nobody_unless_it_is_a_danger(text, context, answer) -> None:
    after = read(rules(text + " #quiz", context), answer, context)
    is_dangerous = answer.ground in {"D", "F"} or any(
        one.rule in {"stake.danger", "stake.fraud"} for one in after.reasons
    )
    if not is_dangerous and "red lantern" not in text:
        assert after.urgency < HIGH


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_an_urgent_complaint_that_no_rule_knows_alerts(ground: str) -> None:
    before = rules(POLITE)
    assert before.severity not in ALERTING
    after = read(before, Answer(Intent.COMPLAINT, ground))
    assert after.intent is Intent.COMPLAINT
    assert after.severity is (Severity.CRITICAL if ground in "DF" else Severity.HIGH)
    told = next(one for one in after.reasons if one.rule == f"reader.{GROUNDS[ground].rule}")
    assert told.text == f"{GROUNDS[ground].text}, {SAYS}"


def test_a_complaint_that_can_wait_alerts_nobody_for_its_words() -> None:
    before = rules(STRANDED)
    after = read(before, Answer(Intent.COMPLAINT))
    assert (before.severity in ALERTING, after.severity) == (True, Severity.NORMAL)
    told = next(one for one in after.reasons if one.rule == CAN_WAIT)
    assert told.points < 0
    assert told.text == f"a complaint that can wait, {SAYS}"


def test_reach_and_history_count_whatever_the_reader_says_of_the_words() -> None:
    context = PostContext(followers=50_000, history=History(complaints=2, waiting=True))
    after = read(rules(STRANDED, context), Answer(Intent.COMPLAINT), context)
    assert {"reach.wide", "history.earlier", "history.waiting"} <= {one.rule for one in after.reasons}
    assert after.severity in ALERTING


def test_a_complaint_that_only_the_reader_saw_is_weighed_as_any_other() -> None:
    context = PostContext(followers=50_000, age=timedelta(days=2))
    before = rules("@NimbusAir lol", context)
    assert before.intent is not Intent.COMPLAINT
    after = read(before, Answer(Intent.COMPLAINT, "M"), context)
    assert {"reach.wide", "time.stale"} <= {one.rule for one in after.reasons}
    assert after.urgency == HIGH + 30 - 15


def test_what_is_no_complaint_is_none_for_the_reader_either() -> None:
    after = read(rules(STRANDED), Answer(Intent.QUESTION))
    assert (after.intent, after.severity) == (Intent.QUESTION, Severity.LOW)
    assert after.complaint_score < 0.5
    assert not any(one.rule.startswith("stake.") for one in after.reasons)


def test_a_danger_stands_and_the_reader_is_heard() -> None:
    before = rules(DANGER)
    after = read(before, Answer(Intent.PRAISE))
    assert (after.intent, after.urgency) == (before.intent, before.urgency)
    assert [one.text for one in after.reasons if one.rule == OVERRULED] == [
        f"the reader ({MODEL}) says praise, and cannot lower this"
    ]


def test_a_post_that_nobody_could_judge_is_judged_by_the_reader() -> None:
    before = rules("waar is mijn koffer", language="nl")
    after = read(before, Answer(Intent.COMPLAINT, "L"))
    assert (before.is_unclassified, after.is_unclassified) == (True, False)
    assert (after.intent, after.severity) == (Intent.COMPLAINT, Severity.HIGH)


@pytest.mark.parametrize("silence", Silence)
def test_a_reader_that_is_silent_changes_nothing_and_it_is_said(silence: Silence) -> None:
    before = rules(STRANDED)
    after = read(before, silence)
    assert replace(after, reasons=before.reasons) == before
    assert (after.reasons[-1].rule, after.reasons[-1].text) == (SILENT, str(silence))


def test_an_order_is_noted() -> None:
    after = read(rules(STRANDED), Answer(Intent.PRAISE), orders=True)
    assert after.urgency == rules(STRANDED).urgency
    assert any(one.rule == ORDERS and "gives orders" in one.text for one in after.reasons)


def test_a_rule_of_the_reader_that_is_off_does_not_fire() -> None:
    terms = replace(TERMS, disabled_rules=frozenset({CAN_WAIT}))
    before = rules(STRANDED)
    assert apply_reading(before, Reading(MODEL, Answer(Intent.COMPLAINT)), PLAIN, terms) == before
