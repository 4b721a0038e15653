"""Which posts Comprehend is asked about: those whose judgement its answer could change.

That is found by trying it: a post is judged with what the lexicon says, and as if Comprehend were three quarters
sure that it is good, and that it is bad. Where all three agree, no such answer can matter, and none is paid for.
"""

from collections.abc import Callable

from earshot.mentions.mention import Mention
from earshot.triage.encoder.scores import EncoderScores
from earshot.triage.judge import judge_mention
from earshot.triage.judgement import Analyzer, Intent, Judgement, Sentiment
from earshot.triage.sentiment import lexicon
from earshot.triage.terms.terms import Terms

# With 1 about 40 of 100 posts to care accounts are asked about, with 0.75 about 30: decision 0066 has the figures.
CERTAINTY = 0.75
_GOOD, _BAD = (
    Sentiment(positive=good, negative=bad, neutral=1 - CERTAINTY, mixed=0.0, analyzer=Analyzer.COMPREHEND)
    for good, bad in ((CERTAINTY, 0.0), (0.0, CERTAINTY))
)

Selection = Callable[[Mention, str | None, Terms, EncoderScores | None], bool]
"""Whether a mention, in its language, under these terms and with what the encoder reads, is worth asking about."""


def every_post(mention: Mention, language: str | None, terms: Terms, encoder: EncoderScores | None) -> bool:
    """Every post is worth asking about."""
    return True


def unsure_posts(mention: Mention, language: str | None, terms: Terms, encoder: EncoderScores | None) -> bool:
    """Whether the answer could change that a mention is a complaint, its severity, or that it can be judged at all.

    By the mention alone, as when it was written: neither the time, nor its author's history, nor the posts beside it
    decide whether it is asked about, or its judgement would depend on them.
    """

    def outcome(sentiment: Sentiment | None) -> tuple[bool, str, bool]:
        now = mention.created_at
        return outcome_of(
            judge_mention(mention, sentiment=sentiment, language=language, terms=terms, now=now, encoder=encoder)
        )

    # The lexicon takes longest, and is not needed where Comprehend will be asked.
    if (good := outcome(_GOOD)) != outcome(_BAD):
        return True
    return outcome(lexicon.measure(mention.text, language)) != good


def outcome_of(judgement: Judgement) -> tuple[bool, str, bool]:
    """What somebody would notice: whether it is a complaint, its severity, and whether it could be judged at all."""
    return judgement.intent is Intent.COMPLAINT, judgement.severity, judgement.is_unclassified
