"""Runs the deployed triage over posts from a file: for the commands that classify, evaluate and backtest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from earshot.mentions.mention import names_one_of, speaks_to
from earshot.triage.context import PostContext
from earshot.triage.encoder.encoder import Encoder
from earshot.triage.encoder.scores import EncoderInput, EncoderScores
from earshot.triage.intent import ENCODER
from earshot.triage.judge import Explanation, explain
from earshot.triage.judgement import Judgement
from earshot.triage.language.detector import resolve
from earshot.triage.sentiment.measure import Measure, measure_all
from earshot.triage.terms.terms import Terms

if TYPE_CHECKING:
    # These load scikit-learn, which takes a second that only `earshot evaluate` should pay.
    from earshot.triage.reader.answer import Reading
    from infra.evaluation.ablation import Triage
    from infra.evaluation.labelled import LabelledPost


@dataclass(frozen=True, slots=True)
class TriagePost:
    """A post, and what is known of its author and its reach; ``language`` is the tag that the file gives, if any."""

    id: str
    text: str
    language: str | None = None
    author: str | None = None
    followers: int | None = None
    verified: bool = False
    reposts: int | None = None


def triage_posts(posts: Sequence[TriagePost], terms: Terms, comprehend: Measure | None = None) -> list[Explanation]:
    """Judge posts, in order. Where no brand is named, a post that begins with a handle is taken to speak to it."""
    languages = [resolve(post.text, post.language) for post in posts]
    asked = [(post.text, language) for post, language in zip(posts, languages, strict=True)]
    sentiments = measure_all(asked, comprehend)
    inputs = [EncoderInput(text, language=language) for text, language in asked]
    readings = read_posts(inputs) if terms.allows(ENCODER) else [None] * len(posts)
    return [
        explain(
            post.text,
            language=language,
            sentiment=sentiment,
            context=_context(post, terms),
            terms=terms,
            encoder=scores,
        )
        for post, language, sentiment, scores in zip(posts, languages, sentiments, readings, strict=True)
    ]


def read_posts(posts: Sequence[EncoderInput]) -> list[EncoderScores | None]:
    """What the encoder reads in posts: remembered, for an evaluation asks again for each rule."""
    missing = list(dict.fromkeys(post for post in posts if post not in _READ))
    if len(_READ) + len(missing) > _MOST_READ:
        _READ.clear()
        missing = list(dict.fromkeys(posts))
    _READ.update(zip(missing, _ENCODER.read(missing), strict=True))
    return [_READ[post] for post in posts]


def _refuse(error: Exception) -> None:
    """Figures without a voice that should be there would be wrong."""
    raise error


_ENCODER = Encoder(_refuse)
_MOST_READ = 50_000
_READ: dict[EncoderInput, EncoderScores | None] = {}


def labelled_triage(terms: Terms, readings: Mapping[str, Reading] | None = None) -> Triage:
    """Triage for ``evaluate``, which switches rules off in turn; ``readings`` are what the reader said, by post id."""

    def judge(posts: Sequence[LabelledPost], disabled: frozenset[str] = frozenset()) -> list[Judgement]:
        asked = [TriagePost(post.id, post.text, post.language, None, post.followers, post.verified) for post in posts]
        switched = replace(terms, disabled_rules=terms.disabled_rules | disabled)
        judgements = [explained.judgement for explained in triage_posts(asked, switched)]
        if readings is None:
            return judgements
        from earshot.triage.reader.verdict import apply_reading

        return [
            apply_reading(judged, readings[post.id], _context(post, switched), switched)
            if post.id in readings
            else judged
            for post, judged in zip(asked, judgements, strict=True)
        ]

    return judge


def _context(post: TriagePost, terms: Terms) -> PostContext:
    return PostContext(
        addressed=speaks_to(post.text, terms.handles or None),
        named=names_one_of(post.text, terms.handles or None),
        vip=terms.is_vip(post.author),
        followers=post.followers,
        verified=post.verified,
        reposts=post.reposts,
    )
