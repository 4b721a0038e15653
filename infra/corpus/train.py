"""Trains the text model on Earshot's own corpus: ``make text-model`` writes the weights that ``text_model`` reads.

Logistic regression (scikit-learn), one weight for each feature and intent, trained on the training part alone: no
held-out posts, and no text that was not written for this project.
"""

import json
from collections.abc import Sequence
from typing import Any

import click
import numpy
from numpy.typing import NDArray
from sklearn import feature_extraction, linear_model
from threadpoolctl import threadpool_limits

from earshot.triage.judgement import Intent
from earshot.triage.text_model.model import INTERCEPT, SCALE, WEIGHTS_FILE, features
from earshot.triage.tokenizer import tokenize
from infra.corpus.posts import TRAINING, CorpusPost, digest, english_posts

# scikit-learn has no type stubs; its matrices are scipy's.
_FEATURES: Any = feature_extraction
_LINEAR: Any = linear_model
Matrix = Any

# Chosen by cross-validation over the corpus's files, one left out at a time: docs/triage.md.
REGULARISATION = 0.1
# Features in fewer posts are left out: what was written a few times does not generalise, and would make the file large.
LEAST_POSTS = 6
# Hundredths of a log-odd. Features whose weights are all smaller are left out, which keeps the file small.
LEAST_WEIGHT = 4
# Of the linear algebra, whatever the machine has: the weights are the same everywhere.
THREADS = 2


def train(posts: Sequence[CorpusPost]) -> dict[str, list[int]]:
    """The weights by feature, in the order of ``text_model.COLUMNS``: urgency is learned from complaints alone."""
    seen = [dict.fromkeys(features(tokenize(post.text, "en")), 1) for post in posts]
    vectorizer = _FEATURES.DictVectorizer(dtype=numpy.float32)
    matrix: Matrix = vectorizer.fit_transform(seen)
    kept = numpy.asarray(matrix.sum(axis=0)).ravel() >= LEAST_POSTS
    matrix = matrix[:, kept]
    intent = _fit(matrix, [str(post.intent) for post in posts])
    complaints = [number for number, post in enumerate(posts) if post.intent is Intent.COMPLAINT]
    urgent = _fit(matrix[complaints], [posts[number].urgent for number in complaints])
    order = [list(intent.classes_).index(str(one)) for one in Intent]
    weights = _scaled(numpy.vstack([intent.coef_[order], urgent.coef_]))
    always = _scaled(numpy.concatenate([intent.intercept_[order], urgent.intercept_]))
    spoken = {
        str(name): column.tolist()
        for name, column in zip(vectorizer.get_feature_names_out()[kept], weights.T, strict=True)
        if abs(column).max() >= LEAST_WEIGHT
    }
    return {INTERCEPT: always.tolist(), **dict(sorted(spoken.items()))}


def _fit(matrix: Matrix, labels: Sequence[str | bool]) -> Any:
    model = _LINEAR.LogisticRegression(C=REGULARISATION, class_weight="balanced", max_iter=1000)
    # The solver ends where it is good enough, and where that is depends on the order in which threads add up.
    with threadpool_limits(THREADS, "blas"):
        return model.fit(matrix, labels)


def _scaled(weights: NDArray[Any]) -> NDArray[Any]:
    return numpy.rint(weights * SCALE).astype(int)


@click.command()
def main() -> None:
    """Train on the training part, and write the weights."""
    posts = english_posts(TRAINING)
    weights = train(posts)
    # One feature a line, so that a change can be read as a difference.
    # Without a space behind each comma: that is 7 KB of each package.
    compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    lines = ",\n".join(compact(name) + ":" + compact(weights[name]) for name in weights)
    head = f'"corpus": "{digest(posts)}", "posts": {len(posts)}'
    WEIGHTS_FILE.write_text(f'{{{head}, "weights": {{\n{lines}\n}}}}\n', encoding="utf-8")
    size = WEIGHTS_FILE.stat().st_size // 1000
    print(f"{WEIGHTS_FILE.name}: {len(weights) - 1} features from {len(posts)} posts, {size} kB")


if __name__ == "__main__":
    main()
