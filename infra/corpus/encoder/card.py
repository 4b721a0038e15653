"""The model card of the encoder: what its weights were trained on, and what they score on the held-out corpus."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sklearn import metrics

from earshot.triage.encoder.encoder import Encoder, Part
from earshot.triage.encoder.scores import LANGUAGES, EncoderInput, EncoderScores
from earshot.triage.judgement import Intent
from infra.corpus.posts import HELD_OUT, CorpusPost, digest, read_posts

# scikit-learn has no type stubs.
_METRICS: Any = metrics
_MOST_POSTS = 500


def card_file(weights: Path) -> Path:
    """The card is beside the weights."""
    return weights.with_suffix(".json")


def write_card(weights: Path, posts: Sequence[CorpusPost], bases: Mapping[Part, str], teacher: str) -> None:
    """Write the card of weights that were trained on ``posts``, from these bases and by this teacher."""
    card: dict[str, Any] = {
        "bases": dict(bases),
        "teacher": teacher,
        "corpus": digest(posts),
        "posts": len(posts),
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "held_out": held_out_figures(weights),
    }
    card_file(weights).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def held_out_figures(weights: Path) -> dict[str, dict[str, float]]:
    """By language: AUC of a complaint and of urgency, and macro-F1 over the five intents, each with three digits.

    Of a language with many posts each so many-th is read, so that a test can look again.
    """
    every = list(read_posts(HELD_OUT))
    posts = [post for language in LANGUAGES for post in _spread([one for one in every if one.language == language])]
    scores = read_all(weights, posts)
    figures: dict[str, dict[str, float]] = {}
    for language in LANGUAGES:
        pairs = [(post, one) for post, one in zip(posts, scores, strict=True) if post.language == language]
        complaints = [post.intent is Intent.COMPLAINT for post, _ in pairs]
        intents = [str(post.intent) for post, _ in pairs]
        figures[language] = {
            "posts": len(pairs),
            "complaint_auc": _rounded(_METRICS.roc_auc_score(complaints, [one.complaint for _, one in pairs])),
            "urgent_auc": _rounded(
                _METRICS.roc_auc_score([post.urgent for post, _ in pairs], [one.urgent for _, one in pairs])
            ),
            "intent_macro_f1": _rounded(_METRICS.f1_score(intents, [_best(one) for _, one in pairs], average="macro")),
        }
    return figures


def _spread(posts: Sequence[CorpusPost]) -> Sequence[CorpusPost]:
    return posts[:: -(-len(posts) // _MOST_POSTS)]


def read_all(weights: Path, posts: Sequence[CorpusPost]) -> list[EncoderScores]:
    """The scores of every post. Whatever fails, fails here."""

    def refuse(error: Exception) -> None:
        raise error

    inputs = [EncoderInput(post.text, post.answers, post.earlier, post.language) for post in posts]
    return [one for one in Encoder(refuse, weights).read(inputs) if one is not None]


def _best(scores: EncoderScores) -> str:
    if scores.complaint > 0:
        return str(Intent.COMPLAINT)
    return str(max(scores.others, key=lambda intent: scores.others[intent]))


def _rounded(figure: float) -> float:
    return round(float(figure), 3)
