"""Taking mentions in: once each, in one case where it is one thing, whoever else writes meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import MOST_TRIES, ingest
from earshot.cases.stored_mention import StoredMention
from earshot.errors import ConflictError
from earshot.mentions.mention import Author
from earshot.triage.judgement import HIGH, Intent
from earshot.triage.reach import REPOST_STEPS
from earshot.triage.terms.terms import NO_TERMS, Terms
from tests.fakes import BRANDS, CASE, START, MemoryStore, a_judgement, a_mention, an_own_post, changed


def took(store, mention, judgement=None, terms=NO_TERMS):
    stored = StoredMention(mention, judgement or a_judgement(), START)
    return ingest(stored, store, FoldRules(BRANDS, terms))


def a_repost(number, *, of="1", minutes=3.0, followers=0):
    """Somebody passes a post on in a conversation of their own, so many minutes after START."""
    author = Author(f"r{number}", followers=followers)
    return a_mention(f"r{number}", conversation_id=f"r{number}", reposted_id=of, minutes=minutes, author=author)


def test_a_mention_that_is_delivered_twice_changes_nothing_the_second_time():
    store = MemoryStore()
    assert took(store, a_mention()).happened("opened")
    before = replace(
        store, conversations=dict(store.conversations), entries={key: list(log) for key, log in store.entries.items()}
    )
    assert not took(store, a_mention()).new
    assert (store.conversations, store.entries, store.authors) == (before.conversations, before.entries, before.authors)


def test_three_complaints_of_one_author_about_one_thing_are_one_case():
    store = MemoryStore()
    for number, text in enumerate(
        ["my suitcase from NA417 never arrived", "still waiting for the suitcase off NA417", "NA417 suitcase, day two"],
        1,
    ):
        took(store, a_mention(str(number), f"@NimbusAir {text}", conversation_id=str(number)))
    assert [case.posts.conversations for case in store.cases] == [("x#1", "x#2", "x#3")]
    assert set(store.mentions) == {"x#1", "x#2", "x#3"}


@pytest.mark.parametrize(
    "other",
    [
        a_mention("2", "@NimbusAir your app ate my password", conversation_id="2"),
        a_mention("2", "@NimbusAir my bag is lost", conversation_id="2", author=Author("8")),
        a_mention("2", "@NimbusAir my bag is lost", conversation_id="2", minutes=60 * 25),
    ],
    ids=["about another thing", "by another author", "the next day"],
)
def test_what_is_not_the_same_complaint_is_a_case_of_its_own(other):
    store = MemoryStore()
    took(store, a_mention("1", "@NimbusAir suitcase missing since yesterday evening"))
    took(store, other)
    assert len(store.cases) == 2


def test_an_answer_to_any_of_the_complaints_answers_the_case():
    store = MemoryStore()
    took(store, a_mention("1", "@NimbusAir where is suitcase NB4471", conversation_id="1"))
    took(store, a_mention("2", "@NimbusAir suitcase NB4471 please!", conversation_id="2"))
    answered = took(store, an_own_post("9", conversation_id="2"), a_judgement(Intent.OTHER, 0))
    assert answered.case.id == CASE
    assert (answered.case.status, answered.case.response.first_response_seconds) == (Status.REPLIED, 8 * 60)


def test_an_answer_that_came_before_the_second_complaint_was_read_is_taken_over():
    store = MemoryStore()
    took(store, a_mention("1", "@NimbusAir where is suitcase NB4471", conversation_id="1"))
    took(store, an_own_post("9", conversation_id="2"), a_judgement(Intent.OTHER, 0))
    joined = took(store, a_mention("2", "@NimbusAir suitcase NB4471 please!", conversation_id="2"))
    assert joined.case.status is Status.REPLIED


def test_a_repost_of_a_known_complaint_adds_its_reach():
    store = MemoryStore()
    took(store, a_mention("1"))
    took(store, a_mention("2", conversation_id="2", reposted_id="1", author=Author("8", followers=900)))
    assert [(case.posts.spread.reach, case.posts.spread.reposts) for case in store.cases] == [(1020, 1)]


def test_reposts_raise_a_complaint_and_alert_when_it_is_high():
    store = MemoryStore()
    many, some = (step.points for step in REPOST_STEPS)
    took(store, a_mention("1"), a_judgement(urgency=HIGH - some))
    taken = [took(store, a_repost(number, minutes=1 + 3 * number)) for number in range(1, 101)]
    assert [number for number, one in enumerate(taken, 1) if one.happened("escalated")] == [20]
    assert taken[19].case.ladder.alerting is Alerting.DUE
    assert [(case.assessment.urgency, case.posts.spread.reposts) for case in store.cases] == [(HIGH - some + many, 100)]
    assert store.log(CASE)[:3] == ["opened", "rose", "escalated"]


def test_a_repost_that_is_delivered_twice_counts_once():
    store = MemoryStore()
    took(store, a_mention("1"), a_judgement(urgency=52))
    for _ in range(30):
        took(store, a_repost(1))
    assert [(case.assessment.urgency, case.posts.spread.reposts) for case in store.cases] == [(52, 1)]


def test_reposts_of_any_of_the_posts_of_a_case_raise_it():
    store = MemoryStore()
    took(store, a_mention("1", "@NimbusAir where is suitcase NB4471"), a_judgement(urgency=45))
    took(store, a_mention("2", "@NimbusAir suitcase NB4471 please!", conversation_id="2"), a_judgement(urgency=45))
    for number in range(20):
        took(store, a_repost(number, of="12"[number % 2]))
    assert [(case.posts.conversations, case.posts.spread.reposts) for case in store.cases] == [(("x#1", "x#2"), 20)]
    assert [reason.rule for reason in store.cases[0].assessment.reasons[1:]] == ["reach.some_reposts", "reach.speed"]


def test_the_terms_in_force_say_whether_reposts_count():
    store, terms = MemoryStore(), Terms(disabled_rules=frozenset({"reach.speed", "reach.some_reposts"}))
    took(store, a_mention("1"), a_judgement(urgency=52), terms)
    for number in range(20):
        took(store, a_repost(number), terms=terms)
    took(store, a_mention("2", "@NimbusAir so?"), a_judgement(urgency=54), terms)
    took(store, an_own_post("3", in_reply_to_id="1"), a_judgement(Intent.OTHER, 0), terms)
    took(store, a_mention("4", "@NimbusAir my bag is lost", conversation_id="4"), a_judgement(urgency=50), terms)
    assert store.conversations[CASE].case.assessment.urgency == 54
    assert "rose" not in store.log(CASE)


def test_a_repost_of_something_unknown_is_stored_and_opens_nothing():
    store = MemoryStore()
    assert took(store, a_mention("2", conversation_id="2", reposted_id="1")).new
    assert not store.cases


def test_whoever_writes_second_reads_again():
    store = MemoryStore()
    took(store, a_mention("1"))
    interrupted = InterruptedStore(**vars(store), times=MOST_TRIES - 1)
    took(interrupted, a_mention("2"))
    assert "x#2" in interrupted.mentions
    assert interrupted.cases[0].posts.spread.reposts == MOST_TRIES - 1


def test_a_conversation_that_never_stands_still_is_left_to_the_queue():
    store = MemoryStore()
    took(store, a_mention("1"))
    interrupted = InterruptedStore(**vars(store), times=MOST_TRIES)
    with pytest.raises(ConflictError, match="x#2"):
        took(interrupted, a_mention("2"))
    assert "x#2" not in interrupted.mentions


class InterruptedStore(MemoryStore):
    """Somebody else always writes first, ``times`` times."""

    def __init__(self, times: int, **tables):
        super().__init__(**tables)
        self.times = times

    def save(self, changes, **rest):
        if self.times:
            self.times -= 1
            conversation = self.conversation(changes[0][0].key)
            super().save(
                [
                    (
                        replace(
                            conversation,
                            case=changed(
                                conversation.case, posts__spread__reposts=conversation.case.posts.spread.reposts + 1
                            ),
                        ),
                        (),
                    )
                ],
                now=START,
            )
        super().save(changes, **rest)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=20))
def test_each_mention_is_stored_once_however_often_it_is_delivered(deliveries):
    store = MemoryStore()
    taken = [took(store, a_mention(str(number))) for number in deliveries]
    assert sum(one.new for one in taken) == len(store.mentions) == len(set(deliveries))
    assert len(store.cases) == 1
    assert store.log(CASE).count("opened") == 1


def test_a_case_opened_with_the_authors_first_post_however_harmless_that_sounded():
    store = MemoryStore()
    took(store, a_mention("1", "just landed with NimbusAir"), a_judgement(Intent.OTHER, 0))
    took(store, an_own_post("3"), a_judgement(Intent.OTHER, 0))
    case = took(store, a_mention("5", "@NimbusAir but my bag did not")).case
    assert (case.opened_at, case.response.owed_id) == (START + timedelta(minutes=1), "5")
    assert (case.response.first_response_seconds, case.status) == (120, Status.OPEN)
    assert case.response.due_at == START + timedelta(minutes=65)


def test_whom_the_brand_answered_was_owed_an_answer():
    store = MemoryStore()
    took(store, a_mention("1", "landed, NimbusAir style"), a_judgement(Intent.OTHER, 0))
    assert not store.cases
    case = took(store, an_own_post("3", in_reply_to_id="1"), a_judgement(Intent.OTHER, 0)).case
    assert (case.assessment.intent, case.status, case.response.first_response_seconds) == (
        Intent.OTHER,
        Status.REPLIED,
        120,
    )


def test_two_customers_in_one_conversation_have_a_case_each():
    store = MemoryStore()
    took(store, a_mention("1", "@NimbusAir my bag is lost"))
    other = took(store, a_mention("2", "@NimbusAir mine too", author=Author("8", "omar")), a_judgement(urgency=85))
    assert (other.case.id, other.case.author.id, other.case.assessment.urgency) == ("x-1-8-nimbusair", "8", 85)
    jane = store.conversations[CASE].case
    assert (jane.author.id, jane.posts.headline.text, jane.assessment.urgency) == ("7", "@NimbusAir my bag is lost", 65)


def test_one_customer_of_two_brands_has_a_case_with_each():
    store = MemoryStore()
    took(store, a_mention("1", "@NimbusAir flight NA4711 lost my suitcase"))
    took(store, a_mention("2", "@HarborBank you insured flight NA4711", brand="HarborBank"))
    assert {case.id: case.brand for case in store.cases} == {CASE: "NimbusAir", "x-1-7-harborbank": "HarborBank"}


def test_what_is_said_again_elsewhere_in_anothers_conversation_joins_the_case_of_its_author():
    store = MemoryStore()
    took(store, a_mention("1", "@NimbusAir where is suitcase NB4471"))
    took(store, a_mention("2", "@NimbusAir my seat was broken", conversation_id="2", author=Author("8", "omar")))
    joined = took(store, a_mention("3", "@NimbusAir suitcase NB4471 please!", conversation_id="2"))
    assert (joined.case.id, joined.case.posts.conversations) == (CASE, ("x#1", "x#2"))
    assert store.conversations["x-2-7-nimbusair"].merged_into == CASE
    assert store.conversations["x-2-8-nimbusair"].case.posts.conversations == ("x#2",)
    assert {key: stored.conversation for key, stored in store.mentions.items()} == {
        "x#1": CASE,
        "x#2": "x-2-8-nimbusair",
        "x#3": CASE,
    }
