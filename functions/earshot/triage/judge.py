"""What a post means, judged from its words, its sentiment and its author: the one door to intent and urgency."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from earshot.mentions.mention import Mention
from earshot.triage.intent import LEAST_COMPLAINT, can_judge, reckon
from earshot.triage.judgement import UNCLASSIFIED, Intent, Judgement, Reason, Sentiment
from earshot.triage.language import resolve
from earshot.triage.reading import read
from earshot.triage.stakes import speaks_of_danger
from earshot.triage.urgency import severity_of, total, weigh


def judge(
    text: str,
    *,
    language: str | None,
    sentiment: Sentiment | None,
    brands: frozenset[str] = frozenset(),
    followers: int | None = None,
    verified: bool = False,
    addressed: bool = True,
) -> Judgement:
    """Judge one post. Never fails, whatever the text.

    ``brands``: their handles in lower case, which are names and no words. ``addressed``: the post speaks to the
    brand, not only about it. What has neither a sentiment nor a language with cues is ``other`` for the reason
    ``UNCLASSIFIED``, at an urgency that pages nobody.
    """
    if not can_judge(language, sentiment):
        unread = Reason(UNCLASSIFIED, 0, f"no rules and no sentiment for the language '{language}'")
        return _judgement(language, sentiment, Intent.OTHER, 0.0, (unread,))
    reading = read(text, language, brands)
    reckoning = reckon(reading, language, sentiment, addressed=addressed)
    if addressed and reckoning.intent is Intent.OTHER and speaks_of_danger(reading, language):
        # "I smell gas on NA12, please help us": politely put, and nothing that may be passed over.
        score = max(reckoning.complaint_score, LEAST_COMPLAINT)
        reckoning = replace(reckoning, intent=Intent.COMPLAINT, complaint_score=score)
    reasons = weigh(reading, language, reckoning, followers=followers, verified=verified)
    return _judgement(language, sentiment, reckoning.intent, reckoning.complaint_score, reasons)


def judge_mention(
    mention: Mention, *, sentiment: Sentiment | None, language: str | None, brands: frozenset[str]
) -> Judgement:
    """Judge a mention. The brand's own posts and reposts owe nobody an answer, whatever they say.

    ``brands`` are handles in lower case.
    """
    if mention.own:
        return _judgement(language, sentiment, Intent.OTHER, 0.0, (Reason("own", 0, "the brand's own post"),))
    if mention.is_repost:
        return _judgement(
            language, sentiment, Intent.OTHER, 0.0, (Reason("repost", 0, "repeats a post already known"),)
        )
    return judge(
        mention.text,
        language=language,
        sentiment=sentiment,
        brands=brands,
        followers=mention.author.followers,
        verified=mention.author.verified,
        addressed=mention.addresses(brands),
    )


def judge_all(
    mentions: Sequence[Mention],
    measure: Callable[[Sequence[tuple[str, str | None]]], list[Sentiment | None]],
    brands: frozenset[str],
) -> list[Judgement]:
    """Judge mentions, in order; ``measure`` is asked once, for all posts of customers together.

    What the brand writes, and what only repeats a post, is not measured: nobody should pay for it.
    """
    languages = [resolve(mention.text, mention.language) for mention in mentions]
    measured = [number for number, mention in enumerate(mentions) if not mention.own and not mention.is_repost]
    asked = [(mentions[number].text, languages[number]) for number in measured]
    sentiments = dict(zip(measured, measure(asked) if asked else (), strict=True))
    return [
        judge_mention(mention, sentiment=sentiments.get(number), language=languages[number], brands=brands)
        for number, mention in enumerate(mentions)
    ]


def _judgement(
    language: str | None, sentiment: Sentiment | None, intent: Intent, score: float, reasons: tuple[Reason, ...]
) -> Judgement:
    urgency = total(reasons)
    return Judgement(language, sentiment, intent, score, urgency, severity_of(urgency), reasons)
