"""The sample stream keeps what it promises: sound links, every story, every language, every intent."""

from collections import Counter

import pytest

from earshot.cases.incidents.statistics import find_anomaly
from earshot.triage.judgement import Intent
from earshot.triage.terms.terms import Terms
from infra.evaluation.triage import TriagePost, triage_posts
from infra.local.sample import sample

FIELDS = {
    "id",
    "offset_seconds",
    "author_id",
    "author_handle",
    "author_name",
    "followers",
    "verified",
    "text",
    "lang",
    "conversation_id",
    "in_reply_to_id",
    "reposted_id",
    "quoted_id",
}
STORIES = {
    "delayed-flight",
    "hate",
    "baggage",
    "dog-walk",
    "steak",
    "blog",
    "drink",
    "joke",
    "repost-storm",
    "outage",
    "thrice",
    "long",
    "fraud",
    "hacked",
    "sarcasm",
    "caps",
    "emoji",
    "lawyer",
    "gate",
    "unsupported-language",
}
LANGUAGES = {"en", "es", "pt", "fr", "de", "it", "ja", "ar", "nl", "tr"}


@pytest.fixture(scope="module")
def posts():
    return sample.load()


@pytest.fixture(scope="module")
def by_id(posts):
    return {post["id"]: post for post in posts}


def story(posts, name):
    return [post for post in posts if post.get("story") == name]


def is_own(post):
    return post["author_handle"] in sample.BRANDS


def test_a_few_hundred_posts_over_about_two_hours(posts):
    assert 300 <= len(posts) <= 400
    assert 6_600 <= posts[-1]["offset_seconds"] <= 7_800
    assert all(set(post) >= FIELDS and set(post) - FIELDS <= {"story", "intent"} for post in posts)


def test_ids_are_unique_and_rise_with_time(posts):
    ids = [int(post["id"]) for post in posts]
    offsets = [post["offset_seconds"] for post in posts]
    assert ids == sorted(set(ids))
    assert offsets == sorted(set(offsets))


def test_an_author_is_always_the_same(posts):
    ids = {(post["author_handle"], post["author_id"], post["author_name"]) for post in posts}
    assert len(ids) == len({handle for handle, _, _ in ids}) == len({author_id for _, author_id, _ in ids})
    assert all(len(post["author_handle"]) <= 15 for post in posts)


@pytest.mark.parametrize("link", ["in_reply_to_id", "reposted_id", "quoted_id"])
def test_every_link_leads_to_an_earlier_post_of_the_stream(posts, by_id, link):
    linked = [post for post in posts if post[link] is not None]
    assert linked
    assert all(int(post[link]) < int(post["id"]) and post[link] in by_id for post in linked)


def test_a_conversation_is_that_of_the_post_answered(posts, by_id):
    for post in posts:
        parent = by_id.get(post["in_reply_to_id"])
        assert post["conversation_id"] == (parent["conversation_id"] if parent else post["id"])


def test_every_post_names_a_brand_or_is_by_one(posts):
    handles = [f"@{brand}" for brand in sample.BRANDS]
    assert all(is_own(post) or any(handle in post["text"] for handle in handles) for post in posts)
    assert {post["author_handle"] for post in posts if is_own(post)} == set(sample.BRANDS)


def test_every_story_is_told(posts):
    assert {post["story"] for post in posts if "story" in post} >= STORIES


@pytest.mark.parametrize("name", ["delayed-flight", "hate", "baggage", "dog-walk", "steak", "fraud", "gate"])
def test_a_story_with_an_answer_ends_in_thanks(posts, name):
    told = story(posts, name)
    assert [post["intent"] for post in told if not is_own(post)][-1] == "praise"
    assert any(is_own(post) and post["in_reply_to_id"] for post in told)


@pytest.mark.parametrize("name", ["blog", "lawyer", "caps", "thrice", "repost-storm", "hacked"])
def test_some_urgent_complaints_are_never_answered(posts, by_id, name):
    answered = {by_id[post["in_reply_to_id"]].get("story") for post in posts if is_own(post) and post["in_reply_to_id"]}
    assert name not in answered


def test_the_storm_is_one_complaint_reposted_within_minutes_by_small_and_large(posts):
    reposts = [post for post in story(posts, "repost-storm") if post["reposted_id"]]
    assert len(reposts) >= 60
    assert len({post["reposted_id"] for post in reposts}) == 1
    assert reposts[-1]["offset_seconds"] - reposts[0]["offset_seconds"] <= 600
    reach = [post["followers"] for post in reposts]
    assert min(reach) < 500 < 20_000 < max(reach)


def test_the_outage_is_many_customers_of_one_brand_within_ten_minutes(posts):
    complaints = [post for post in story(posts, "outage") if not is_own(post)]
    assert len({post["author_id"] for post in complaints}) >= 25
    assert complaints[-1]["offset_seconds"] - complaints[0]["offset_seconds"] <= 600


def test_one_customer_complains_three_times_in_three_conversations(posts):
    complaints = story(posts, "thrice")
    assert len({post["author_id"] for post in complaints}) == 1
    assert len({post["conversation_id"] for post in complaints}) == 3


def test_the_long_post_is_longer_than_x_shows(posts):
    assert all(len(post["text"]) > 280 for post in story(posts, "long"))


def test_every_intent_and_every_language_is_there_and_complaints_are_in_each(posts):
    intents = Counter(post["intent"] for post in posts if not is_own(post))
    assert intents.keys() == {"complaint", "question", "praise", "opportunity", "noise"}
    assert min(intents.values()) >= 20
    assert {post["lang"] for post in posts} > LANGUAGES
    assert {post["lang"] for post in posts if post.get("intent") == "complaint"} > LANGUAGES


def test_the_outage_is_an_incident_also_on_the_first_day(posts):
    told = [post for post in story(posts, "outage") if not is_own(post)]
    asked = [TriagePost(post["id"], post["text"], post["lang"], post["author_handle"]) for post in told]
    judged = [one.judgement for one in triage_posts(asked, Terms(frozenset({"cordialcable"})))]
    complaints = [one for one in judged if one.intent is Intent.COMPLAINT]
    outages = [one for one in complaints if any(reason.rule == "stake.outage" for reason in one.reasons)]
    assert find_anomaly({"outage": len(outages)}, []) is not None
