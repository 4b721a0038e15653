"""Judging a post: its intent and urgency, from its words, its sentiment and its context. Other rooms start here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.mentions.mention import Mention, names_one_of, speaks_to
from earshot.triage.context import NO_HISTORY, History, PostContext
from earshot.triage.encoder.scores import EncoderInput, EncoderScores, read_nothing
from earshot.triage.intent import COMPLAINT_THRESHOLD, IntentScores, can_judge, score_intent
from earshot.triage.judgement import UNCLASSIFIED, Intent, Judgement, Reason, Sentiment, severity_of, urgency_of
from earshot.triage.language.detector import resolve
from earshot.triage.learned.apply import adjusted_reasons, adjusted_scores, is_decreed
from earshot.triage.normalizer.normalizer import readable
from earshot.triage.rules.stakes import Stake, matching_stakes
from earshot.triage.terms.terms import NO_TERMS, Terms, first_phrase_in
from earshot.triage.tokenizer import TokenizedText, tokenize
from earshot.triage.urgency import brand_override, urgency_reasons, urgent_score


@dataclass(frozen=True, slots=True)
class Explanation:
    """A judgement, and the evidence for its intent; None where no rule and no sentiment covers the language."""

    judgement: Judgement
    intent_scores: IntentScores | None


def judge(
    text: str,
    *,
    language: str | None,
    sentiment: Sentiment | None,
    context: PostContext = PostContext(),  # noqa: B008 - frozen, so it can be shared
    terms: Terms = NO_TERMS,
    encoder: EncoderScores | None = None,
) -> Judgement:
    """Judge one post, as ``explain`` does."""
    explained = explain(text, language=language, sentiment=sentiment, context=context, terms=terms, encoder=encoder)
    return explained.judgement


def explain(
    text: str,
    *,
    language: str | None,
    sentiment: Sentiment | None,
    context: PostContext = PostContext(),  # noqa: B008 - frozen, so it can be shared
    terms: Terms = NO_TERMS,
    encoder: EncoderScores | None = None,
) -> Explanation:
    """Judge one post and keep the evidence. It never raises, whatever the text.

    ``encoder`` is what the encoder reads in it, None where it does not.

    A post with no sentiment, in a language without cues, is ``other`` for the reason ``UNCLASSIFIED``, with an
    urgency that alerts nobody, unless it contains a phrase that the brand has listed as always urgent.
    """
    post = tokenize(text, language, terms)
    if not can_judge(language, sentiment, encoder):
        unclassified = Reason(UNCLASSIFIED, 0, f"no rules and no sentiment for the language '{language}'")
        reasons = (unclassified, *brand_override(post.raw, 0, terms))
        return Explanation(_judgement(language, sentiment, Intent.OTHER, 0.0, reasons), None)
    scores = score_intent(post, language, sentiment, context, terms, encoder)
    has_learned = not terms.learned.is_empty and not is_decreed(post, language, terms)
    if has_learned:
        scores = adjusted_scores(scores, terms)
    stakes = matching_stakes(post, language, terms)
    if scores.intent is Intent.OTHER and _must_be_complaint(post, stakes, context, terms):
        complaint_score = max(scores.complaint_score, COMPLAINT_THRESHOLD)
        scores = replace(scores, intent=Intent.COMPLAINT, complaint_score=complaint_score)
    reasons = urgency_reasons(post, stakes, scores, context, terms)
    if has_learned:
        reasons = adjusted_reasons(reasons, scores, terms)
    judged = _judgement(language, sentiment, scores.intent, scores.complaint_score, reasons)
    return Explanation(replace(judged, urgent_score=urgent_score(stakes, scores)), scores)


def judge_mention(
    mention: Mention,
    *,
    sentiment: Sentiment | None,
    language: str | None,
    terms: Terms,
    now: datetime,
    history: History = NO_HISTORY,
    encoder: EncoderScores | None = None,
) -> Judgement:
    """Judge a mention at ``now``. The brand's own posts and reposts are never urgent: nobody waits for an answer."""
    if mention.own:
        own = Reason("own", 0, "the brand's own post")
        return _judgement(language, sentiment, Intent.OTHER, 0.0, (own,))
    if mention.is_repost:
        repost = Reason("repost", 0, "repeats a post already known")
        return _judgement(language, sentiment, Intent.OTHER, 0.0, (repost,))
    context = context_of(mention, terms, now, history)
    return judge(mention.text, language=language, sentiment=sentiment, context=context, terms=terms, encoder=encoder)


def context_of(mention: Mention, terms: Terms, now: datetime, history: History = NO_HISTORY) -> PostContext:
    """The circumstances of a mention at ``now``."""
    text = readable(mention.text)
    return PostContext(
        addressed=mention.quotes_brand or speaks_to(text, terms.handles),
        named=mention.quotes_brand or names_one_of(text, terms.handles),
        vip=terms.is_vip(mention.author.handle, mention.author.id),
        followers=mention.author.followers,
        verified=mention.author.verified,
        reposts=mention.reposts,
        age=max(timedelta(0), now - mention.created_at),
        history=history,
        network=mention.source,
    )


def judge_all(
    mentions: Sequence[Mention],
    measure: Callable[[Sequence[tuple[str, str | None]]], list[Sentiment | None]],
    terms: Terms,
    now: datetime,
    histories: Mapping[str, History] | None = None,
    read: Callable[[Sequence[EncoderInput]], list[EncoderScores | None]] = read_nothing,
) -> list[Judgement]:
    """The judgements of ``mentions``, in order, each by its own words: ``read`` is the encoder's, without threads.

    ``measure`` gives the sentiment of each (text, language). It is called once, and not for the brand's own posts and
    reposts, because measuring costs money. ``histories`` are by the key of the mention; a missing one is empty.
    """
    languages = [resolve(mention.text, mention.language) for mention in mentions]
    measured = [number for number, mention in enumerate(mentions) if not mention.own and not mention.is_repost]
    items = [(readable(mentions[number].text), languages[number]) for number in measured]
    sentiments = dict(zip(measured, measure(items) if items else (), strict=True))
    inputs = [EncoderInput(mentions[number].text, language=languages[number]) for number in measured]
    readings = dict(zip(measured, read(inputs), strict=True))
    histories = histories or {}
    return [
        judge_mention(
            mention,
            sentiment=sentiments.get(number),
            language=languages[number],
            terms=terms,
            now=now,
            history=histories.get(mention.key, NO_HISTORY),
            encoder=readings.get(number),
        )
        for number, mention in enumerate(mentions)
    ]


def _must_be_complaint(post: TokenizedText, stakes: Sequence[Stake], context: PostContext, terms: Terms) -> bool:
    """Whether a polite post is a complaint all the same: "I smell gas on NA12, please help us"."""
    if first_phrase_in(post.raw, terms.always_urgent):
        return True
    return context.addressed and any(stake.dangerous for stake in stakes)


def _judgement(
    language: str | None, sentiment: Sentiment | None, intent: Intent, score: float, reasons: tuple[Reason, ...]
) -> Judgement:
    urgency = urgency_of(reasons)
    return Judgement(language, sentiment, intent, score, urgency, severity_of(urgency), reasons)
