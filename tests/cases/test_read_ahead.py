"""Reading ahead for a batch: fewer reads, and everything that is stored is what it would be without."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.classifier import Classifier
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.replies import Participant
from earshot.cases.read_ahead import ReadTogether
from earshot.errors import ConflictError
from earshot.mentions.mention import Author, Mention
from tests.cases.test_classifier import BAG, CONVERSATION, HOLD, THREE_COMPLAINTS, classifier_on, cut, reposts
from tests.fakes import CASE, START, MemoryStore, a_mention, an_own_post

pytestmark = pytest.mark.slow

OMAR = Author("8", "omar")
# Answers that come before what they answer, a second customer, a later version, a repeated complaint, reposts.
MIXED = (
    an_own_post("4", in_reply_to_id="1"),
    replace(BAG, id="5", author=OMAR),
    BAG,
    replace(BAG, id="9", conversation_id="9"),
    replace(BAG, text="@NimbusAir you lost my suitcase and my passport", edit_ids=("11",)),
    a_mention("12", "@omar sorry, we found it", own=True, author=Author("99", "NimbusAir")),
    an_own_post("13", in_reply_to_id="11"),
    *reposts(2),
    HOLD,
    *reposts(2, of="9", first=200),
    replace(HOLD, id="15"),
)


class MemoryReader:
    """Reads many items of the store in memory together; some of them it leaves unread, as DynamoDB does under load."""

    def __init__(self, store: MemoryStore, unread: Iterable[str] = ()) -> None:
        self._store, self._unread, self.reads = store, set(unread), 0

    def read(
        self,
        posts: Iterable[str] = (),
        conversations: Iterable[str] = (),
        people: Iterable[Participant] = (),
        authors: Iterable[str] = (),
    ) -> ReadTogether:
        self.reads += 1
        store, left = self._store, self._unread
        return ReadTogether(
            {key: store.post(key) for key in posts if key not in {*store.edits, *left}},
            {key: store.conversation(key) for key in conversations if key not in left},
            {one.key: store.participant(one) for one in people},
            {key: store.author(key) for key in authors if key not in left},
        )


def classify(classifier: Classifier, mentions: Sequence[Mention]) -> None:
    batch = classifier.prepare({f"m{number}": mention for number, mention in enumerate(mentions)})
    for name in list(batch.mentions):
        batch.ingest(name)


def stored_after(batches: Iterable[Sequence[Mention]], *, ahead: bool, unread: Iterable[str] = ()) -> MemoryStore:
    """All that is stored after these batches."""
    store = MemoryStore()
    reader = MemoryReader(store, unread) if ahead else None
    for batch in batches:
        classify(replace(classifier_on(store), reader=reader), batch)
    return store


@given(
    st.sampled_from([THREE_COMPLAINTS, CONVERSATION, MIXED]),
    st.sets(st.integers(1, len(MIXED) - 1)),
    st.sets(st.sampled_from(["x#1", "x#2", "x#9", CASE, "x-9-7-nimbusair", "x#7", "x#8"])),
)
def test_all_that_is_stored_is_what_it_is_without(posts: Sequence[Mention], ends: set[int], unread: set[str]) -> None:
    batches = cut(posts, {end for end in ends if end < len(posts)})
    assert stored_after(batches, ahead=True, unread=unread) == stored_after(batches, ahead=False)


@given(st.permutations(MIXED), st.integers(1, 4))
def test_in_whatever_order_they_come(posts: list[Mention], size: int) -> None:
    batches = [posts[start : start + size] for start in range(0, len(posts), size)]
    assert stored_after(batches, ahead=True) == stored_after(batches, ahead=False)


class WatchedStore(MemoryStore):
    """Notes which conversations are asked for one by one, and lets somebody else be faster where ``meddle`` does."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.meddle: Any = None

    def conversation(self, key: str) -> Conversation:
        self.asked.append(key)
        return super().conversation(key)

    def save(self, changes: Any, **given: Any) -> None:
        if self.meddle is not None:
            meddle, self.meddle = self.meddle, None
            meddle()
        super().save(changes, **given)


@pytest.mark.parametrize("number", [1, 10])
def test_a_batch_is_read_together_however_many_customers_are_in_it(number: int) -> None:
    store = WatchedStore()
    reader = MemoryReader(store)
    posts = [replace(BAG, id=f"3{n}", conversation_id=f"3{n}", author=Author(f"a{n}")) for n in range(number)]
    batch = replace(classifier_on(store), reader=reader).prepare({one.id: one for one in posts})
    assert reader.reads <= 2
    asked = len(store.asked)
    for one in posts:
        batch.ingest(one.id)
    assert len(store.cases) == number
    # To write a conversation the fake itself looks which version is stored.
    assert len(store.asked) - asked == number


def test_what_somebody_else_wrote_since_it_was_read_is_read_again_and_not_overwritten() -> None:
    store = WatchedStore()
    classify(classifier_on(store), [BAG])
    batch = replace(classifier_on(store), reader=MemoryReader(store)).prepare({"a": replace(BAG, id="5")})
    before = store.conversations[CASE]
    assert before.case is not None
    taken, entry = before.case.resolve("mia", START)

    def resolve() -> None:
        MemoryStore.save(store, [(replace(before, case=taken), [entry])], now=START)

    store.meddle = resolve
    batch.ingest("a")
    assert store.conversations[CASE].version == before.version + 2
    assert [what for what in store.log(CASE) if what in ("resolved", "reopened")] == ["resolved", "reopened"]


def test_where_others_never_let_go_the_rest_of_the_batch_is_stored_all_the_same() -> None:
    store = MemoryStore()
    classify(classifier_on(store), [BAG])
    batch = replace(classifier_on(store), reader=MemoryReader(store)).prepare({"a": replace(BAG, id="5"), "b": HOLD})
    save = store.save

    def refuse(changes: Any, **given: Any) -> None:
        if given["mention"].stored.mention.id == "5":
            raise ConflictError("changed by somebody else")
        save(changes, **given)

    store.save = refuse  # type: ignore[method-assign]
    with pytest.raises(ConflictError):
        batch.ingest("a")
    batch.ingest("b")
    assert store.mentions.keys() == {"x#1", "x#2"}
