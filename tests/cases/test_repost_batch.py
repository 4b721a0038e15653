"""Reposts that came together: they change what they would have changed one by one, in one write."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import MOST_TRIES, IngestResult, ingest
from earshot.cases.repost_batch import MOST_TOGETHER, ingest_reposts
from earshot.cases.stored_mention import StoredMention
from earshot.errors import ConflictError
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent
from tests.fakes import BRANDS, CASE, START, MemoryStore, a_judgement, a_mention, an_own_post

RULES = FoldRules(BRANDS)
OTHER = a_judgement(Intent.OTHER, 0)


def stored(mention: Mention, urgency: int = 45) -> StoredMention:
    is_said = not (mention.own or mention.is_repost)
    return StoredMention(mention, a_judgement(urgency=urgency) if is_said else OTHER, START)


def reposts(count: int, of: str = "1") -> list[StoredMention]:
    """So many people pass a post on, each a little later and with more followers."""
    people = [Author(f"r{number}", followers=7 * number) for number in range(count)]
    return [
        stored(a_mention(str(100 + number), "RT", author=author, minutes=2 + number, reposted_id=of))
        for number, author in enumerate(people)
    ]


def store_of(*mentions: Mention, reposted: Sequence[StoredMention] = ()) -> MemoryStore:
    store = MemoryStore()
    for one in (*map(stored, mentions), *reposted):
        ingest(one, store, RULES)
    return store


def versionless(store: MemoryStore) -> MemoryStore:
    """All that is stored, without the number of writes that it took."""
    conversations = {key: one.at_version(0) for key, one in store.conversations.items()}
    return replace(store, conversations=conversations)


def happened(results: Sequence[IngestResult]) -> tuple[list[bool], list[str]]:
    """Which of them were new, and all that they changed."""
    return [one.new for one in results], [entry.what for one in results for entry in one.entries]


@given(st.integers(1, MOST_TOGETHER + 5), st.sets(st.integers(0, MOST_TOGETHER + 4), max_size=3), st.booleans())
def test_together_they_are_what_they_are_one_by_one(count: int, known: set[int], is_merged: bool) -> None:
    text, new = "@NimbusAir suitcase vanished between Leeds and Lisbon", reposts(count, of="2")
    # Who says the same thing again elsewhere has one case: that post's reposts are the case's.
    posts = [a_mention("1", text)] * is_merged + [a_mention("2", text, conversation_id="2")]
    before = [new[number] for number in known if number < count]
    together, singly = store_of(*posts, reposted=before), store_of(*posts, reposted=before)
    results = ingest_reposts(new, together, RULES)
    assert happened(results) == happened([ingest(one, singly, RULES) for one in new])
    assert versionless(together) == versionless(singly)
    assert [case.posts.spread.reposts for case in together.cases] == [count]


@pytest.mark.parametrize("known", [(), (a_mention("3"),)], ids=["nothing", "another post"])
def test_reposts_of_what_is_not_known_are_stored_and_change_nothing(known: Sequence[Mention]) -> None:
    store = store_of(*known)
    before = dict(store.conversations)
    assert happened(ingest_reposts(reposts(3), store, RULES)) == ([True] * 3, [])
    assert store.conversations == before
    assert {"x#100", "x#101", "x#102"} <= store.mentions.keys()


def test_reposts_of_a_reply_of_the_brand_are_nothing_to_the_case_of_its_customer() -> None:
    store = store_of(a_mention("1"), an_own_post("2", in_reply_to_id="1"))
    ingest_reposts(reposts(3, of="2"), store, RULES)
    assert store.cases[0].posts.spread.reposts == 0


def test_a_repost_that_came_twice_counts_once() -> None:
    store = store_of(a_mention("1"))
    (one,) = reposts(1)
    assert happened(ingest_reposts([one, one], store, RULES)) == ([True, False], [])
    assert store.cases[0].posts.spread.reposts == 1


def test_what_is_passed_on_by_enough_rises_once_and_the_log_says_when() -> None:
    store = store_of(a_mention("1"))
    results = ingest_reposts(reposts(30), store, RULES)
    assert store.log(CASE).count("rose") == 1
    assert {one.case for one in results} == {results[0].case}
    assert (results[0].happened("rose"), any(one.entries for one in results[1:])) == (True, False)


class BusyStore(MemoryStore):
    """Others change the case before each of the first ``busy`` writes."""

    busy = 0

    def save(self, changes, **given) -> None:
        if self.busy > 0:
            self.busy -= 1
            raise ConflictError("somebody was faster")
        super().save(changes, **given)


@pytest.mark.parametrize("busy", [1, MOST_TRIES - 1, MOST_TRIES])
def test_who_meets_another_writer_waits_and_tries_again(busy: int) -> None:
    store, waits = BusyStore(), []
    ingest(stored(a_mention("1")), store, RULES)
    store.busy = busy
    ingest_reposts(reposts(3), store, RULES, waits.append)
    assert store.cases[0].posts.spread.reposts == 3
    assert waits == list(range(1, busy + 1))


def test_where_others_never_let_go_it_is_a_conflict_and_nothing_is_stored() -> None:
    store = BusyStore()
    ingest(stored(a_mention("1")), store, RULES)
    store.busy = 1_000
    with pytest.raises(ConflictError):
        ingest_reposts(reposts(3), store, RULES)
    assert store.mentions.keys() == {"x#1"}
