"""Intent scoring: what the author wants, from rules, text model, sentiment and encoder, and whom the post addresses."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from earshot.triage.context import PostContext
from earshot.triage.encoder.scores import LANGUAGES, EncoderScores
from earshot.triage.judgement import Analyzer, Intent, Sentiment, probability
from earshot.triage.rules.cues import Cue, matching_cues
from earshot.triage.rules.emoji_cues import EMOJI_CUES
from earshot.triage.rules.languages import CUES
from earshot.triage.terms.terms import Terms
from earshot.triage.text_model.model import TextScores, score_text
from earshot.triage.tokenizer import TokenizedText

# The rules' names for the sentiment, for the text model and for the encoder.
SENTIMENT, TEXT_MODEL = "sentiment", "wording"
ENCODER = "encoder"
ADDRESSED, NAMED, MENTIONED = "start.addressed", "start.named", "start.mentioned"

# The prior of a complaint, in log-odds: a post that speaks to the brand is likelier to be one than a post that only
# names its handle, and a post without the handle is mostly talk among others. All are below zero: a post without
# evidence is not a complaint.
_PRIORS = {
    ADDRESSED: (-0.6, "speaks to the brand"),
    NAMED: (-1.6, "names the brand's handle"),
    MENTIONED: (-3.2, "only speaks about the brand"),
}
# The share of a cue's weight that is taken from a complaint if the cue speaks for another intent: people praise, ask
# and joke while they complain.
_COUNTER_WEIGHTS = {Intent.PRAISE: 0.75, Intent.QUESTION: 0.7, Intent.OPPORTUNITY: 0.7, Intent.OTHER: 0.8}
# The log-odds of a wholly negative post: VADER often errs, Comprehend seldom does.
_SENTIMENT_WEIGHTS = {Analyzer.LEXICON: 1.0, Analyzer.COMPREHEND: 3.0}
# The weight of the text model beside the rules, for a complaint and for each other intent; measured in docs/triage.md.
_TEXT_MODEL_COMPLAINT, _TEXT_MODEL_OTHER = 0.6, 1.0
# The log-odds of a complaint where the encoder has read the post: its own, limited; what it adds for all but praise,
# and for a question. Chosen on the development files (docs/triage.md).
_MAX_ENCODER_LOG_ODDS = 6.0
_ENCODER_PRIOR, _ENCODER_QUESTION = 0.3, -1.0
# The share of all other evidence beside it: a cue of a complaint says what the encoder misses, other cues and the text
# model mostly what it has read. Where a handle stands tells little then, but talk that names none is mostly among
# others, whatever it sounds like.
_SHARES = {ADDRESSED: 0.3, NAMED: 0.3, MENTIONED: 0.9, SENTIMENT: 0.6, TEXT_MODEL: 0.15}
_COMPLAINT_CUE_SHARE, _OTHER_CUE_SHARE = 0.6, 0.45
# In other languages than English, where a handle stands tells nothing. Sentiment tells the displeased from the rest
# where the others read no complaint: its share shrinks with the probability that they give one. Comprehend weighs
# less than the lexicon there, 1.5, for it could not be measured. Decisions 0068 and 0069.
_CUE_SHARE_ELSEWHERE = 0.3
_SENTIMENT_SHARES_ELSEWHERE = {Analyzer.LEXICON: 2.0, Analyzer.COMPREHEND: 0.5}
# The weights of its view of each other intent, and of the text model's beside it.
_ENCODER_OTHER, _TEXT_MODEL_BESIDE_ENCODER = 1.5, 0.3
# A post with this score or more is a complaint.
COMPLAINT_THRESHOLD = 0.5
# Any intent but "other" needs this much more evidence than "other" has.
_OTHER_PRIOR = 0.75
# The weight of positive sentiment for praise, and of a complaint's cues against it.
_PRAISE_SENTIMENT, _PRAISE_COUNTER = 0.6, 0.5
# Of two intents that score the same, the earlier one is chosen.
_OTHER_INTENTS = (Intent.QUESTION, Intent.OPPORTUNITY, Intent.PRAISE, Intent.OTHER)
_INTENT_TEXTS = {
    Intent.COMPLAINT: "a complaint",
    Intent.QUESTION: "a question",
    Intent.OPPORTUNITY: "a wish or a joke",
    Intent.PRAISE: "praise",
    Intent.OTHER: "talk in passing",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding: its rule, the intent that it supports and how strongly (log-odds), and what staff read.

    ``log_odds`` is what it adds to the log-odds of a complaint; negative where it speaks against one.
    """

    rule: str
    intent: Intent
    weight: float
    log_odds: float
    text: str


@dataclass(frozen=True, slots=True)
class IntentScores:
    """The intent, the probability that the post is a complaint (0 to 1), and the evidence for both.

    The ``log_odds`` of the evidence add up to those of the complaint score. ``text_scores`` and ``encoder_scores`` are
    None where the text model or the encoder does not cover the language, is absent or switched off.
    """

    intent: Intent
    complaint_score: float
    evidence: tuple[Evidence, ...]
    text_scores: TextScores | None = None
    encoder_scores: EncoderScores | None = None


def can_judge(language: str | None, sentiment: Sentiment | None, encoder: EncoderScores | None = None) -> bool:
    """Whether there is a sentiment, or cues for the language, or the encoder knows it.

    A post of unknown language is read as English.
    """
    if sentiment is not None or language is None or language in CUES:
        return True
    return encoder is not None and language in LANGUAGES


def score_intent(
    post: TokenizedText,
    language: str | None,
    sentiment: Sentiment | None,
    context: PostContext,
    terms: Terms,
    encoder: EncoderScores | None = None,
) -> IntentScores:
    """The intent of a post. Emoji cues count in every language; the text model only in English."""
    spoken = language or "en"
    cues = matching_cues((*CUES.get(spoken, ()), *EMOJI_CUES), post, terms)
    text_scores = score_text(post) if spoken == "en" and terms.allows(TEXT_MODEL) else None
    evidence = [_prior(context)]
    if sentiment is not None and terms.allows(SENTIMENT):
        evidence.append(_sentiment_evidence(sentiment))
    if text_scores is not None:
        evidence.append(_text_model_evidence(text_scores))
    evidence += map(_cue_evidence, cues)
    read = encoder if terms.allows(ENCODER) and spoken in LANGUAGES else None
    if read is not None:
        evidence = _beside_encoder(evidence, _encoder_evidence(read), spoken, sentiment)
    score = probability(sum(item.log_odds for item in evidence))
    return IntentScores(_choose(evidence, text_scores, read, score), score, tuple(evidence), text_scores, read)


def with_evidence(scores: IntentScores, item: Evidence) -> IntentScores:
    """The scores with one more finding."""
    evidence = (*scores.evidence, item)
    score = probability(sum(one.log_odds for one in evidence))
    intent = _choose(evidence, scores.text_scores, scores.encoder_scores, score)
    return replace(scores, intent=intent, complaint_score=score, evidence=evidence)


def _beside_encoder(
    evidence: Iterable[Evidence], encoder: Evidence, language: str, sentiment: Sentiment | None
) -> list[Evidence]:
    """The evidence with the encoder's, each other finding with its share of the log-odds."""
    if language == "en":
        return [*(_shared(item, _share(item)) for item in evidence), encoder]
    shared = [_shared(item, _CUE_SHARE_ELSEWHERE if _is_cue(item) else 0.0) for item in evidence] + [encoder]
    if sentiment is None:
        return shared
    others = probability(sum(item.log_odds for item in shared))
    share = _SENTIMENT_SHARES_ELSEWHERE[sentiment.analyzer] * (1 - others)
    felt = [_shared(item, share) for item in evidence if item.rule == SENTIMENT]
    return [item for item in shared if item.rule != SENTIMENT] + felt


def _shared(item: Evidence, share: float) -> Evidence:
    return replace(item, log_odds=share * item.log_odds)


def _share(item: Evidence) -> float:
    """The share of a finding's log-odds beside the encoder, in English."""
    if _is_cue(item) and item.intent is Intent.COMPLAINT:
        return _COMPLAINT_CUE_SHARE
    return _SHARES.get(item.rule, _OTHER_CUE_SHARE)


def _is_cue(item: Evidence) -> bool:
    return item.rule.startswith("cue.")


def _prior(context: PostContext) -> Evidence:
    rule = ADDRESSED if context.addressed else NAMED if context.named else MENTIONED
    return Evidence(rule, Intent.OTHER, 0.0, *_PRIORS[rule])


def _cue_evidence(cue: Cue) -> Evidence:
    sign = 1.0 if cue.intent is Intent.COMPLAINT else -_COUNTER_WEIGHTS[cue.intent]
    return Evidence(f"cue.{cue.rule}", cue.intent, cue.weight, sign * cue.weight, cue.text)


def _sentiment_evidence(sentiment: Sentiment) -> Evidence:
    polarity = _SENTIMENT_WEIGHTS[sentiment.analyzer] * (sentiment.positive - sentiment.negative)
    intent = Intent.PRAISE if polarity > 0 else Intent.COMPLAINT
    text = f"{sentiment.label} sentiment, says {sentiment.analyzer}"
    return Evidence(SENTIMENT, intent, abs(polarity), -polarity, text)


def _text_model_evidence(scores: TextScores) -> Evidence:
    log_odds = _TEXT_MODEL_COMPLAINT * scores.complaint
    intent = Intent.COMPLAINT if log_odds > 0 else max(scores.others, key=lambda other: scores.others[other])
    features = f": {', '.join(scores.top_features)}" if scores.top_features else ""
    return Evidence(TEXT_MODEL, intent, abs(log_odds), log_odds, f"worded like {_INTENT_TEXTS[intent]}{features}")


def _encoder_evidence(scores: EncoderScores) -> Evidence:
    limited = max(-_MAX_ENCODER_LOG_ODDS, min(_MAX_ENCODER_LOG_ODDS, scores.complaint))
    # Care accounts get more complaints than the corpus has, but hardly any in the words of praise, and many questions.
    log_odds = (
        limited
        + _ENCODER_PRIOR * (1 - math.exp(scores.others[Intent.PRAISE]))
        + _ENCODER_QUESTION * math.exp(scores.others[Intent.QUESTION])
    )
    intent = Intent.COMPLAINT if log_odds > 0 else max(scores.others, key=lambda other: scores.others[other])
    return Evidence(ENCODER, intent, abs(log_odds), log_odds, f"reads like {_INTENT_TEXTS[intent]}")


def _choose(
    evidence: Iterable[Evidence],
    text_scores: TextScores | None,
    encoder: EncoderScores | None,
    complaint_score: float,
) -> Intent:
    if complaint_score >= COMPLAINT_THRESHOLD:
        return Intent.COMPLAINT
    scores = dict.fromkeys(Intent, 0.0)
    polarity = 0.0
    for item in evidence:
        if _is_cue(item):
            scores[item.intent] += item.weight
        elif item.rule == SENTIMENT:
            polarity = item.weight if item.intent is Intent.PRAISE else -item.weight
    # Praise beside a reproach is not praise: "great seats, but the bags are lost".
    scores[Intent.PRAISE] += _PRAISE_SENTIMENT * polarity - _PRAISE_COUNTER * scores[Intent.COMPLAINT]
    scores[Intent.OTHER] += _OTHER_PRIOR
    by_text: Mapping[Intent, float] = text_scores.others if text_scores is not None else {}
    by_encoder: Mapping[Intent, float] = encoder.others if encoder is not None else {}
    text_share = _TEXT_MODEL_BESIDE_ENCODER if encoder is not None else _TEXT_MODEL_OTHER
    for intent in _OTHER_INTENTS:
        scores[intent] += text_share * by_text.get(intent, 0.0) + _ENCODER_OTHER * by_encoder.get(intent, 0.0)
    return max(_OTHER_INTENTS, key=lambda intent: scores[intent])
