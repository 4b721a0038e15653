"""What was written before a source was listened to alerts nobody; what any source brings as news is news.

A post that two sources bring, one as history and one as news, is news in every order, however often it comes.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from earshot.errors import DuplicateError
from earshot.mentions.mention import Author
from earshot.triage.judgement import HIGH, Intent
from tests.cases.conversation.test_repost import SOME
from tests.cases.test_classifier import classify
from tests.cases.test_ingest import a_repost
from tests.fakes import BRANDS, CASE, START, MemoryStore, a_judgement, a_mention, an_own_post

NEWS = a_mention("1", "@NimbusAir you lost my suitcase, I am stranded and furious", minutes=0)
HISTORY = replace(NEWS, baseline=True)
URGENT = a_judgement(urgency=90)
NOTHING = a_judgement(Intent.OTHER, 0)


def took(store, mention, judgement=URGENT):
    now = START + timedelta(minutes=30)
    return ingest(StoredMention(mention, NOTHING if mention.own else judgement, now), store, FoldRules(BRANDS))


def summary(store):
    """What is known of the case, but for its log."""
    (case,) = store.cases
    return replace(case, version=0)


@pytest.mark.parametrize("copies", sorted(set(permutations([True, True, False, False]))))
def test_a_post_that_one_source_brings_as_history_and_another_as_news_alerts_once_in_every_order(copies):
    store = MemoryStore()
    for is_history in copies:
        took(store, replace(NEWS, baseline=is_history))
    assert not store.mentions[NEWS.key].mention.baseline
    (case,) = store.cases
    assert (case.posts.is_history, case.ladder.alerting) == (False, Alerting.DUE)
    assert store.log(CASE).count("escalated") == store.log(CASE).count("opened") == 1
    assert store.log(CASE).count("heard as news") == copies[0]


@pytest.mark.parametrize("copies", sorted(set(permutations([True, False, False]))))
@pytest.mark.parametrize("is_one_batch", [True, False])
def test_the_classifier_hears_news_in_what_it_stored_as_history(copies, is_one_batch):
    store, mentions = MemoryStore(), [replace(NEWS, baseline=is_history) for is_history in copies]
    for batch in [mentions] if is_one_batch else [[one] for one in mentions]:
        classify(store, *batch)
    (case,) = store.cases
    assert (case.posts.is_history, case.ladder.alerting) == (False, Alerting.DUE)


def test_history_alone_alerts_nobody_and_is_classified_once():
    store = MemoryStore()
    classify(store, HISTORY)
    stored = dict(store.mentions)
    classify(store, HISTORY)
    assert store.mentions == stored
    assert (store.cases[0].posts.is_history, store.cases[0].ladder.alerting) == (True, Alerting.OFF)


@given(st.data())
def test_a_conversation_alerts_alike_however_its_copies_arrive(data):
    posts = [
        NEWS,
        a_mention("2", "@NimbusAir well?", in_reply_to_id="1"),
        a_mention("3", "@NimbusAir never mind", author=Author("8", "bob"), conversation_id="9"),
    ]
    judged = {post.id: a_judgement(urgency=data.draw(st.integers(0, 100))) for post in posts}
    copies = [replace(post, baseline=old) for post in posts for old in (False, data.draw(st.booleans()))]
    plain, mixed = MemoryStore(), MemoryStore()
    for post in posts:
        took(plain, post, judged[post.id])
    for copy in data.draw(st.permutations(copies)):
        took(mixed, copy, judged[copy.id])

    def told(store):
        return {
            case.id: (case.posts.is_history, case.ladder.alerting is Alerting.OFF, case.assessment.urgency)
            for case in store.cases
        }

    assert told(mixed) == told(plain)


def test_news_is_judged_anew():
    store = MemoryStore()
    took(store, HISTORY, a_judgement(urgency=10))
    case = took(store, NEWS, URGENT).case
    assert (case.assessment.urgency, case.ladder.alerting) == (90, Alerting.DUE)


@pytest.mark.parametrize("act", ["acknowledge", "resolve"])
def test_what_staff_did_with_history_stays_when_it_is_news(act):
    store = MemoryStore()
    took(store, HISTORY)
    conversation = store.conversations[CASE]
    case, entry = getattr(conversation.case, act)("mia", START + timedelta(minutes=5))
    store.save([(replace(conversation, case=case), [entry])], now=START)
    heard = took(store, NEWS).case
    assert heard.status in (Status.ACKNOWLEDGED, Status.RESOLVED)
    assert (heard.posts.is_history, heard.ladder.alerting) == (False, Alerting.OFF)


def test_history_that_the_brand_has_answered_is_news_without_an_alert():
    store = MemoryStore()
    took(store, HISTORY)
    took(store, an_own_post("2", in_reply_to_id="1"))
    case = took(store, NEWS).case
    assert (case.status, case.ladder.alerting) == (Status.REPLIED, Alerting.OFF)


def test_news_that_nobody_is_owed_an_answer_for_opens_no_case():
    store = MemoryStore()
    for mention in (replace(HISTORY, text="nimbus air"), replace(NEWS, text="nimbus air")):
        took(store, mention, NOTHING)
    assert store.cases == []
    assert not store.mentions[NEWS.key].mention.baseline


@pytest.mark.parametrize("copies", sorted(set(permutations([True, False, False]))))
def test_a_repost_that_one_source_brings_as_history_raises_and_alerts_once_in_every_order(copies):
    store = MemoryStore()
    took(store, NEWS, a_judgement(urgency=HIGH - SOME))
    for number in range(1, 20):
        took(store, a_repost(number, minutes=3.0 * number))
    assert store.cases[0].ladder.alerting is Alerting.OFF
    for is_history in copies:
        took(store, replace(a_repost(20, minutes=60.0), baseline=is_history))
    (case,) = store.cases
    assert case.posts.spread.reposts == 20
    assert case.ladder.alerting is Alerting.DUE
    assert store.log(CASE).count("rose") == store.log(CASE).count("escalated") == 1


def test_news_that_is_stored_while_the_same_post_is_stored_as_history_wins():
    class Racing(MemoryStore):
        def save(self, changes, **options):
            if not self.mentions:
                MemoryStore.save(self, [], now=START, mention=None)
                racing, self.__class__ = self, MemoryStore
                took(racing, HISTORY)
                raise DuplicateError(NEWS.key)
            super().save(changes, **options)

    store = Racing()
    took(store, NEWS)
    assert (store.cases[0].posts.is_history, store.cases[0].ladder.alerting) == (False, Alerting.DUE)
