"""An edited post is one post with a newer text: its case is judged anew, and what people did with it stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.fakes import BRANDS, CASE, START, MemoryStore, a_judgement, a_mention, an_own_post

OTHER, PRAISE = (a_judgement(intent, 0) for intent in (Intent.OTHER, Intent.PRAISE))
URGENT = a_judgement(urgency=85)
EDITED = a_mention("1", "@NimbusAir I am stranded", edit_ids=("e1",), created_at=START + timedelta(minutes=20))


def took(store, mention, judgement=None):
    judgement = judgement or (OTHER if mention.own else a_judgement(urgency=40))
    return ingest(StoredMention(mention, judgement, START), store, FoldRules(BRANDS))


def store_of(*mentions):
    store = MemoryStore()
    for mention in mentions:
        took(store, mention)
    return store


def test_an_edited_post_has_its_newest_text_and_the_time_of_its_first():
    store = store_of(a_mention("1"))
    case = took(store, EDITED, URGENT).case
    assert (case.posts.headline.text, case.assessment.urgency) == (EDITED.text, 85)
    assert (case.opened_at, case.response.owed_id) == (START + timedelta(minutes=1), "1")
    assert store.log(CASE) == ["opened", "edited", "escalated"]
    assert case.ladder.alerting is Alerting.DUE
    assert len(store.cases) == len(store.mentions) == 1
    stored = store.mentions["x#1"]
    assert (stored.mention.text, stored.mention.created_at) == (EDITED.text, START + timedelta(minutes=1))


def test_a_post_is_found_by_the_ids_of_all_its_versions():
    store = store_of(a_mention("1"), EDITED, replace(EDITED, edit_ids=("e1", "e2")))
    assert store.post("x#e1") == store.post("x#e2") == store.post("x#1") == store.mentions["x#1"]
    assert store.mentions["x#1"].mention.edit_ids == ("e1", "e2")


def test_an_older_version_that_is_read_later_says_only_since_when_the_customer_waits():
    store = store_of(EDITED)
    took(store, a_mention("1"), URGENT)
    stored, case = store.mentions["x#1"], store.conversations[CASE].case
    assert (stored.mention.text, stored.mention.edit_ids) == (EDITED.text, EDITED.edit_ids)
    assert stored.mention.created_at == case.opened_at == START + timedelta(minutes=1)
    assert case.assessment.urgency != 85
    assert not took(store, a_mention("1"), URGENT).new
    assert not took(store, EDITED, URGENT).new


def test_a_question_that_is_put_into_an_answered_post_is_asked_again():
    store = store_of(a_mention("1"), an_own_post("5"))
    took(store, a_mention("7", "landed"), OTHER)
    assert store.conversations[CASE].case.status is Status.REPLIED
    took(store, a_mention("7", "@NimbusAir and my bag?", edit_ids=("e7",), minutes=8))
    assert store.conversations[CASE].case.status is Status.OPEN


def test_what_becomes_milder_is_no_longer_urgent_and_alerts_nobody():
    store = MemoryStore()
    took(store, a_mention("1"), URGENT)
    case = took(store, EDITED, a_judgement(urgency=10)).case
    assert (case.assessment.urgency, case.ladder.steps) == (10, ())


def test_a_case_ends_where_nothing_is_asked_any_more_and_is_open_again_where_something_is():
    store = store_of(a_mention("1"))
    took(store, replace(EDITED, text="all is well"), OTHER)
    case = store.conversations[CASE].case
    assert (case.status, case.is_withdrawn, case.posts.headline.text) == (Status.RESOLVED, True, "all is well")
    took(store, replace(EDITED, text="@NimbusAir no, it is lost", edit_ids=("e1", "e2")))
    case = store.conversations[CASE].case
    assert (case.status, case.is_withdrawn, case.posts.headline.text) == (
        Status.OPEN,
        False,
        "@NimbusAir no, it is lost",
    )
    assert store.log(CASE)[-3:] == ["resolved", "edited", "reopened"]


def test_an_answered_case_keeps_its_first_response_where_nothing_is_asked_any_more():
    store = store_of(a_mention("1"), an_own_post("5"))
    took(store, replace(EDITED, text="all is well"), OTHER)
    case = store.conversations[CASE].case
    assert (case.status, case.response.first_response_seconds) == (Status.REPLIED, 4 * 60)


def test_chatter_that_becomes_a_complaint_opens_a_case():
    store = MemoryStore()
    took(store, a_mention("1", "flying Nimbus"), OTHER)
    assert store.cases == []
    assert took(store, EDITED, URGENT).happened("opened")
    assert store.conversations[CASE].case.opened_at == START + timedelta(minutes=1)


def test_what_people_did_stays():
    store = store_of(a_mention("1"))
    store.change(CASE, lambda found: found.after(found.case.acknowledge("mia", START)), START)
    case = took(store, EDITED, URGENT).case
    assert (case.status, case.acknowledgement.by, case.ladder.alerting) == (Status.ACKNOWLEDGED, "mia", Alerting.OFF)
    assert case.assessment.urgency == 85


@pytest.mark.parametrize("replied_to", ["1", "e1"], ids=["the first version", "the newest version"])
@pytest.mark.parametrize("read_first", [True, False])
def test_an_answer_to_any_version_answers_the_post(replied_to, read_first):
    answer = replace(an_own_post("30", in_reply_to_id=replied_to), text="So sorry!")
    posts = [a_mention("1"), EDITED]
    store = store_of(answer, *posts) if read_first else store_of(*posts, answer)
    assert store.conversations[CASE].case.status is Status.REPLIED
    assert store.mentions["x#30"].conversation == CASE


def test_an_answer_between_two_versions_answers_the_post():
    answer = replace(an_own_post("30", in_reply_to_id="e1"), text="So sorry!")
    store = store_of(a_mention("1"), answer, EDITED)
    assert store.conversations[CASE].case.status is Status.REPLIED
    assert store.mentions["x#30"].conversation == CASE


def test_the_conversation_that_a_version_begins_is_part_of_the_first_ones_case():
    store = store_of(a_mention("1"), EDITED)
    assert store.conversations["x-e1-7-nimbusair"].merged_into == CASE
    further = took(store, a_mention("40", "@NimbusAir well?", conversation_id="e1"))
    assert (further.case.id, store.mentions["x#40"].conversation) == (CASE, CASE)
    took(store, an_own_post("41", conversation_id="e1"))
    assert store.conversations[CASE].case.status is Status.REPLIED


def test_an_edit_of_one_customer_changes_no_other_customers_case():
    store = store_of(a_mention("1"), a_mention("2", "@NimbusAir mine too", author=Author("8", "omar")))
    before = store.conversations["x-1-8-nimbusair"]
    took(store, EDITED, URGENT)
    assert store.conversations["x-1-8-nimbusair"] == before


def test_an_edited_answer_is_one_answer():
    answer = an_own_post("30", in_reply_to_id="1")
    store = store_of(a_mention("1"), answer)
    assert not took(store, replace(answer, edit_ids=("e30",))).new
    assert len(store.conversations[CASE].answers) == 1


@given(st.data())
def test_the_order_in_which_versions_are_read_does_not_matter(data):
    """The newest version decides, whichever were read before it, and whatever was read between them."""
    versions = [
        a_mention("1", f"version {number}", edit_ids=tuple(f"e{one}" for one in range(1, number + 1)))
        for number in range(4)
    ]
    judged = [a_judgement(data.draw(st.sampled_from([Intent.COMPLAINT, Intent.QUESTION])), 10 * n) for n in range(4)]
    others = [
        (a_mention("2", "@NimbusAir well?"), a_judgement(urgency=data.draw(st.integers(0, 100)))),
        (replace(an_own_post("30", in_reply_to_id=data.draw(st.sampled_from(["1", "e2"]))), text="Sorry!"), OTHER),
    ]
    posts = [*zip(versions, judged, strict=True), *others]

    def outcome(arrived):
        store = MemoryStore()
        for mention, judgement in arrived:
            took(store, mention, judgement)
        case = store.conversations[CASE].case
        kept = (case.posts.headline, case.assessment.urgency, case.status, case.response.first_response_at)
        return kept, store.mentions["x#1"].mention, store.mentions["x#30"].conversation

    assert outcome(data.draw(st.permutations(posts))) == outcome(posts)
