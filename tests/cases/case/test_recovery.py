"""The second chance: who came back pleased, who complained again, and that nobody is paged for the pleased."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.cases.case.ladder import Alerting
from earshot.cases.case.recovery import COUNTS_FOR, SILENT_AFTER, RecoveryOutcome, RecoveryStatus, is_silent
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import settle
from earshot.cases.ingest import StoredMention, ingest
from earshot.cases.policy.policy import DEFAULT_LADDER, DEFAULT_POLICY
from earshot.errors import ConflictError
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.fakes import BRANDS, START, MemoryStore, a_judgement, a_mention, an_own_post, changed

OTHER = a_judgement(Intent.OTHER, 0)
PRAISE = a_judgement(Intent.PRAISE, 0)
QUESTION = a_judgement(Intent.QUESTION, 20)
MINUTE = timedelta(minutes=1)
# Of each conversation another thing, so that no two of them are one case.
MATTERS = {"1": "suitcase vanished", "2": "app crashed twice", "3": "seat broken legroom", "4": "refund outstanding"}


def took(store, mention, judgement=None):
    stored = StoredMention(mention, judgement or a_judgement(), START + timedelta(hours=1))
    return ingest(stored, store=store, brands=BRANDS, ladder_for=DEFAULT_POLICY.ladder_for)


def said(number, judgement=None, *, conversation="1", author="7", **changes):
    """A customer's post, so many minutes after START; a complaint unless it is something else."""
    text = f"@NimbusAir {MATTERS[conversation]}"
    mention = a_mention(str(number), text, conversation_id=conversation, author=Author(author), **changes)
    return mention, judgement or a_judgement()


def answered(number, conversation="1"):
    return an_own_post(str(number), conversation_id=conversation), OTHER


def store_of(*posts):
    store = MemoryStore()
    for mention, judgement in posts:
        took(store, mention, judgement)
    return store


def turn_of(store, conversation="1"):
    outcome = store.threads[f"x#{conversation}"].case.recovery.outcome
    return outcome and (str(outcome.status), outcome.mention_id)


# ------------------------------------------------------------------------------------------------------ what counts


@pytest.mark.parametrize("conversation", ["1", "2"], ids=["in the same conversation", "in another one"])
def test_praise_after_the_answer_is_a_complainer_turned_round(conversation):
    store = store_of(said(1), answered(3), said(5, PRAISE, conversation=conversation))
    case = store.threads["x#1"].case
    assert case.recovery.outcome == RecoveryOutcome(RecoveryStatus.RECOVERED, START + 5 * MINUTE, "5")
    assert store.log("x#1")[-2:] == ["replied", "came back pleased"]
    assert case.status is Status.REPLIED


@pytest.mark.parametrize("conversation", ["1", "2"], ids=["in the same conversation", "in another one"])
def test_another_complaint_after_the_answer_is_a_relapse(conversation):
    store = store_of(said(1), answered(3), said(5, conversation=conversation))
    assert turn_of(store) == ("relapsed", "5")
    assert store.log("x#1").count("relapsed") == 1
    if conversation == "2":
        assert turn_of(store, "2") is None


def test_the_last_word_decides():
    posts = [said(1), answered(3), said(5), answered(7), said(9, PRAISE), said(11, PRAISE)]
    store = store_of(*posts)
    assert turn_of(store) == ("recovered", "11")
    assert [what for what in store.log("x#1") if what in ("relapsed", "came back pleased")] == [
        "relapsed",
        "came back pleased",
    ]


@pytest.mark.parametrize(
    "posts",
    [
        [said(1), said(5, PRAISE)],
        [said(1), said(3, PRAISE), answered(5)],
        [said(1), answered(3)],
        [said(1), answered(3), said(5, QUESTION)],
        [said(1), answered(3), said(5, OTHER)],
        [said(1), answered(3), said(5, PRAISE, author="8")],
        [said(1), answered(3), said(5, PRAISE, conversation="2", author="8")],
        [said(1), answered(3), said(5, PRAISE, reposted_id="99")],
        [said(1), answered(3), (answered(5)[0], PRAISE)],
        [said(1, QUESTION), answered(3), said(5)],
        [said(1, QUESTION), answered(3), said(5, PRAISE)],
        [said(1, QUESTION), said(2, author="8"), answered(3), said(5, PRAISE)],
    ],
    ids=[
        "nobody answered",
        "praise before the answer",
        "nothing more was said",
        "a question",
        "small talk",
        "somebody else's praise",
        "somebody else's praise elsewhere",
        "a repost",
        "the brand's own praise",
        "a first complaint after an answered question",
        "no complaint at all",
        "a bystander's complaint",
    ],
)
def test_what_says_nothing_of_the_answer(posts):
    store = store_of(*posts)
    assert turn_of(store) is None
    assert not {"relapsed", "came back pleased"} & set(store.log("x#1"))


def test_what_staff_resolved_counts_as_answered_and_what_they_reopened_does_not():
    store = store_of(said(1))
    case, entry = store.threads["x#1"].case.resolve("mia", START + 3 * MINUTE)
    store.save([(replace(store.thread("x#1"), case=case), [entry])], now=START)
    reopened, entry = case.reopen("mia", START + 4 * MINUTE)
    took(store, *said(5, PRAISE, conversation="2"))
    assert turn_of(store) == ("recovered", "5")
    store.save([(replace(store.thread("x#1"), case=reopened), [entry])], now=START)
    took(store, *said(6, PRAISE))
    assert turn_of(store) is None


def test_what_staff_resolved_before_the_complaint_is_no_answer_to_it():
    store = store_of(said(1, QUESTION))
    case, entry = store.threads["x#1"].case.resolve("mia", START + 3 * MINUTE)
    store.save([(replace(store.thread("x#1"), case=case), [entry])], now=START)
    case = took(store, *said(5)).case
    assert (case.recovery.outcome, case.recovery.ended_at) == (None, None)
    again, _ = case.resolve("mia", START + 7 * MINUTE)
    assert again.recovery.ended_at == START + 7 * MINUTE


def test_a_complaint_after_the_end_is_a_relapse_although_the_end_is_forgotten():
    store = store_of(said(1))
    case, entry = store.threads["x#1"].case.resolve("mia", START + 3 * MINUTE)
    store.save([(replace(store.thread("x#1"), case=case), [entry])], now=START)
    took(store, *said(5))
    took(store, *said(6, QUESTION))
    assert (store.threads["x#1"].case.resolution.at, turn_of(store)) == (None, ("relapsed", "5"))


def test_what_was_no_complaint_cannot_be_turned_round():
    store = store_of(said(1), answered(3))
    case, entry = store.threads["x#1"].case.dismiss("mia", START + 4 * MINUTE)
    store.save([(replace(store.thread("x#1"), case=case), [entry])], now=START)
    took(store, *said(5, PRAISE))
    assert turn_of(store) is None


def test_what_is_said_a_month_later_has_to_do_with_other_things():
    month = COUNTS_FOR // MINUTE
    store = store_of(said(1), answered(3), said(9, PRAISE, conversation="2", minutes=month + 2))
    assert turn_of(store) is None
    took(store, *said(8, PRAISE, conversation="3", minutes=month + 1))
    assert turn_of(store) is None, "what is older than their last word asks nobody anew"
    assert turn_of(store_of(said(1), answered(3), said(9, PRAISE, conversation="2", minutes=month + 1))) == (
        "recovered",
        "9",
    )


@given(st.integers(0, 40 * 24 * 60))
def test_who_says_nothing_for_a_fortnight_after_the_answer_is_silent(minutes):
    case = store_of(said(1), answered(3)).threads["x#1"].case
    answer, now = case.recovery.ended_at, START + (3 + minutes) * MINUTE
    assert is_silent(case.recovery.outcome, answer, now) is (timedelta(minutes=minutes) >= SILENT_AFTER)
    assert not is_silent(RecoveryOutcome(RecoveryStatus.RELAPSED, START, "5"), answer, now)
    assert not is_silent(None, None, now)


# ------------------------------------------------------------------------------------------------- nobody is alerted


def test_a_ladder_that_waits_stops_for_who_comes_back_pleased():
    store = store_of(said(1), answered(3), said(5, QUESTION))
    waiting = store.threads["x#1"].case
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
    case = store.threads["x#1"].case
    assert case.assessment.urgency > 60
    assert (case.ladder.alerting, case.ladder.steps) == (Alerting.OFF, ())
    relapsed = took(store, *said(9)).case
    assert (relapsed.ladder.alerting, relapsed.ladder.rung) == (Alerting.DUE, 1)


def test_an_acknowledgement_that_expires_pages_nobody_for_the_pleased():
    store = store_of(said(1), answered(3), said(5, QUESTION))
    held, entry = store.threads["x#1"].case.acknowledge("mia", START + 6 * MINUTE)
    store.save([(replace(store.thread("x#1"), case=held), [entry])], now=START)
    pleased = took(store, *said(7, PRAISE)).case
    assert (pleased.status, pleased.acknowledgement.by) == (Status.ACKNOWLEDGED, "mia")
    assert pleased.acknowledgement.expires_at == held.acknowledgement.expires_at
    free, _ = pleased.wake(START + 60 * MINUTE, DEFAULT_LADDER)
    assert (free.status, free.ladder.alerting) == (Status.OPEN, Alerting.OFF)
    store.save([(replace(store.thread("x#1"), case=free), [])], now=START)
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
            store.save([(replace(store.thread("x#1"), case=held), [])], now=START)
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
    assert store.log("x#1").count("came back pleased") == 1
    case, entries = settle(store.threads["x#1"].case, store.threads["x#1"].own_posts, START, "NimbusAir")
    assert (case, entries) == (store.threads["x#1"].case, ())


# ------------------------------------------------------------------------------------------------- reads and writes


class CountingStore(MemoryStore):
    """Counts what is read to decide; what it looks up itself to write is not asked of a table."""

    def __init__(self, **tables):
        super().__init__(**tables)
        self.reads = Counter()

    def author(self, key):
        self.reads["authors"] += 1
        return super().author(key)

    def thread(self, key):
        self.reads["threads"] += 1
        return super().thread(key)

    def save(self, changes, **rest):
        before = self.reads.copy()
        super().save(changes, **rest)
        self.reads = before


@pytest.mark.parametrize(
    ("post", "reads"),
    [
        (said(9, QUESTION), {"threads": 1}),
        (said(9, OTHER), {"threads": 1}),
        (answered(9), {"threads": 1}),
        (said(9, QUESTION, conversation="2"), {"threads": 1}),
        (said(9, PRAISE), {"threads": 1, "authors": 1}),
        (said(9, PRAISE, conversation="2"), {"threads": 2, "authors": 1}),
        (said(9, PRAISE, conversation="2", author="8"), {"threads": 1, "authors": 1}),
    ],
)
def test_only_those_who_praise_or_complain_are_looked_up(post, reads):
    store = CountingStore(**vars(store_of(said(1), answered(3))))
    took(store, *post)
    assert store.reads == reads


def test_whoever_writes_second_to_the_other_conversation_reads_again():
    store = store_of(said(1), answered(3))
    interrupted = InterruptedStore(**vars(store))
    took(interrupted, *said(5, PRAISE, conversation="2"))
    assert (interrupted.refused, turn_of(interrupted)) == (1, ("recovered", "5"))
    assert interrupted.threads["x#1"].case.spread.reposts == 1


class InterruptedStore(MemoryStore):
    """Somebody else changes the complaint's conversation once, between the read and the write."""

    refused = 0

    def save(self, changes, **rest):
        if not self.refused:
            thread = self.thread("x#1")
            super().save([(replace(thread, case=changed(thread.case, spread__reposts=1)), ())], now=START)
        try:
            super().save(changes, **rest)
        except ConflictError:
            self.refused += 1
            raise
