"""The load is what it says: the sample's mix, by authors of their own, and kinds that are judged as such."""

from collections import Counter

import pytest

from earshot.cases.conversation.fold import owes_answer
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Severity
from infra.bench.load import BRAND, PostKind, of_kind, stream
from infra.bench.pipeline import judge_with_lexicon
from infra.local.sample import sample

BRANDS = frozenset(handle.lower() for handle in sample.BRANDS)


def test_each_copy_of_the_stream_is_told_by_other_people_in_other_conversations():
    posts = stream(2)
    assert len(posts) == 2 * len(sample.load())
    assert len({post.key for post in posts}) == len(posts)
    customers = [Counter(post.author.id for post in half if not post.own) for half in (posts[:333], posts[333:])]
    assert not customers[0].keys() & customers[1].keys()


def test_what_refers_to_another_post_refers_to_one_of_its_own_copy():
    keys = {post.id for post in stream(1, offset=3)}
    for post in stream(1, offset=3):
        assert {post.in_reply_to_id, post.reposted_id, post.quoted_id} <= keys | {None}


def test_the_brands_own_posts_are_known_as_such():
    assert {post.own for post in stream(1) if post.author.handle in sample.BRANDS} == {True}
    assert {post.brand for post in stream(1)} <= set(sample.BRANDS)


def test_every_post_can_be_queued():
    for post in [*stream(1), *(post for kind in PostKind for post in of_kind(kind, 2))]:
        assert Mention.from_record(post.to_record()) == post


@pytest.mark.parametrize(
    ("kind", "owed", "severities"),
    [
        (PostKind.CHATTER, False, {Severity.LOW}),
        (PostKind.COMPLAINT, True, {Severity.NORMAL}),
        (PostKind.URGENT, True, {Severity.HIGH, Severity.CRITICAL}),
        (PostKind.FOLLOW_UP, True, {Severity.LOW, Severity.NORMAL}),
    ],
)
def test_a_kind_is_judged_as_what_it_stands_for(kind, owed, severities):
    for stored in judge_with_lexicon(of_kind(kind, 3)):
        assert owes_answer(stored.mention, stored.judgement, BRANDS) is owed
        assert stored.judgement.severity in severities
        assert kind is PostKind.CHATTER or stored.judgement.intent is Intent.COMPLAINT


def test_replies_reposts_and_repeats_are_of_the_complaint_of_their_number():
    complaint = of_kind(PostKind.COMPLAINT, 1, first=7)[0]
    assert of_kind(PostKind.FOLLOW_UP, 1, first=7)[0].conversation_key == complaint.conversation_key
    assert of_kind(PostKind.FOLLOW_UP, 1, first=7)[0].author.id == complaint.author.id
    assert of_kind(PostKind.OWN_REPLY, 1, first=7)[0].in_reply_to_id == complaint.id
    assert of_kind(PostKind.REPOST, 1, first=7)[0].reposted_id == complaint.id
    assert of_kind(PostKind.DUPLICATE, 1, first=7)[0].key == complaint.key
    assert BRAND in sample.BRANDS
