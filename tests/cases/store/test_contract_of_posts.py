"""The contract of the case store for posts and what waits for them, which the fake and the real table both fulfil."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from earshot.cases.author_cases import AuthorCases
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.replies import AwaitedPost, Participant, Reply
from earshot.cases.stored_mention import KnownPost, MentionWrite, StoredMention
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent
from tests.cases.store.contract_stores import Kept
from tests.cases.store.test_contract import store_mention
from tests.fakes import CASE, START, a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow

OTHER = a_judgement(Intent.OTHER, 0)
JANE = Participant("x#1", "nimbusair", "jane")


def a_reply(number: int, brand: str = "NimbusAir") -> Reply:
    return Reply(str(number), START + timedelta(minutes=number), brand, brand)


def as_stored(mention: Mention, conversation: str | None = CASE) -> StoredMention:
    return StoredMention(mention, OTHER if mention.own else a_judgement(), START, conversation)


def write(kept: Kept, mention: Mention, conversation: str | None = CASE, version: int = 0, **beside: Any) -> None:
    """Store a mention with what is written beside it."""
    stored = replace(as_stored(mention, conversation), version=version)
    kept.store.save([], now=START, mention=MentionWrite(stored, **beside))


# ----------------------------------------------------------------------------------------------------------- posts


def test_a_post_comes_back_with_its_conversation_one_version_later(kept):
    write(kept, a_mention("1"))
    write(kept, a_mention("2", reposted_id="1"), None)
    found = kept.store.post("x#1")
    assert (found, found.version, found.conversation) == (as_stored(a_mention("1")), 1, CASE)
    assert kept.store.post("x#2").conversation is None


def test_reposts_are_stored_together_or_none_of_them_is(kept):
    reposts = [as_stored(a_mention(str(number), reposted_id="1"), None) for number in (2, 3, 4)]
    kept.store.save([], now=START, mention=MentionWrite(reposts[0], others=tuple(reposts[1:])))
    assert [kept.store.post(f"x#{number}") for number in (2, 3, 4)] == reposts
    before = kept.contents()
    more = [as_stored(a_mention(str(number), reposted_id="1"), None) for number in (5, 4)]
    for first, second in (more, reversed(more)):
        change = (Conversation(CASE), ())
        with pytest.raises(DuplicateError):
            kept.store.save([change], now=START, mention=MentionWrite(first, others=(second,)))
    assert kept.contents() == before


def test_which_posts_are_known_and_how_often_each_was_edited(kept):
    write(kept, a_mention("1"))
    write(kept, a_mention("2", edit_ids=("3", "4")), edit_ids=(AwaitedPost("x#3"), AwaitedPost("x#4")))
    write(kept, an_own_post("5", in_reply_to_id="6"), None, awaited=AwaitedPost("x#6").with_replies([a_reply(5)]))
    write(kept, a_mention("8", baseline=True))
    assert kept.store.known([f"x#{number}" for number in (1, 2, 3, 5, 6, 7, 8, 1)]) == {
        "x#1": KnownPost(0),
        "x#2": KnownPost(2),
        "x#5": KnownPost(0),
        "x#8": KnownPost(0, is_history=True),
    }
    assert kept.store.known([]) == {}


def test_the_posts_of_a_customer_are_theirs_and_the_answers_to_them(kept):
    for post in (a_mention("1"), a_mention("2"), an_own_post("3")):
        write(kept, post)
    write(kept, a_mention("4"), "x-1-8-nimbusair")
    write(kept, an_own_post("5"), None)
    assert {one.mention.id for one in kept.store.posts(CASE)} == {"1", "2", "3"}
    assert {one.mention.id for one in kept.store.posts("x-1-8-nimbusair")} == {"4"}
    assert list(kept.store.posts("x-2-7-nimbusair")) == []


def test_a_later_version_takes_the_place_of_the_one_that_was_read(kept):
    write(kept, a_mention("1"))
    edited = a_mention("1", "newer", edit_ids=("e1",))
    write(kept, edited, version=1)
    assert (kept.store.post("x#1").mention, kept.store.post("x#1").version) == (edited, 2)
    before = kept.contents()
    for version in (0, 1, 3):
        with pytest.raises(DuplicateError, match="x#1"):
            write(kept, a_mention("1", "older"), version=version)
        with pytest.raises(DuplicateError, match="x#1"):
            kept.store.put_mention(replace(as_stored(a_mention("1", "older")), version=version))
    assert kept.contents() == before


# ---------------------------------------------------------------------------------------------------- awaited posts


def test_replies_wait_for_the_post_that_they_reply_to(kept):
    write(kept, an_own_post("5"), None, awaited=AwaitedPost("x#1", replies=(a_reply(5),)))
    awaited = kept.store.post("x#1")
    assert (awaited, awaited.version) == (AwaitedPost("x#1", 1, (a_reply(5),)), 1)
    write(kept, an_own_post("6"), None, awaited=awaited.with_replies([a_reply(6)]))
    assert kept.store.post("x#1") == AwaitedPost("x#1", 2, (a_reply(5), a_reply(6)))


def test_a_post_takes_the_place_of_what_waited_for_it_and_only_in_its_version(kept):
    write(kept, an_own_post("5"), None, awaited=AwaitedPost("x#1", replies=(a_reply(5),)))
    before = kept.contents()
    for version in (0, 2):
        with pytest.raises(DuplicateError, match="x#1"):
            write(kept, a_mention("1"), version=version)
        with pytest.raises(DuplicateError, match="x#1"):
            kept.store.put_mention(replace(as_stored(a_mention("1")), version=version))
    assert kept.contents() == before
    write(kept, a_mention("1"), version=1)
    assert (kept.store.post("x#1").mention, kept.store.post("x#1").version) == (a_mention("1"), 2)


def test_a_mention_that_changes_no_case_takes_the_place_of_what_waited_too(kept):
    write(kept, an_own_post("5"), None, awaited=AwaitedPost("x#1", replies=(a_reply(5),)))
    kept.store.put_mention(replace(as_stored(a_mention("1"), None), version=1))
    assert kept.store.post("x#1") == as_stored(a_mention("1"), None)


@pytest.mark.parametrize("version", [0, 2])
def test_who_lets_a_reply_wait_from_another_version_writes_nothing(kept, version):
    write(kept, an_own_post("5"), None, awaited=AwaitedPost("x#1", replies=(a_reply(5),)))
    before = kept.contents()
    with pytest.raises(ConflictError):
        write(kept, an_own_post("6"), None, awaited=AwaitedPost("x#1", version, (a_reply(6),)))
    assert kept.contents() == before


def test_nothing_waits_for_a_post_that_was_stored_meanwhile(kept):
    write(kept, a_mention("1"))
    before = kept.contents()
    with pytest.raises(ConflictError):
        write(kept, an_own_post("5"), None, awaited=AwaitedPost("x#1", replies=(a_reply(5),)))
    assert kept.contents() == before


# ------------------------------------------------------------------------------------------------------ edited posts


def test_a_post_is_found_by_the_ids_of_its_later_versions(kept):
    edited = a_mention("1", "newest", edit_ids=("e1", "e2"))
    write(kept, edited, edit_ids=(AwaitedPost("x#e1"), AwaitedPost("x#e2")))
    assert kept.store.post("x#e1") == kept.store.post("x#e2") == kept.store.post("x#1") == as_stored(edited)
    assert [one.mention.id for one in kept.store.posts(CASE)] == ["1"]


def test_the_id_of_a_later_version_takes_the_place_of_what_waited_for_it_and_only_in_its_version(kept):
    write(kept, an_own_post("5"), None, awaited=AwaitedPost("x#e1", replies=(a_reply(5),)))
    before = kept.contents()
    edited = a_mention("1", edit_ids=("e1",))
    for version in (0, 2):
        with pytest.raises(ConflictError):
            write(kept, edited, edit_ids=(AwaitedPost("x#e1", version),))
    assert kept.contents() == before
    write(kept, edited, edit_ids=(kept.store.post("x#e1"),))
    assert kept.store.post("x#e1") == as_stored(edited)


def test_nothing_waits_for_a_later_version_that_was_stored_meanwhile(kept):
    write(kept, a_mention("1", edit_ids=("e1",)), edit_ids=(AwaitedPost("x#e1"),))
    before = kept.contents()
    with pytest.raises(ConflictError):
        write(kept, an_own_post("5"), None, awaited=AwaitedPost("x#e1", replies=(a_reply(5),)))
    assert kept.contents() == before


# ------------------------------------------------------------------------------------------------------ participants


def test_replies_wait_for_somebody_by_name(kept):
    write(kept, an_own_post("5"), None, participant=JANE.with_replies([a_reply(5)]))
    waiting = kept.store.participant(JANE)
    assert waiting == replace(JANE, version=1, replies=(a_reply(5),))
    write(kept, a_mention("1"), participant=replace(waiting, conversation=CASE, replies=()))
    assert kept.store.participant(JANE) == replace(JANE, version=2, conversation=CASE)


@pytest.mark.parametrize("version", [0, 2])
def test_who_writes_of_somebody_from_another_version_writes_nothing(kept, version):
    write(kept, an_own_post("5"), None, participant=JANE.with_replies([a_reply(5)]))
    before = kept.contents()
    with pytest.raises(ConflictError):
        write(kept, a_mention("1"), participant=replace(JANE, version=version, conversation=CASE))
    assert kept.contents() == before


def test_people_are_told_apart_by_conversation_brand_and_name(kept):
    others = [
        replace(JANE, thread="x#2"),
        replace(JANE, brand="harborbank"),
        replace(JANE, name="omar"),
        replace(JANE, name="adam"),
    ]
    for number, person in enumerate([JANE, *others], start=1):
        write(kept, an_own_post(str(number)), None, participant=person.with_replies([a_reply(number)]))
    assert [kept.store.participant(person).replies for person in (JANE, *others)] == [
        (a_reply(number),) for number in range(1, 6)
    ]
    assert [person.name for person in kept.store.participants("x#1", "NimbusAir")] == ["adam", "jane", "omar"]
    assert [person.name for person in kept.store.participants("x#2", "nimbusair")] == ["jane"]
    assert list(kept.store.participants("x#3", "nimbusair")) == []


# ------------------------------------------------------------------------------------------------------------ refiled


def test_a_post_of_the_brand_belongs_to_a_customer_after_all(kept):
    for number in ("5", "6"):
        write(kept, an_own_post(number), None)
    write(kept, a_mention("1"), refiled={"x#5": CASE})
    assert kept.store.post("x#5") == as_stored(an_own_post("5"))
    assert kept.store.post("x#6").conversation is None
    assert {one.mention.id for one in kept.store.posts(CASE)} == {"1", "5"}


def test_where_a_post_that_is_refiled_is_not_stored_nothing_is_written(kept):
    write(kept, an_own_post("5"), None)
    write(kept, an_own_post("6"), None, awaited=AwaitedPost("x#7", replies=(a_reply(6),)))
    before = kept.contents()
    for missing in ("x#7", "x#8"):
        with pytest.raises(ConflictError):
            write(kept, a_mention("1"), refiled={"x#5": CASE, missing: CASE})
    assert kept.contents() == before


# ------------------------------------------------------------------------------------------------------ all or nothing


@pytest.mark.parametrize(
    "conflict",
    [
        {"awaited": AwaitedPost("x#2", 3)},
        {"edit_ids": (AwaitedPost("x#2", 3),)},
        {"participant": replace(JANE, version=3)},
        {"refiled": {"x#2": CASE}},
    ],
    ids=lambda conflict: next(iter(conflict)),
)
def test_where_one_of_many_has_changed_nothing_is_written(kept, conflict):
    before = kept.contents()
    mention = MentionWrite(as_stored(a_mention("1")), **conflict)
    with pytest.raises(ConflictError):
        kept.store.save([(Conversation(CASE), ())], now=START, mention=mention, author=AuthorCases("x#7"))
    assert kept.contents() == before


def test_what_ingesting_leaves_to_wait_is_taken_up_by_whom_it_waited_for(kept):
    store_mention(kept, an_own_post("5", in_reply_to_id="77"), OTHER)
    store_mention(kept, replace(an_own_post("6", in_reply_to_id="5"), text="And more."), OTHER)
    replies = (replace(a_reply(5), names_customer=True), a_reply(6))
    assert kept.store.participant(JANE).replies == kept.store.post("x#77").replies == replies
    case = store_mention(kept, a_mention("1")).case
    assert (case.id, case.status) == (CASE, "replied")
    assert {one.mention.id for one in kept.store.posts(CASE)} == {"1", "5", "6"}
    assert kept.store.participant(JANE) == replace(JANE, version=3, conversation=CASE)
    store_mention(kept, replace(a_mention("77"), created_at=START), OTHER)
    assert kept.store.post("x#77").conversation == CASE
    assert kept.store.conversation(CASE).answered_ids == ("77",)


def test_an_edit_is_stored_as_the_newest_version_of_one_post(kept):
    store_mention(kept, a_mention("1"))
    edited = a_mention("1", "@NimbusAir I am stranded", edit_ids=("e1",))
    assert store_mention(kept, edited, a_judgement(urgency=85)).happened("edited")
    before = kept.contents()
    assert not store_mention(kept, edited).new
    assert not store_mention(kept, a_mention("1")).new
    assert kept.contents() == before
    assert kept.store.post("x#e1").mention == replace(edited, edited_at=edited.created_at)
    assert kept.store.conversation("x-e1-7-nimbusair").merged_into == CASE
