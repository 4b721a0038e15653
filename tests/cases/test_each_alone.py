"""Each mention of a batch stands or falls alone, wherever it is that one of them cannot be worked on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.cases.classifier import LEAST_SECONDS_FOR_PARTS, MOST_FAILED_PARTS, Classifier
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.mentions.mention import Author, Mention
from earshot.triage.encoder.scores import EncoderInput, EncoderScores
from earshot.triage.judgement import Analyzer, Sentiment
from earshot.triage.terms.terms import Terms
from tests.fakes import BRANDS, START, MemoryStore, a_mention

BAD = Sentiment(0.05, 0.8, 0.1, 0.05, Analyzer.LEXICON)
POISON = "poison"


class PoisonError(Exception):
    """What a post does that nobody foresaw."""


def refuse(*values: object) -> None:
    if any(POISON in str(value) for value in values):
        raise PoisonError(POISON)


class Poisoned(MemoryStore):
    """A table in which one kind of call fails for whatever has to do with a poisonous post."""

    fails_at = ""

    def _at(self, name: str, *values: object) -> None:
        if name == self.fails_at:
            refuse(*values)

    def known(self, keys: Iterable[str]) -> dict[str, int]:
        keys = list(keys)
        self._at("known", *keys)
        return super().known(keys)

    def conversations_and_authors(self, conversations: Iterable[str], authors: Iterable[str]) -> Any:
        conversations, authors = list(conversations), list(authors)
        self._at("histories", *conversations, *authors)
        return super().conversations_and_authors(conversations, authors)

    def post(self, key: str) -> Any:
        self._at("post", key)
        return super().post(key)

    def save(self, changes: Any, **given: Any) -> None:
        self._at("save", given["mention"])
        super().save(changes, **given)

    def put_mention(self, stored: Any) -> None:
        self._at("save", stored)
        super().put_mention(stored)


def a_post(number: int, *, poisonous: bool = False, reposts: bool = False) -> Mention:
    id = f"{POISON}{number}" if poisonous else str(number)
    author = Author(f"{POISON if poisonous else 'a'}{number}", followers=10)
    post = a_mention(id, f"@NimbusAir you lost bag {id}, awful", conversation_id=id, author=author)
    return replace(post, reposted_id="0") if reposts else post


def measure(fails: bool) -> Callable[[Sequence[tuple[str, str | None]]], list[Sentiment | None]]:
    def measured(items: Sequence[tuple[str, str | None]]) -> list[Sentiment | None]:
        if fails:
            refuse(*items)
        return [BAD for _ in items]

    return measured


def encode(fails: bool) -> Callable[[Sequence[EncoderInput]], list[EncoderScores | None]]:
    def encoded(inputs: Sequence[EncoderInput]) -> list[EncoderScores | None]:
        if fails:
            refuse(*inputs)
        return [None for _ in inputs]

    return encoded


def classify(store: Poisoned, fails_at: str, posts: Mapping[str, Mention], seconds: float = 60.0) -> dict[str, str]:
    """Classify a batch; the names of the posts that failed, with their errors."""
    store.fails_at = fails_at
    classifier = Classifier(
        store,
        measure(fails_at == "measure"),
        lambda: BRANDS,
        lambda: Terms(handles=BRANDS),
        lambda: DEFAULT_POLICY,
        lambda: START,
        encode=encode(fails_at == "encode"),
    )
    prepared, failed = classifier.prepare(posts, lambda: seconds), dict[str, str]()
    for name in posts:
        try:
            prepared.ingest(name)
        except PoisonError as error:
            failed[name] = str(error)
    return failed


PLACES = ("known", "histories", "post", "save", "measure", "encode")


@pytest.mark.parametrize("fails_at", PLACES)
@given(st.lists(st.sampled_from(["fine", "poisonous", "repost", "poisonous repost"]), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_a_post_that_cannot_be_worked_on_harms_no_neighbour(fails_at: str, kinds: list[str]) -> None:
    posts = {
        f"m{number}": a_post(number + 1, poisonous="poisonous" in kind, reposts="repost" in kind)
        for number, kind in enumerate(kinds)
    }
    store = Poisoned()
    classify(store, "", {"first": a_post(0)})
    failed = classify(store, fails_at, posts)
    assert {one.mention.id for one in store.mentions.values()} >= {"0"} | {
        post.id for post in posts.values() if POISON not in post.id
    }
    assert {posts[name].id for name in failed} <= {post.id for post in posts.values() if POISON in post.id}
    # Nothing that failed is stored, and all that is stored did not fail: so a new delivery repeats nothing.
    assert {f"x#{posts[name].id}" for name in failed}.isdisjoint(store.mentions)


def test_one_of_forty_is_found_in_a_few_tries() -> None:
    store, posts = Poisoned(), {f"m{n}": a_post(n, poisonous=n == 17) for n in range(40)}
    assert list(classify(store, "measure", posts)) == ["m17"]
    assert len(store.mentions) == 39


def test_what_is_known_already_is_no_failure() -> None:
    store = Poisoned()
    classify(store, "", {"m0": a_post(1)})
    known = Classifier(
        store, measure(False), lambda: BRANDS, Terms, lambda: DEFAULT_POLICY, lambda: START, lambda _: None
    ).prepare({"m0": a_post(1)})
    assert (known.failure, dict(known.mentions)) == (None, {})


def test_where_everything_fails_the_batch_is_not_taken_apart_for_ever() -> None:
    tries = 0

    def out_of_order(items: Sequence[tuple[str, str | None]]) -> list[Sentiment | None]:
        nonlocal tries
        tries += 1
        raise PoisonError

    classifier = Classifier(
        MemoryStore(), out_of_order, lambda: BRANDS, Terms, lambda: DEFAULT_POLICY, lambda: START, lambda _: None
    )
    prepared = classifier.prepare({f"m{n}": a_post(n) for n in range(200)})
    assert tries <= 2 * MOST_FAILED_PARTS
    for name in prepared.mentions:
        with pytest.raises(PoisonError):
            prepared.ingest(name)
    assert len(prepared.mentions) == 200
    assert isinstance(prepared.failure, PoisonError)


def test_without_time_nothing_is_tried_again() -> None:
    posts = {f"m{n}": a_post(n, poisonous=n == 1) for n in range(4)}
    assert len(classify(Poisoned(), "measure", posts, LEAST_SECONDS_FOR_PARTS - 1)) == 4
