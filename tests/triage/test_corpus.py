"""Triage on the held-out part of the corpus, and the weights of the text model."""

import json
from collections import Counter
from functools import cache

import pytest
from sklearn.metrics import f1_score, roc_auc_score

from earshot.triage.judgement import Intent, Judgement
from earshot.triage.sentiment.word_list import LANGUAGES as WORD_LISTS
from earshot.triage.terms.terms import NO_TERMS
from earshot.triage.text_model.model import COLUMNS, WEIGHTS_FILE
from infra.corpus.posts import HELD_OUT, TRAINING, CorpusPost, digest, english_posts, read_posts
from infra.corpus.train import train
from infra.evaluation.triage import TriagePost, triage_posts

# Hundredths of a log-odd by which weights may differ where another processor sums in another order.
ROUNDING = 3


@cache
def held_out() -> list[tuple[CorpusPost, Judgement]]:
    # Each third is enough for figures of two digits, and the encoder takes its time.
    posts = english_posts(HELD_OUT)[::3]
    judged = triage_posts([TriagePost(post.id, post.text) for post in posts], NO_TERMS)
    return [(post, explained.judgement) for post, explained in zip(posts, judged, strict=True)]


def test_the_corpus_is_varied_complete_and_without_repetition() -> None:
    posts = [*read_posts(TRAINING), *read_posts(HELD_OUT)]
    assert len({post.id for post in posts}) == len({post.text for post in posts}) == len(posts) >= 1_500
    assert len(list(read_posts(HELD_OUT))) >= 1_500
    assert min(Counter(post.intent for post in posts).values()) >= 500
    assert sum(post.urgent for post in posts) >= 500
    assert all(post.reason.strip() and post.text.strip() for post in posts)
    assert {post.intent for post in posts if post.urgent} <= {Intent.COMPLAINT, Intent.QUESTION}


@pytest.mark.slow
def test_the_weights_were_trained_on_this_corpus_and_are_small() -> None:
    written = json.loads(WEIGHTS_FILE.read_bytes())
    posts = english_posts(TRAINING)
    assert (written["corpus"], written["posts"]) == (digest(posts), len(posts)), "run `make text-model`, and commit"
    assert WEIGHTS_FILE.stat().st_size < 1_000_000
    weights = train(posts)
    # Only what lies on the very edge of being left out may come or go.
    assert len(weights.keys() ^ written["weights"].keys()) <= 0.01 * len(weights)
    for feature in weights.keys() & written["weights"].keys():
        pairs = zip(weights[feature], written["weights"][feature], strict=True)
        assert len(weights[feature]) == len(COLUMNS)
        assert max(abs(new - old) for new, old in pairs) <= ROUNDING, feature


@pytest.mark.slow
def test_complaints_among_held_out_posts_are_detected() -> None:
    complains = [post.intent is Intent.COMPLAINT for post, _ in held_out()]
    called = [judgement.intent is Intent.COMPLAINT for _, judgement in held_out()]
    assert f1_score(complains, called, average="macro") >= 0.83
    assert roc_auc_score(complains, [judgement.complaint_score for _, judgement in held_out()]) >= 0.90


@pytest.mark.slow
def test_intents_of_held_out_posts_are_distinguished() -> None:
    labels = [str(post.intent) for post, _ in held_out()]
    assert f1_score(labels, [str(judgement.intent) for _, judgement in held_out()], average="macro") >= 0.72


@pytest.mark.slow
@pytest.mark.parametrize(("intent", "most"), [(Intent.QUESTION, 0.20), (Intent.PRAISE, 0.20)])
def test_few_questions_and_little_praise_are_taken_for_complaints(intent: Intent, most: float) -> None:
    called = [judgement.intent is Intent.COMPLAINT for post, judgement in held_out() if post.intent is intent]
    assert sum(called) <= most * len(called)


@pytest.mark.slow
def test_urgent_posts_come_first() -> None:
    urgent = [post.urgent for post, _ in held_out()]
    assert roc_auc_score(urgent, [judgement.urgency for _, judgement in held_out()]) >= 0.90


@pytest.mark.slow
def test_complaints_in_six_other_languages_are_told_from_the_rest() -> None:
    posts = [post for post in read_posts(HELD_OUT) if post.language in WORD_LISTS and post.stands_alone][::2]
    judged = triage_posts([TriagePost(post.id, post.text, post.language) for post in posts], NO_TERMS)
    complains = [post.intent is Intent.COMPLAINT for post in posts]
    assert roc_auc_score(complains, [explained.judgement.complaint_score for explained in judged]) >= 0.86
