"""A customer who came back pleased alerts nobody, in whatever order and however often posts arrive."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import apply_answers
from earshot.cases.policy.policy import DEFAULT_LADDER
from earshot.errors import ConflictError
from earshot.triage.judgement import Intent
from tests.cases.case.test_recovery import MINUTE, OTHER, PRAISE, QUESTION, answered, said, store_of, took, turn_of
from tests.fakes import CASE, START, MemoryStore, a_judgement, a_mention, changed


def test_a_ladder_that_waits_stops_for_who_comes_back_pleased():
    store = store_of(said(1), answered(3), said(5, QUESTION))
    waiting = store.conversations[CASE].case
    assert (waiting.status, waiting.ladder.alerting) == (Status.OPEN, Alerting.WAITING)
    case = took(store, *said(6, PRAISE)).case
    assert (case.status, case.ladder.alerting, case.ladder.wakes_at) == (Status.OPEN, Alerting.OFF, None)
    assert case.climb(START + timedelta(days=1)) is None


@pytest.mark.parametrize("by_reposts", [False, True])
def test_nothing_alerts_for_a_pleased_customer_until_they_ask_again(by_reposts):
    store = store_of(said(1, a_judgement(urgency=52)), answered(3), said(5, QUESTION), said(6, PRAISE))
    if by_reposts:
        for number in range(200, 230):
            took(store, a_mention(str(number), conversation_id=str(number), reposted_id="1", minutes=7), OTHER)
    else:
        took(store, *said(4, a_judgement(urgency=85)))
    case = store.conversations[CASE].case
    assert case.assessment.urgency > 60
    assert (case.ladder.alerting, case.ladder.steps) == (Alerting.OFF, ())
    relapsed = took(store, *said(9)).case
    assert (relapsed.ladder.alerting, relapsed.ladder.rung) == (Alerting.DUE, 1)


def test_an_acknowledgement_that_expires_pages_nobody_for_the_pleased():
    store = store_of(said(1), answered(3), said(5, QUESTION))
    held, entry = store.conversations[CASE].case.acknowledge("mia", START + 6 * MINUTE)
    store.save([(replace(store.conversation(CASE), case=held), [entry])], now=START)
    pleased = took(store, *said(7, PRAISE)).case
    assert (pleased.status, pleased.acknowledgement.by) == (Status.ACKNOWLEDGED, "mia")
    assert pleased.acknowledgement.expires_at == held.acknowledgement.expires_at
    free, _ = pleased.wake(START + 60 * MINUTE, DEFAULT_LADDER)
    assert (free.status, free.ladder.alerting) == (Status.OPEN, Alerting.OFF)
    store.save([(replace(store.conversation(CASE), case=free), [])], now=START)
    assert took(store, *said(70)).case.ladder.alerting is Alerting.DUE


KINDS = {
    "complaint": said,
    "praise": lambda number: said(number, PRAISE),
    "question": lambda number: said(number, QUESTION),
    "answer": answered,
}


@given(st.data())
@settings(deadline=None)
def test_whatever_is_heard_nobody_is_paged_while_the_complainer_is_pleased(data):
    """Posts in any order, and staff who take, hand over and let go: no ladder runs, and none begins by itself."""
    store = MemoryStore()
    for number in data.draw(st.permutations(range(1, 9))):
        post = data.draw(
            st.sampled_from([said(number), said(number, PRAISE), said(number, QUESTION), answered(number)])
        )
        case = took(store, *post).case
        if case is not None and data.draw(st.booleans()) and case.status in (Status.OPEN, Status.ACKNOWLEDGED):
            held, _ = case.acknowledge("mia", START + timedelta(hours=1)) or (case, None)
            store.save([(replace(store.conversation(CASE), case=held), [])], now=START)
        for case in store.cases:
            woken = case.wake(START + timedelta(days=9), DEFAULT_LADDER)
            for one in (case, woken[0] if woken else case):
                assert not one.is_pleased or one.ladder.alerting is Alerting.OFF


# --------------------------------------------------------------------------------------------------------- any order


@given(st.data())
@settings(deadline=None)
def test_over_conversations_the_order_of_arrival_does_not_matter(data):
    """One customer's posts in four conversations, and the brand's answers, heard in any order and some twice."""
    posts = []
    for number in range(1, data.draw(st.integers(1, 9)) + 1):
        conversation = data.draw(st.sampled_from("1234"))
        if data.draw(st.integers(0, 3)) == 0:
            posts.append(answered(number, conversation))
        else:
            meant = data.draw(st.sampled_from([Intent.COMPLAINT, Intent.PRAISE, Intent.QUESTION]))
            posts.append(said(number, a_judgement(meant, 40), conversation=conversation))
    again = data.draw(st.lists(st.integers(0, len(posts) - 1), max_size=3))
    shuffled = data.draw(st.permutations([*range(len(posts)), *again]))
    assert turns(store_of(*(posts[place] for place in shuffled))) == turns(store_of(*posts))


def turns(store):
    return {case.id: (case.recovery.complained_at, case.recovery.outcome) for case in store.cases}


@given(st.permutations([said(1), answered(3), said(5, PRAISE, conversation="2")]))
def test_however_often_it_is_heard_it_is_told_once(posts):
    store = store_of(*posts, *posts)
    assert store.log(CASE).count("came back pleased") == 1
    conversation = store.conversations[CASE]
    assert apply_answers(conversation.case, conversation.answers, START, "NimbusAir") == (conversation.case, ())


# ------------------------------------------------------------------------------------------------- reads and writes


class CountingStore(MemoryStore):
    """Counts what is read to decide; what it looks up itself to write is not asked of a table."""

    def __init__(self, **tables):
        super().__init__(**tables)
        self.reads = Counter()

    def post(self, key):
        self.reads["posts"] += 1
        return super().post(key)

    def participant(self, wanted):
        self.reads["participants"] += 1
        return super().participant(wanted)

    def author(self, key):
        self.reads["authors"] += 1
        return super().author(key)

    def conversation(self, key):
        self.reads["conversations"] += 1
        return super().conversation(key)

    def save(self, changes, **rest):
        before = self.reads.copy()
        super().save(changes, **rest)
        self.reads = before


@pytest.mark.parametrize(
    ("post", "reads"),
    [
        (said(9, QUESTION), {"conversations": 1}),
        (said(9, OTHER), {"conversations": 1}),
        (answered(9), {"conversations": 1, "participants": 1}),
        (said(9, QUESTION, conversation="2"), {"conversations": 1, "participants": 1}),
        (said(9, QUESTION, author="8"), {"conversations": 1, "participants": 1}),
        (said(9, PRAISE), {"conversations": 1, "authors": 1}),
        (said(9, PRAISE, conversation="2"), {"conversations": 2, "participants": 1, "authors": 1}),
        (said(9, PRAISE, conversation="2", author="8"), {"conversations": 1, "participants": 1, "authors": 1}),
    ],
)
def test_only_what_may_matter_is_looked_up(post, reads):
    store = CountingStore(**vars(store_of(said(1), answered(3))))
    took(store, *post)
    assert store.reads == reads | {"posts": 1}


def test_whoever_writes_second_to_the_other_conversation_reads_again():
    store = store_of(said(1), answered(3))
    interrupted = InterruptedStore(**vars(store))
    took(interrupted, *said(5, PRAISE, conversation="2"))
    assert (interrupted.refused, turn_of(interrupted)) == (1, ("recovered", "5"))
    assert interrupted.conversations[CASE].case.posts.spread.reposts == 1


class InterruptedStore(MemoryStore):
    """Somebody else changes the complaint's conversation once, between the read and the write."""

    refused = 0

    def save(self, changes, **rest):
        if not self.refused:
            conversation = self.conversation(CASE)
            super().save(
                [(replace(conversation, case=changed(conversation.case, posts__spread__reposts=1)), ())], now=START
            )
        try:
            super().save(changes, **rest)
        except ConflictError:
            self.refused += 1
            raise
