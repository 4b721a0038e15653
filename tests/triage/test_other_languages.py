"""What sentiment is worth in other languages than English, beside the encoder."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.context import PostContext
from earshot.triage.encoder.scores import EncoderScores, StakeKind
from earshot.triage.intent import SENTIMENT, IntentScores, score_intent
from earshot.triage.judgement import Analyzer, Intent, Sentiment
from earshot.triage.sentiment.lexicon import measure
from earshot.triage.sentiment.word_list import LANGUAGES
from earshot.triage.terms.terms import NO_TERMS
from earshot.triage.tokenizer import tokenize

LOG_ODDS = st.floats(-6, 6)
LISTED = st.sampled_from(sorted(LANGUAGES))


def read(complaint: float) -> EncoderScores:
    others = dict.fromkeys(list(Intent)[1:], math.log(0.25))
    return EncoderScores(complaint, others, -2.0, StakeKind.MONEY, 0.0)


def sentiment_of(polarity: float, analyzer: Analyzer = Analyzer.LEXICON) -> Sentiment:
    positive, negative = max(polarity, 0.0), max(-polarity, 0.0)
    return Sentiment(positive, negative, 1 - positive - negative, 0.0, analyzer)


def scores(language: str, sentiment: Sentiment | None, encoder: EncoderScores | None) -> IntentScores:
    return score_intent(tokenize("pan", language), language, sentiment, PostContext(), NO_TERMS, encoder)


def log_odds_of(found: IntentScores) -> float:
    return sum(item.log_odds for item in found.evidence if item.rule == SENTIMENT)


@pytest.mark.parametrize(
    ("language", "bad", "good"),
    [
        ("es", "qué asco de día", "qué día tan bonito"),
        ("pt", "que dia horrível", "que dia lindo"),
        ("fr", "quelle journée horrible", "quelle belle journée"),
        ("de", "was für ein furchtbarer Tag", "was für ein schöner Tag"),
        ("it", "che giornata orribile", "che bella giornata"),
        ("ar", "يوم سيئ جدا", "يوم جميل جدا"),
    ],
)
def test_a_post_that_is_felt_to_be_bad_scores_higher_than_a_good_one(language: str, bad: str, good: str) -> None:
    felt = [scores(language, measure(text, language), read(-2.0)).complaint_score for text in (bad, "pan", good)]
    assert felt == sorted(felt, reverse=True)
    assert felt[0] > felt[1] > felt[2]


@given(LISTED, LOG_ODDS, LOG_ODDS, st.floats(-1, -0.01))
def test_it_adds_less_where_the_encoder_reads_a_complaint(
    language: str, one: float, other: float, polarity: float
) -> None:
    low, high = sorted((one, other))
    sentiment = sentiment_of(polarity)
    talk, complaint = (log_odds_of(scores(language, sentiment, read(complaint))) for complaint in (low, high))
    assert talk >= complaint > 0


@given(LISTED, LOG_ODDS, st.floats(-1, 1), st.floats(-1, 1))
def test_worse_words_never_score_lower(language: str, complaint: float, one: float, other: float) -> None:
    worse, better = sorted((one, other))
    encoder = read(complaint)
    assert (
        scores(language, sentiment_of(worse), encoder).complaint_score
        >= scores(language, sentiment_of(better), encoder).complaint_score
    )


@given(LISTED, LOG_ODDS, st.floats(-1, 1))
def test_comprehend_points_where_the_lexicon_does_and_weighs_no_more(
    language: str, complaint: float, polarity: float
) -> None:
    by_lexicon, by_comprehend = (
        log_odds_of(scores(language, sentiment_of(polarity, analyzer), read(complaint)))
        for analyzer in (Analyzer.LEXICON, Analyzer.COMPREHEND)
    )
    assert abs(by_comprehend) <= abs(by_lexicon)
    assert by_comprehend * by_lexicon >= 0


@given(LISTED, st.none() | st.builds(read, LOG_ODDS), st.none() | st.builds(sentiment_of, st.floats(-1, 1)))
def test_the_evidence_adds_up_to_the_score(
    language: str, encoder: EncoderScores | None, sentiment: Sentiment | None
) -> None:
    found = scores(language, sentiment, encoder)
    total = sum(item.log_odds for item in found.evidence)
    assert found.complaint_score == pytest.approx(1 / (1 + math.exp(-total)))
    assert sum(item.rule == SENTIMENT for item in found.evidence) == (sentiment is not None)
