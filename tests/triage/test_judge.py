"""Judgements of whole posts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.mentions.mention import Author, Mention
from earshot.triage.context import History, PostContext
from earshot.triage.judge import judge, judge_all, judge_mention
from earshot.triage.judgement import Analyzer, Intent, Judgement, Sentiment, Severity, severity_of
from earshot.triage.language.detector import resolve
from earshot.triage.sentiment.lexicon import measure
from earshot.triage.terms.terms import NO_TERMS, Terms

POSTED = datetime(2026, 11, 1, tzinfo=UTC)
ACME = Terms(frozenset({"acme"}))
LANGUAGES = st.sampled_from(["en", "es", "pt", "fr", "de", "it", "ar", "ja", "nl", None])
SHARES = st.floats(min_value=0, max_value=1)
SENTIMENTS = st.none() | st.builds(Sentiment, SHARES, SHARES, SHARES, SHARES, st.sampled_from(Analyzer))


def judged(text: str, *, terms: Terms = NO_TERMS, **context: Any) -> Judgement:
    """As the classifier does it without Comprehend."""
    language = resolve(text, None)
    sentiment = measure(text, language)
    return judge(text, language=language, sentiment=sentiment, context=PostContext(**context), terms=terms)


def mention(text: str, *, own: bool = False, reposted_id: str | None = None, followers: int = 10) -> Mention:
    return Mention(
        source="x",
        id="1",
        author=Author(id="7", handle="jo", followers=followers),
        text=text,
        created_at=POSTED,
        conversation_id="1",
        brand="acme",
        own=own,
        reposted_id=reposted_id,
    )


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("@acme three hours on hold and nobody picks up, pathetic", Intent.COMPLAINT),
        ("@acme my kettle arrived broken and you won't refund me", Intent.COMPLAINT),
        ("@acme thanks for losing my suitcase", Intent.COMPLAINT),
        ("@acme WHERE IS MY ORDER???", Intent.COMPLAINT),
        ("@acme sooooo disappointed 😡 #NeverAgain", Intent.COMPLAINT),
        ("@acme ¿Dónde está mi pedido? Llevo dos semanas esperando y nadie responde", Intent.COMPLAINT),
        ("@acme Péssimo atendimento, ainda não recebi meu pedido", Intent.COMPLAINT),
        ("@acme Mon colis n'est jamais arrivé, c'est une honte", Intent.COMPLAINT),
        ("@acme Seit drei Wochen warte ich auf mein Paket, eine Frechheit", Intent.COMPLAINT),
        ("@acme Pacco mai arrivato, servizio vergognoso", Intent.COMPLAINT),
        ("@acme how do I change my address?", Intent.QUESTION),
        ("@acme do you ship to Norway?", Intent.QUESTION),
        ("@acme ¿A qué hora abre la tienda?", Intent.QUESTION),
        ("@acme thank you Ana, the best service in town", Intent.PRAISE),
        ("@acme loved the soup on board, awesome crew", Intent.PRAISE),
        ("@acme Vielen Dank, ihr seid super", Intent.PRAISE),
        ("@acme please bring back the pear cake", Intent.OPPORTUNITY),
        ("@acme thinking of buying your blue kettle", Intent.OPPORTUNITY),
        ("Retweet and follow for a chance to win an @acme kettle", Intent.OTHER),
        ("@acme", Intent.OTHER),
        ("", Intent.OTHER),
    ],
)
def test_intent(text: str, intent: Intent) -> None:
    assert judged(text).intent is intent


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("@acme the soup was cold and the waiter was rude", Severity.NORMAL),
        ("@acme your app keeps crashing when I open it", Severity.NORMAL),
        ("@acme you charged me twice and won't refund it", Severity.HIGH),
        ("@acme third time I call about this broken kettle, my lawyer will write to you", Severity.CRITICAL),
        ("@acme terrible, I'm switching to another bank, never again", Severity.HIGH),
        ("@acme my account was hacked and my money is gone, help", Severity.CRITICAL),
        ("@acme your charger caught fire, terrible", Severity.CRITICAL),
        ("@acme we are stranded at the airport, flight cancelled, no hotel", Severity.CRITICAL),
        ("@acme how do I change my address?", Severity.LOW),
        ("@acme is it normal that there are sparks coming from the plug?", Severity.HIGH),
        ("@acme awesome flight, thank you, never been on fire like this", Severity.LOW),
    ],
)
def test_severity(text: str, severity: Severity) -> None:
    assert judged(text).severity is severity


def test_wide_reach_makes_a_high_complaint_critical() -> None:
    text = "@acme you charged me twice and won't refund it"
    assert judged(text, followers=1_999).severity is Severity.HIGH
    assert judged(text, followers=10_000).severity is Severity.CRITICAL


def test_a_polite_report_of_a_danger_is_a_complaint() -> None:
    text = "@acme I smell gas in the corridor, please help us"
    assert (judged(text).intent, judged(text).severity) == (Intent.COMPLAINT, Severity.CRITICAL)
    assert judged("@acme I smell fresh bread in the corridor, please never stop").severity is Severity.LOW


def test_a_plain_complaint_with_wide_reach_is_high() -> None:
    text = "@acme the soup was cold and awful"
    assert judged(text, followers=9_999).severity is Severity.NORMAL
    assert judged(text, followers=10_000).severity is Severity.HIGH


@pytest.mark.parametrize("text", ["@acme I love this tea", "@acme do you ship?"])
def test_reach_makes_only_complaints_urgent(text: str) -> None:
    assert judged(text, followers=50_000_000, verified=True).urgency < 30


def test_a_post_to_the_brand_is_likelier_a_complaint_than_one_about_it() -> None:
    text = "acme kettle, cold again"
    assert judged(text).complaint_score > judged(text, addressed=False).complaint_score


def test_each_reason_has_a_rule_and_a_text() -> None:
    reasons = {
        reason.rule: reason for reason in judged("@acme you charged me twice, pathetic", followers=3_000).reasons
    }
    assert {"intent.complaint", "stake.money", "cue.verdict", "reach.some"} <= set(reasons)
    assert reasons["stake.money"].points == 30
    assert reasons["reach.some"].text == "3,000 people follow the author"


def test_comprehend_is_trusted_more_than_the_lexicon() -> None:
    scores = [
        judge(
            "@acme tea",
            language="en",
            sentiment=Sentiment(positive=0, negative=0.9, neutral=0.1, mixed=0, analyzer=analyzer),
        ).complaint_score
        for analyzer in (Analyzer.COMPREHEND, Analyzer.LEXICON)
    ]
    assert scores[0] > scores[1]


def test_a_language_with_sentiment_and_no_rules_is_judged_by_its_sentiment() -> None:
    angry = Sentiment(positive=0.0, negative=0.95, neutral=0.05, mixed=0.0, analyzer=Analyzer.COMPREHEND)
    assert judge("ひどい", language="ja", sentiment=angry).intent is Intent.COMPLAINT
    calm = Sentiment(positive=0.0, negative=0.05, neutral=0.95, mixed=0.0, analyzer=Analyzer.COMPREHEND)
    assert judge("普通です", language="ja", sentiment=calm).intent is not Intent.COMPLAINT


def test_a_language_with_neither_is_unclassified_and_alerts_nobody() -> None:
    judgement = judge("Wat een schande 😡", language="nl", sentiment=None, context=PostContext(followers=90_000))
    assert judgement.sentiment is None
    assert judgement.intent is Intent.OTHER
    assert judgement.severity is Severity.LOW
    assert [reason.rule for reason in judgement.reasons] == ["unclassified"]


@pytest.mark.parametrize(
    ("post", "rule"),
    [
        (mention("Our worst outage, we are sorry, it caught fire", own=True), "own"),
        (mention("RT @jo: my account was hacked, terrible", reposted_id="9"), "repost"),
    ],
)
def test_own_posts_and_reposts_are_not_urgent(post: Mention, rule: str) -> None:
    judgement = judge_mention(post, sentiment=None, language="en", terms=ACME, now=POSTED)
    assert (judgement.intent, judgement.urgency, judgement.severity) == (Intent.OTHER, 0, Severity.LOW)
    assert [reason.rule for reason in judgement.reasons] == [rule]


def test_a_mention_gives_the_reach_of_its_author_and_whom_it_addresses() -> None:
    loud = mention("@acme you charged me twice and won't refund it", followers=20_000)
    aside = mention("you charged me twice and won't refund it @acme", followers=20_000)
    judgements = [judge_mention(post, sentiment=None, language="en", terms=ACME, now=POSTED) for post in (loud, aside)]
    assert "reach.wide" in {reason.rule for reason in judgements[0].reasons}
    assert judgements[0].complaint_score > judgements[1].complaint_score


def rules(judgement: Judgement) -> set[str]:
    return {reason.rule for reason in judgement.reasons if reason.rule.startswith(("reach.", "history.", "time."))}


def test_a_mention_gives_its_reposts_its_age_and_the_history_of_its_author() -> None:
    post = replace(mention("@acme you charged me twice and won't refund it"), reposts=30)

    def heard(now: datetime, history: History) -> set[str]:
        return rules(judge_mention(post, sentiment=None, language="en", terms=ACME, now=now, history=history))

    waiting = History(waiting=True)
    assert heard(POSTED + timedelta(minutes=30), waiting) == {"reach.some_reposts", "reach.speed", "history.waiting"}
    assert heard(POSTED + timedelta(days=2), waiting) == {"reach.some_reposts", "time.stale", "history.waiting"}
    assert heard(POSTED + timedelta(days=8), History()) == {"reach.some_reposts", "time.old"}


def test_a_post_from_the_future_counts_as_new() -> None:
    early = mention("@acme we are stranded at the airport, flight cancelled, no hotel")
    at = POSTED - timedelta(minutes=5)
    assert rules(judge_mention(early, sentiment=None, language="en", terms=ACME, now=at)) == {"time.fresh"}


def test_each_mention_of_a_batch_has_the_history_of_its_own_author() -> None:
    posts = [replace(mention("@acme you charged me twice and won't refund it"), id=id) for id in ("1", "2", "3")]
    histories = {"x#1": History(complaints=1), "x#3": History(answered=True)}
    judgements = judge_all(posts, lambda asked: [None] * len(asked), ACME, POSTED, histories)
    assert [rules(judgement) for judgement in judgements] == [{"history.earlier"}, set(), {"history.answered"}]


@given(st.text(), LANGUAGES, SENTIMENTS, st.none() | st.integers(min_value=0, max_value=10**9), st.booleans())
def test_any_post_is_judged_and_its_reasons_add_up(
    text: str, language: str | None, sentiment: Sentiment | None, followers: int | None, loud: bool
) -> None:
    context = PostContext(addressed=not loud, followers=followers, verified=loud)
    judgement = judge(text, language=language, sentiment=sentiment, context=context)
    assert 0 <= judgement.urgency <= 100
    assert judgement.urgency == min(100, sum(reason.points for reason in judgement.reasons))
    assert 0 <= judgement.complaint_score <= 1
    assert judgement.severity is severity_of(judgement.urgency)
    assert judgement.reasons
    if judgement.intent not in {Intent.COMPLAINT, Intent.QUESTION}:
        assert judgement.severity is Severity.LOW


@given(st.integers(min_value=0, max_value=100), st.integers(min_value=0, max_value=100))
def test_more_urgent_is_never_less_severe(one: int, other: int) -> None:
    order = list(Severity)
    less, more = sorted((one, other))
    assert order.index(severity_of(more)) <= order.index(severity_of(less))


@pytest.mark.parametrize(
    ("urgency", "severity"),
    [(100, "critical"), (80, "critical"), (79, "high"), (60, "high"), (59, "normal"), (30, "normal"), (29, "low")],
)
def test_the_thresholds_of_severity(urgency: int, severity: str) -> None:
    assert severity_of(urgency) == severity


@pytest.mark.parametrize(
    "unit", ["is there ", "not ", "why ", "3 hours ", "thanks for ", "a", "A ", "?!", "🤬", "#Ab", "@a "]
)
def test_a_very_long_post_is_judged_like_any_other(unit: str) -> None:
    """X allows 25,000 characters: no rule may take quadratic time over them."""
    assert judge(unit * (25_000 // len(unit)), language="en", sentiment=None).reasons
