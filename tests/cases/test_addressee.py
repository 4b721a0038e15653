"""A post of the brand answers the customer whom it speaks to, and nobody else in the conversation."""

from dataclasses import replace

import pytest

from earshot.cases.addressee import MOST_HOPS
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.conversation.replies import MOST_WAITING
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.fakes import CASE, START, MemoryStore, a_judgement, a_mention, an_own_post

JANE, OMAR = Author("7", "jane"), Author("8", "omar")
OMARS_CASE = "x-1-8-nimbusair"
RULES = FoldRules(frozenset({"nimbusair", "harborbank"}))


def took(store, mention):
    judgement = a_judgement(Intent.OTHER, 0) if mention.own else a_judgement()
    return ingest(StoredMention(mention, judgement, START), store, RULES)


def brand_says(id, text, **changes):
    return replace(an_own_post(id, **changes), text=text)


def both_complain():
    """A store with a complaint of Jane and one of Omar, in one conversation."""
    store = MemoryStore()
    took(store, a_mention("1", "@NimbusAir my bag is lost", author=JANE))
    took(store, a_mention("2", "@NimbusAir mine too", author=OMAR, in_reply_to_id="1", in_reply_to_user_id="7"))
    return store


def answered(store):
    """The cases that the brand has answered."""
    return {case.id for case in store.cases if case.status is Status.REPLIED}


ANSWERS = {
    "in reply to Omar's post": brand_says("5", "So sorry!", in_reply_to_id="2", in_reply_to_user_id="8"),
    "in reply to Omar's post, whoever it names": an_own_post("5", in_reply_to_id="2"),
    "in reply to a post of Omar that is not known": brand_says(
        "5", "So sorry!", in_reply_to_id="77", in_reply_to_user_id="8"
    ),
    "with Omar's handle first": brand_says("5", "@omar @jane so sorry!"),
    "with Omar's handle in capitals": brand_says("5", "@OMAR so sorry!"),
    "with the brands' handles before Omar's": brand_says("5", "@NimbusAir @HarborBank @omar so sorry!"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_answers_only_whom_it_speaks_to(answer):
    store = both_complain()
    taken = took(store, answer)
    assert (taken.case.id, answered(store)) == (OMARS_CASE, {OMARS_CASE})
    assert store.mentions[answer.key].conversation == OMARS_CASE
    assert store.log(OMARS_CASE).count("replied") == 1


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_read_first_waits_for_whom_it_speaks_to(answer):
    store = MemoryStore()
    assert took(store, answer).case is None
    took(store, a_mention("1", author=JANE))
    took(store, a_mention("2", "@NimbusAir mine too", author=OMAR))
    assert OMARS_CASE in answered(store)
    assert store.mentions[answer.key].conversation == OMARS_CASE


NOBODY = {
    "to everybody": brand_says("5", "Our app is back. Sorry to all who waited"),
    "with a handle in the middle": brand_says("5", "So sorry, @omar!"),
    "in reply to what nobody knows": brand_says("5", "So sorry!", in_reply_to_id="77"),
    "in reply to itself": brand_says("5", "So sorry!", in_reply_to_id="5", in_reply_to_user_id="99"),
    "to another brand": brand_says("5", "@HarborBank hello", in_reply_to_user_id="harborbank"),
    "to somebody who has posted nothing": brand_says("5", "@maria so sorry!"),
    "with somebody's number instead of a handle": brand_says("5", "@8 so sorry!"),
    "in another conversation": brand_says("5", "@omar so sorry!", conversation_id="9"),
}


@pytest.mark.parametrize("answer", NOBODY.values(), ids=NOBODY)
def test_what_speaks_to_none_of_them_answers_nobody(answer):
    store = both_complain()
    taken = took(store, answer)
    assert (taken.new, taken.case, answered(store)) == (True, None, set())
    assert store.mentions[answer.key].conversation is None


def test_a_thread_of_the_brand_answers_whom_its_first_post_answers():
    store = both_complain()
    took(store, brand_says("5", "So sorry!", in_reply_to_id="2"))
    for number in range(6, 10):
        took(store, brand_says(str(number), "And more.", in_reply_to_id=str(number - 1)))
    assert answered(store) == {OMARS_CASE}
    assert len(store.conversations[OMARS_CASE].answers) == 5


@pytest.mark.parametrize("order", [(5, 6, 7), (7, 6, 5), (6, 7, 5), (6, 5, 7)])
def test_a_thread_of_the_brand_may_be_read_in_any_order(order):
    store = both_complain()
    replied_to = {5: "2", 6: "5", 7: "6"}
    for number in order:
        took(store, brand_says(str(number), "So sorry!", in_reply_to_id=replied_to[number]))
    assert answered(store) == {OMARS_CASE}
    assert {store.mentions[f"x#{number}"].conversation for number in order} == {OMARS_CASE}
    assert store.conversations[OMARS_CASE].case.response.first_response_seconds == 180


def test_a_thread_is_followed_only_so_far():
    store = both_complain()
    for number in range(3, MOST_HOPS + 5):
        took(store, brand_says(str(number), "So sorry!", in_reply_to_id=str(number - 1)))
    belong = [store.mentions[f"x#{number}"].conversation for number in range(3, MOST_HOPS + 5)]
    assert belong == [OMARS_CASE] * MOST_HOPS + [None] * 2


def test_two_posts_of_the_brand_that_reply_to_each_other_answer_nobody():
    store = both_complain()
    took(store, brand_says("5", "So sorry!", in_reply_to_id="6"))
    assert took(store, brand_says("6", "So sorry!", in_reply_to_id="5")).case is None
    assert answered(store) == set()


def test_what_the_brand_answered_was_owed_an_answer():
    store = MemoryStore()
    chatter = StoredMention(a_mention("1", "landed, NimbusAir style"), a_judgement(Intent.OTHER, 0), START)
    ingest(chatter, store, RULES)
    assert store.cases == []
    took(store, an_own_post("5", in_reply_to_id="1"))
    assert answered(store) == {CASE}


def test_another_brand_answers_nothing():
    store = both_complain()
    other = {"brand": "HarborBank", "own": True, "author": Author("98", "HarborBank")}
    took(store, a_mention("5", "@omar so sorry!", in_reply_to_id="2", **other))
    took(store, a_mention("6", "@omar so sorry!", **other))
    assert answered(store) == set()
    assert store.mentions["x#5"].conversation == "x-1-8-harborbank"


def test_who_has_no_handle_is_called_by_their_id():
    store = MemoryStore()
    took(store, a_mention("1", author=Author("zoe.example")))
    took(store, a_mention("2", author=Author("ann")))
    took(store, brand_says("5", "@ann so sorry!"))
    assert answered(store) == {"x-1-ann-nimbusair"}


def test_no_more_answers_wait_for_somebody_than_matter():
    store = MemoryStore()
    for number in range(10, MOST_WAITING + 15):
        took(store, an_own_post(str(number)))
    took(store, a_mention("1"))
    answers = store.conversations[CASE].answers
    assert len(answers) == MOST_WAITING
    assert [(at - START).seconds // 60 for at in (answers[0], answers[-1])] == [15, MOST_WAITING + 14]
