"""What a post means, judged from its words, its sentiment and its circumstances: the one door to intent and urgency."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.mentions.mention import Mention
from earshot.triage.context import NO_HISTORY, History, PostContext
from earshot.triage.intent import LEAST_COMPLAINT, Reckoning, can_judge, reckon
from earshot.triage.judgement import UNCLASSIFIED, Intent, Judgement, Reason, Sentiment, severity_of, total
from earshot.triage.language.detector import resolve
from earshot.triage.rules.stakes import speaks_of_danger
from earshot.triage.terms.terms import NO_TERMS, Terms, first_named
from earshot.triage.tokenizer import TokenizedText, tokenize
from earshot.triage.urgency import decreed, weigh


@dataclass(frozen=True, slots=True)
class Explanation:
    """A judgement, and the evidence for its intent; None where nothing reads the language."""

    judgement: Judgement
    reckoning: Reckoning | None


def judge(
    text: str,
    *,
    language: str | None,
    sentiment: Sentiment | None,
    circumstances: PostContext = PostContext(),  # noqa: B008 - frozen, so it can be shared
    terms: Terms = NO_TERMS,
) -> Judgement:
    """Judge one post, as ``explain`` does."""
    explained = explain(text, language=language, sentiment=sentiment, circumstances=circumstances, terms=terms)
    return explained.judgement


def explain(
    text: str,
    *,
    language: str | None,
    sentiment: Sentiment | None,
    circumstances: PostContext = PostContext(),  # noqa: B008 - frozen, so it can be shared
    terms: Terms = NO_TERMS,
) -> Explanation:
    """Judge one post and keep the evidence. Never fails, whatever the text.

    What has neither a sentiment nor a language with cues is ``other`` for the reason ``UNCLASSIFIED``, at an urgency
    that pages nobody, unless the brand has named a phrase of it as always urgent.
    """
    reading = tokenize(text, language, terms)
    if not can_judge(language, sentiment):
        unread = Reason(UNCLASSIFIED, 0, f"no rules and no sentiment for the language '{language}'")
        return Explanation(
            _judgement(language, sentiment, Intent.OTHER, 0.0, (unread, *decreed(reading.text, 0, terms))), None
        )
    reckoning = reckon(reading, language, sentiment, circumstances, terms)
    if reckoning.intent is Intent.OTHER and _may_not_be_passed_over(reading, language, circumstances, terms):
        score = max(reckoning.complaint_score, LEAST_COMPLAINT)
        reckoning = replace(reckoning, intent=Intent.COMPLAINT, complaint_score=score)
    reasons = weigh(reading, language, reckoning, circumstances, terms)
    judgement = _judgement(language, sentiment, reckoning.intent, reckoning.complaint_score, reasons)
    return Explanation(judgement, reckoning)


def judge_mention(
    mention: Mention,
    *,
    sentiment: Sentiment | None,
    language: str | None,
    terms: Terms,
    now: datetime,
    history: History = NO_HISTORY,
) -> Judgement:
    """Judge a mention as it is heard at ``now``. The brand's own posts and reposts owe nobody an answer."""
    if mention.own:
        return _judgement(language, sentiment, Intent.OTHER, 0.0, (Reason("own", 0, "the brand's own post"),))
    if mention.is_repost:
        return _judgement(
            language, sentiment, Intent.OTHER, 0.0, (Reason("repost", 0, "repeats a post already known"),)
        )
    circumstances = PostContext(
        addressed=mention.addresses(terms.handles),
        named=not terms.handles.isdisjoint(mention.handles),
        vip=terms.is_vip(mention.author.handle, mention.author.id),
        followers=mention.author.followers,
        verified=mention.author.verified,
        reposts=mention.reposts,
        age=max(timedelta(0), now - mention.created_at),
        history=history,
    )
    return judge(mention.text, language=language, sentiment=sentiment, circumstances=circumstances, terms=terms)


def judge_all(
    mentions: Sequence[Mention],
    measure: Callable[[Sequence[tuple[str, str | None]]], list[Sentiment | None]],
    terms: Terms,
    now: datetime,
    histories: Mapping[str, History] | None = None,
) -> list[Judgement]:
    """Judge mentions, in order; ``measure`` is asked once, for all posts of customers together.

    What the brand writes, and what only repeats a post, is not measured: nobody should pay for it. ``histories`` are
    by the mention's key; who is not in it has none.
    """
    languages = [resolve(mention.text, mention.language) for mention in mentions]
    measured = [number for number, mention in enumerate(mentions) if not mention.own and not mention.is_repost]
    asked = [(mentions[number].text, languages[number]) for number in measured]
    sentiments = dict(zip(measured, measure(asked) if asked else (), strict=True))
    histories = histories or {}
    return [
        judge_mention(
            mention,
            sentiment=sentiments.get(number),
            language=languages[number],
            terms=terms,
            now=now,
            history=histories.get(mention.key, NO_HISTORY),
        )
        for number, mention in enumerate(mentions)
    ]


def _may_not_be_passed_over(
    reading: TokenizedText, language: str | None, circumstances: PostContext, terms: Terms
) -> bool:
    """Politely put, and still a complaint: "I smell gas on NA12, please help us", and what the brand has decreed."""
    if first_named(terms.always_urgent, reading.text):
        return True
    return circumstances.addressed and speaks_of_danger(reading, language, terms)


def _judgement(
    language: str | None, sentiment: Sentiment | None, intent: Intent, score: float, reasons: tuple[Reason, ...]
) -> Judgement:
    urgency = total(reasons)
    return Judgement(language, sentiment, intent, score, urgency, severity_of(urgency), reasons)
