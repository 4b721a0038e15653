"""Which posts Comprehend is asked about: by the post alone, and none whose judgement its answer could not change."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from earshot.bootstrap import Bootstrap
from earshot.errors import SettingError
from earshot.triage.encoder.scores import EncoderScores, StakeKind
from earshot.triage.judge import judge_mention
from earshot.triage.judgement import Analyzer, Intent, Sentiment
from earshot.triage.normalizer.normalizer import readable
from earshot.triage.sentiment import lexicon
from earshot.triage.sentiment.selection import CERTAINTY, Selection, every_post, outcome_of, unsure_posts
from earshot.triage.terms.terms import Terms
from tests.fakes import BRANDS, a_mention

TERMS = Terms(handles=BRANDS, always_urgent=("gas leak",), never_urgent=("nimbus quiz",))
SURE = "@NimbusAir you lost my suitcase and nobody answers the phone, I am furious and I want my money back"
TEXTS = (
    SURE,
    "@NimbusAir my bag is not here",
    "@NimbusAir thanks a lot, lovely crew today",
    "@NimbusAir where is gate 12?",
    "@NimbusAir gate 12 again, so be it",
    "window seat, clouds, @NimbusAir",
    "@NimbusAir there is a gas leak on board",
    "@NimbusAir third time I ask: you charged me twice, refund me",
    "@NimbusAir la maleta no está",
    "@NimbusAir 荷物が届きません",
    "",
)
LOG_ODDS = st.floats(-6, 6)
SCORES = st.builds(
    lambda complaint, urgent, praise: EncoderScores(
        complaint, dict.fromkeys(list(Intent)[1:], -1.6) | {Intent.PRAISE: praise}, urgent, StakeKind.MONEY, 0.0
    ),
    LOG_ODDS,
    LOG_ODDS,
    st.floats(-6, 0),
)


@given(
    st.sampled_from(TEXTS),
    st.sampled_from(["en", "es", "ja", "nl", None]),
    st.none() | SCORES,
    st.floats(0, CERTAINTY),
    st.floats(0, CERTAINTY),
)
def test_where_it_is_not_asked_no_answer_that_is_no_surer_would_have_changed_anything(
    text: str, language: str | None, scores: EncoderScores | None, good: float, bad: float
) -> None:
    mention = a_mention("1", text, language=language)
    if unsure_posts(mention, language, TERMS, scores):
        return
    good, bad = (good, bad) if good + bad <= 1 else (good / 2, bad / 2)
    answer = Sentiment(good, bad, 1 - good - bad, 0.0, Analyzer.COMPREHEND)
    outcomes = {
        outcome_of(
            judge_mention(
                mention, sentiment=sentiment, language=language, terms=TERMS, now=mention.created_at, encoder=scores
            )
        )
        for sentiment in (answer, Sentiment(0, CERTAINTY, 1 - CERTAINTY, 0, Analyzer.COMPREHEND))
    }
    assert len(outcomes) == 1


@pytest.mark.parametrize(
    ("text", "language", "is_asked"),
    [
        (SURE, "en", False),
        ("@NimbusAir gate 12 again, so be it", "en", True),
        # Nobody else can judge it.
        ("@NimbusAir 荷物が届きません", "ja", True),
    ],
    ids=["sure", "unsure", "unknown"],
)
def test_a_clear_complaint_needs_no_second_voice_and_a_doubtful_post_does(
    text: str, language: str, is_asked: bool
) -> None:
    assert unsure_posts(a_mention("1", text, language=language), language, TERMS, None) is is_asked


@pytest.mark.parametrize(("text", "times"), [("@NimbusAir gate 77 again, so be it", 0), (f"{SURE}!", 1)])
def test_the_lexicon_reads_a_post_once_at_the_most(text: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes longer than all the rules, and strangers may write 25,000 characters in each post of a batch."""
    asked: list[str] = []
    score = SentimentIntensityAnalyzer.polarity_scores
    monkeypatch.setattr(
        SentimentIntensityAnalyzer, "polarity_scores", lambda own, text: asked.append(text) or score(own, text)
    )
    mention = a_mention("1", text)
    if not unsure_posts(mention, "en", TERMS, None):
        lexicon.measure(readable(mention.text), "en")
    assert len(asked) == times


@given(st.sampled_from(TEXTS), st.integers(0, 10_000))
def test_neither_the_time_nor_the_id_of_a_post_decides(text: str, minutes: int) -> None:
    now, then = a_mention("1", text), a_mention("2", text, minutes=minutes)
    assert then.created_at - now.created_at < timedelta(days=8)
    assert unsure_posts(now, "en", TERMS, None) == unsure_posts(then, "en", TERMS, None)


@pytest.mark.parametrize(
    ("environ", "selection"),
    [
        ({}, unsure_posts),
        ({"COMPREHEND_POSTS": "all"}, every_post),
        # Nobody is asked: there is nothing to choose.
        ({"COMPREHEND_MONTHLY_SPEND_LIMIT": "0"}, every_post),
    ],
)
def test_which_posts_it_is_asked_about_is_a_setting(environ: dict[str, str], selection: Selection) -> None:
    assert Bootstrap(environ).is_worth_measuring is selection


def test_a_setting_that_names_other_posts_is_refused() -> None:
    with pytest.raises(SettingError, match="'COMPREHEND_POSTS' is 'some': it must be unsure or all"):
        _ = Bootstrap({"COMPREHEND_POSTS": "some"}).is_worth_measuring
