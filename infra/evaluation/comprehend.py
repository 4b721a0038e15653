"""What it changes that Comprehend is asked only where the other voices are unsure (decision 0066), on labelled posts.

The service is not asked: its answers are assumed, as the loopback server gives them (from the lexicon), right for each
post by its label, and wrong for each. Measured is about how many posts it is asked, and how far the judgements are from
those that the same answers give where it is asked about every post::

    python -m infra.evaluation.comprehend posts.csv more.csv
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from earshot.mentions.mention import Author, Mention
from earshot.triage.encoder.scores import EncoderInput, EncoderScores
from earshot.triage.judge import judge_mention
from earshot.triage.judgement import Analyzer, Intent, Judgement, Sentiment
from earshot.triage.language.detector import comprehend_code, resolve
from earshot.triage.sentiment import lexicon
from earshot.triage.sentiment.comprehend import UNIT_PRICE, units
from earshot.triage.sentiment.selection import outcome_of, unsure_posts
from earshot.triage.terms.terms import Terms
from infra.evaluation.labelled import LabelledPost, read_labelled
from infra.evaluation.scikit_learn import macro_f1
from infra.evaluation.triage import read_posts
from infra.replay.rows import RecordingError

_AT = datetime(2026, 11, 1, tzinfo=UTC)
_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Answers:
    """The judgements with some answers: macro-F1 of a complaint where every post is asked about, and where few are.

    ``differ`` is the share of the posts with another outcome (a complaint or not, severity) for it.
    """

    name: str
    every: float
    unsure: float
    differ: float


@dataclass(frozen=True, slots=True)
class Selected:
    """The share of posts in Comprehend's languages that are asked about, and US dollars for 1,000 of these posts."""

    posts: int
    share: float
    dollars: float
    lexicon: float
    answers: tuple[Answers, ...]


@dataclass(frozen=True, slots=True)
class _Post:
    labelled: LabelledPost
    mention: Mention
    language: str | None
    scores: EncoderScores | None

    @property
    def terms(self) -> Terms:
        """Whoever is addressed is the brand."""
        return Terms(handles=frozenset(self.mention.handles))

    @property
    def is_asked_about(self) -> bool:
        return unsure_posts(self.mention, self.language, self.terms, self.scores)

    def judged(self, sentiment: Sentiment | None) -> Judgement:
        return judge_mention(
            self.mention, sentiment=sentiment, language=self.language, terms=self.terms, now=_AT, encoder=self.scores
        )

    @property
    def by_lexicon(self) -> Sentiment | None:
        return lexicon.measure(self.mention.text, self.language)


def selected(posts: Sequence[LabelledPost], read: Callable[..., list[EncoderScores | None]] = read_posts) -> Selected:
    """What becomes of labelled posts; ``read`` is the encoder's. RecordingError where none can be asked about."""
    languages = [resolve(post.text, post.language) for post in posts]
    scores = read([EncoderInput(post.text, language=one) for post, one in zip(posts, languages, strict=True)])
    found = [_post(*one) for one in zip(posts, languages, scores, strict=True)]
    found = [post for post in found if comprehend_code(post.language)]
    if not found:
        raise RecordingError("No post is in a language that Comprehend knows: there is nothing to measure.")
    asked = [post.is_asked_about for post in found]
    billed = sum(units(post.mention.text) for post, is_asked in zip(found, asked, strict=True) if is_asked)
    labels = [post.labelled.complaint for post in found]
    plain = [post.judged(post.by_lexicon) for post in found]

    def measured() -> Iterator[Answers]:
        for name, answer in (("stand-in", _stand_in), ("right", _right), ("wrong", _wrong)):
            every = [post.judged(answer(post)) for post in found]
            few = [one if is_asked else other for one, other, is_asked in zip(every, plain, asked, strict=True)]
            differ = sum(outcome_of(one) != outcome_of(other) for one, other in zip(every, few, strict=True))
            yield Answers(name, _f1(labels, every), _f1(labels, few), differ / len(found))

    dollars = billed * UNIT_PRICE / 1e6 / len(found) * 1000
    return Selected(len(found), sum(asked) / len(found), dollars, _f1(labels, plain), tuple(measured()))


def _post(post: LabelledPost, language: str | None, scores: EncoderScores | None) -> _Post:
    author = Author("1", followers=post.followers, verified=post.verified)
    mention = Mention("x", post.id, author, post.text, _AT, post.id, "")
    return _Post(post, mention, language, scores)


def _f1(labels: Sequence[bool], judged: Sequence[Judgement]) -> float:
    return macro_f1(labels, [one.intent is Intent.COMPLAINT for one in judged])


def _stand_in(post: _Post) -> Sentiment:
    """As the loopback server answers: neutral where the lexicon knows no word."""
    found = post.by_lexicon
    if found is None:
        return Sentiment(0.01, 0.01, 0.97, 0.01, Analyzer.COMPREHEND)
    return Sentiment(found.positive, found.negative, found.neutral, found.mixed, Analyzer.COMPREHEND)


def _right(post: _Post) -> Sentiment:
    """Negative for a complaint, positive for praise, else neutral."""
    intent = post.labelled.intent
    return _sure("negative" if intent is Intent.COMPLAINT else "positive" if intent is Intent.PRAISE else "neutral")


def _wrong(post: _Post) -> Sentiment:
    """Positive for a complaint, and negative for all else."""
    return _sure("positive" if post.labelled.complaint else "negative")


def _sure(label: str) -> Sentiment:
    shares = dict.fromkeys(("positive", "negative", "neutral", "mixed"), (1 - _SURE) / 3) | {label: _SURE}
    return Sentiment(**shares, analyzer=Analyzer.COMPREHEND)


def main(files: Sequence[str]) -> None:
    """Print a line for each file."""
    print(
        "| file | posts | asked about | US dollars for 1,000 | lexicon alone | stand-in | always right | always wrong |"
    )
    print("| :-- | --: | --: | --: | --: | --: | --: | --: |")
    for file in files:
        one = selected(read_labelled(file).posts)
        cells = [f"{found.every:.3f} / {found.unsure:.3f} ({found.differ:.0%})" for found in one.answers]
        figures = (f"{one.posts:,}", f"{one.share:.0%}", f"{one.dollars:.3f}", f"{one.lexicon:.3f}", *cells)
        print(f"| {Path(file).stem} | {' | '.join(figures)} |")


if __name__ == "__main__":
    main(sys.argv[1:])
