"""The classifier: what a post is judged to be does not depend on the batch that it came in."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case.status import Status
from earshot.cases.classifier import Classifier
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Analyzer, Intent, Sentiment
from earshot.triage.sentiment.selection import unsure_posts
from earshot.triage.terms.terms import Terms
from tests.fakes import BRANDS, CASE, START, MemoryStore, a_mention, an_own_post

BAD = Sentiment(0.05, 0.8, 0.1, 0.05, Analyzer.LEXICON)
TERMS = Terms(handles=BRANDS, voices={"anna": "NimbusAir", "4711": "NimbusAir"})
BAG, HOLD, WIFI = (
    a_mention(id, f"@NimbusAir {text}", conversation_id=id)
    for id, text in (
        ("1", "you lost my suitcase and nobody answers the phone, I am furious"),
        ("2", "three hours on hold, pathetic"),
        ("3", "the wifi on board is broken again, awful"),
    )
)
THREE_COMPLAINTS = (BAG, HOLD, WIFI)
# The customer goes on where the brand has answered, and begins anew.
CONVERSATION = (
    BAG,
    an_own_post("4", in_reply_to_id="1"),
    a_mention("5", "@NimbusAir that is no answer, still no suitcase, this is awful"),
    replace(HOLD, id="6", conversation_id="6"),
    an_own_post("7", in_reply_to_id="5"),
    a_mention("8", "@NimbusAir still no suitcase. Unacceptable"),
)


def classifier_on(store: MemoryStore) -> Classifier:
    """A classifier on this store, an hour after START, which finds that every text sounds bad."""
    return Classifier(
        store, lambda items: [BAD for _ in items], lambda: BRANDS, lambda: TERMS, lambda: DEFAULT_POLICY, lambda: LATER
    )


LATER = START + timedelta(hours=1)


def classify(store: MemoryStore, *mentions: Mention) -> None:
    """Classify a batch."""
    batch = classifier_on(store).prepare({f"m{number}": mention for number, mention in enumerate(mentions)})
    for name in list(batch.mentions):
        batch.ingest(name)


def urgencies(batches: Iterable[Sequence[Mention]]) -> dict[str, int]:
    """How urgent each post is judged to be when they come in these batches."""
    store = MemoryStore()
    for batch in batches:
        classify(store, *batch)
    return {one.mention.id: one.judgement.urgency for one in store.mentions.values()}


def cut(posts: Sequence[Mention], ends: Iterable[int]) -> list[Sequence[Mention]]:
    """The posts in batches that end there."""
    bounds = [0, *sorted(ends), len(posts)]
    return [posts[start:end] for start, end in pairwise(bounds) if start < end]


def test_one_authors_complaints_weigh_more_and_more_however_they_are_batched() -> None:
    singly = urgencies([one] for one in THREE_COMPLAINTS)
    alone = {one.id: urgencies([[one]])[one.id] for one in THREE_COMPLAINTS}
    assert singly["1"] == alone["1"]
    assert (singly["2"] > alone["2"], singly["3"] > alone["3"]) == (True, True)
    assert urgencies(cut(THREE_COMPLAINTS, [2])) == singly
    assert urgencies([THREE_COMPLAINTS]) == singly


@given(st.sampled_from([THREE_COMPLAINTS, CONVERSATION]), st.sets(st.integers(1, 5)))
def test_no_verdict_depends_on_where_a_batch_ends(posts: Sequence[Mention], ends: set[int]) -> None:
    ends = {end for end in ends if end < len(posts)}
    assert urgencies(cut(posts, ends)) == urgencies([one] for one in posts)


UNSURE, SURE = "@NimbusAir my seat was by the toilet again", BAG.text
DOUBTFUL = tuple(
    replace(one, text=text, in_reply_to_id=None)
    for one, text in zip(CONVERSATION, (UNSURE, "hello", SURE, UNSURE, "hello", SURE), strict=True)
)


@given(st.sets(st.integers(1, 5)))
def test_comprehend_is_asked_about_the_same_posts_wherever_a_batch_ends_and_the_lexicon_judges_the_others(
    ends: set[int],
) -> None:
    store, asked = MemoryStore(), list[str]()

    def measure(items: Sequence[tuple[str, str | None]]) -> list[Sentiment]:
        asked.extend(text for text, _ in items)
        return [replace(BAD, analyzer=Analyzer.COMPREHEND) for _ in items]

    for posts in cut(DOUBTFUL, ends):
        classifier = replace(classifier_on(store), measure=measure, is_worth_measuring=unsure_posts)
        batch = classifier.prepare({one.id: one for one in posts})
        for name in list(batch.mentions):
            batch.ingest(name)
    assert asked == [UNSURE, UNSURE]
    judged = {key: one.judgement.sentiment for key, one in store.mentions.items() if not one.mention.own}
    assert {key: one and one.analyzer for key, one in judged.items()} == {
        "x#1": Analyzer.COMPREHEND,
        "x#5": Analyzer.LEXICON,
        "x#6": Analyzer.COMPREHEND,
        "x#8": Analyzer.LEXICON,
    }


def test_an_answer_in_the_same_batch_counts_in_whatever_conversation_the_customer_goes_on() -> None:
    posts = (BAG, an_own_post("4", in_reply_to_id="1"), replace(HOLD, id="6", conversation_id="6"))
    assert urgencies(cut(posts, [1])) == urgencies([one] for one in posts)


def reposts(count: int, *, of: str = "1", first: int = 100) -> list[Mention]:
    return [
        a_mention(str(first + number), "RT", author=Author(f"r{number}", followers=10), reposted_id=of, minutes=5)
        for number in range(count)
    ]


def test_the_reposts_of_one_post_are_one_write_of_its_case() -> None:
    store = MemoryStore()
    classify(store, BAG)
    before = store.conversations[CASE].version
    classify(store, *reposts(9))
    (case,) = store.cases
    assert (case.posts.spread.reposts, case.posts.spread.reach) == (9, 120 + 90)
    assert store.conversations[CASE].version == before + 1
    assert len(store.mentions) == 10


def test_each_post_that_is_passed_on_has_its_own_reposts_and_other_posts_stand_among_them() -> None:
    store = MemoryStore()
    mixed = [mention for pair in zip(reposts(3), reposts(3, of="2", first=200), strict=True) for mention in pair]
    classify(store, BAG, HOLD, *mixed[:3], WIFI, *mixed[3:])
    assert {case.id: case.posts.spread.reposts for case in store.cases} == {
        CASE: 3,
        "x-2-7-nimbusair": 3,
        "x-3-7-nimbusair": 0,
    }


def test_each_message_is_told_of_once_and_what_is_stored_never() -> None:
    store = MemoryStore()
    classify(store, BAG, *reposts(2))
    batch = classifier_on(store).prepare({"known": BAG, "a": reposts(4)[2], "b": reposts(4)[3], "again": reposts(1)[0]})
    told = {name: batch.ingest(name) for name in ("known", "a", "b", "again")}
    assert {name: one and one.stored.mention.id for name, one in told.items()} == {
        "known": None,
        "a": "102",
        "b": "103",
        "again": None,
    }
    assert [one.result.new for one in told.values() if one is not None] == [True, True]
    assert store.cases[0].posts.spread.reposts == 4


@pytest.mark.parametrize("author", [Author("1", "Anna"), Author("4711", "someone")], ids=["handle", "id"])
def test_who_speaks_for_the_brand_by_its_terms_answers_its_customers(author: Author) -> None:
    store = MemoryStore()
    reply = a_mention("9", "@jane this is terrible, awful. I am on it", author=author, brand="Zephyr")
    classify(store, BAG, replace(reply, in_reply_to_id="1"))
    (case,) = store.cases
    assert (case.status, case.response.first_response_seconds) == (Status.REPLIED, 480)
    stored = store.mentions["x#9"]
    assert (stored.mention.own, stored.mention.brand, stored.judgement.intent) == (True, "NimbusAir", Intent.OTHER)


def test_who_does_not_speak_for_the_brand_answers_nobody() -> None:
    store = MemoryStore()
    classify(store, BAG, a_mention("9", "@jane same here", author=Author("5", "annabel"), in_reply_to_id="1"))
    assert store.cases[0].status is Status.OPEN
    assert not store.mentions["x#9"].mention.own
