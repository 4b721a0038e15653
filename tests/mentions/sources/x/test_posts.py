"""Conversion of API v2 responses to mentions: both vocabularies, all references, and malformed posts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.errors import MentionError
from earshot.mentions.mention import Author, Mention
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import mentions_of_page, posts_without_author, with_included
from earshot.mentions.sources.x.vocabulary import Vocabulary
from infra.local.x.posts import PostArchive, XPost
from infra.local.x.responses import FieldVocabulary, ResponseWriter
from tests.mentions.fakes import JANE, NIMBUS, post

BRANDS = BrandAccounts(("NimbusAir", "NimbusHelp"), {"nimbus air": None})
ASKED = {
    FieldVocabulary.TWEET: Vocabulary.TWEET.parameters,
    FieldVocabulary.POST: Vocabulary.POST.parameters,
}
FIELDS = ("id", "text", "author_id", "note_tweet", "referenced_posts", "public_metrics", "retweet_count")
LONG = "@NimbusAir " + "my bag & I <waited> " * 30


def response(
    *listed: XPost, others: tuple[XPost, ...] = (), vocabulary: FieldVocabulary = FieldVocabulary.TWEET
) -> dict[str, Any]:
    archive = PostArchive.of((*listed, *others), ["NimbusAir"])
    writer = ResponseWriter(archive, ASKED[vocabulary], vocabulary)
    page = writer.page(listed, None, archive.posts)
    found = [archive.posts[post_id] for post_id in posts_without_author(page)]
    return with_included(page, writer.posts(found, archive.posts)) if found else page


def read(page: dict[str, Any], handle: str | None = "NimbusAir") -> list[Mention]:
    return list(mentions_of_page(page, BRANDS, handle).mentions)


@pytest.mark.parametrize("vocabulary", FieldVocabulary)
def test_both_vocabularies_give_the_same_mentions(vocabulary: FieldVocabulary) -> None:
    asked = post(1, LONG, conversation_id="77")
    reply = post(2, "@jane sorry", author=NIMBUS, in_reply_to_id=asked.id)
    quote = post(3, "see this, @nimbusair", quoted_id=asked.id, lang=None)
    repost = post(4, "", reposted_id=asked.id, author=Author("5", "bob", None, 3))
    mentions = read(response(repost, quote, reply, others=(asked,), vocabulary=vocabulary))
    assert [m.reposted_id for m in mentions] == [asked.id, None, None]
    assert [m.quoted_id for m in mentions] == [None, asked.id, None]
    assert [m.in_reply_to_id for m in mentions] == [None, None, asked.id]
    assert [m.own for m in mentions] == [False, False, True]
    assert [m.language for m in mentions] == ["en", None, "en"]
    assert mentions[0].text == LONG
    assert mentions[2].author == NIMBUS
    assert mentions[2].link == f"https://x.com/NimbusAir/status/{reply.id}"


@pytest.mark.parametrize("vocabulary", FieldVocabulary)
def test_the_text_of_a_long_post_is_complete_and_unescaped(vocabulary: FieldVocabulary) -> None:
    page = response(post(1, LONG), vocabulary=vocabulary)
    assert len(page["data"][0]["text"]) == 280
    assert read(page)[0].text == LONG


@pytest.mark.parametrize("vocabulary", FieldVocabulary)
def test_reposts_are_counted_with_comments_and_without(vocabulary: FieldVocabulary) -> None:
    original = post(1, "@NimbusAir lost my bag")
    reposts = [post(number, "", reposted_id=original.id) for number in (2, 3)]
    quote = post(4, "@NimbusAir this!", quoted_id=original.id)
    page = response(original, quote, others=tuple(reposts), vocabulary=vocabulary)
    assert [mention.reposts for mention in read(page)] == [3, 0]
    alone = mentions_of_page(response(reposts[0], others=(original, reposts[1]), vocabulary=vocabulary), BRANDS)
    assert [mention.reposts for mention in alone.originals] == [2]


@pytest.mark.parametrize(
    "metrics, reposts",
    [
        (None, None),
        ([], None),
        ({}, None),
        ({"like_count": 9}, None),
        ({"retweet_count": 0, "quote_count": 0}, 0),
        ({"retweet_count": 4}, 4),
        ({"quote_count": 3}, 3),
        ({"retweet_count": "many", "quote_count": 3}, 3),
        ({"retweet_count": -1, "quote_count": None}, None),
    ],
)
def test_a_missing_or_invalid_count_is_unknown(metrics: Any, reposts: int | None) -> None:
    page = response(post(1))
    page["data"][0]["public_metrics"] = metrics
    assert read(page)[0].reposts == reposts


def test_the_original_of_a_repost_is_a_mention_of_its_own_unless_the_page_lists_it() -> None:
    original = post(1, "@NimbusAir lost my bag", conversation_id="9")
    alone = mentions_of_page(response(post(2, "", reposted_id=original.id), others=(original,)), BRANDS)
    (found,) = alone.originals
    assert (found.id, found.author, found.text, found.conversation_id) == (original.id, JANE, original.text, "9")
    both = mentions_of_page(response(post(2, "", reposted_id=original.id), original), BRANDS)
    assert both.originals == ()


def test_an_original_without_handle_or_term_is_left_out() -> None:
    strange = post(1, "my cat")
    assert mentions_of_page(response(post(2, "", reposted_id="1000001"), others=(strange,)), BRANDS).originals == ()
    termed = post(1, "Flew Nimbus Air today")
    assert mentions_of_page(response(post(2, "", reposted_id="1000001"), others=(termed,)), BRANDS).originals


def test_a_repost_without_its_original_keeps_the_cut_text_and_a_note() -> None:
    page = response(post(2, "", reposted_id="404"))
    read_page = mentions_of_page(page, BRANDS)
    assert read_page.mentions[0].text.startswith("RT @")
    assert read_page.notes == ("X left out 1 of the referenced posts or users: Not Found Error",)


@pytest.mark.parametrize(
    "text, author, handle, brand",
    [
        ("hi @someone and @nimbushelp and @NimbusAir", JANE, "NimbusAir", "NimbusHelp"),
        ("the airline", JANE, "NimbusHelp", "NimbusHelp"),
        ("the airline", JANE, None, "NimbusAir"),
        ("ask @NimbusHelp", NIMBUS, "NimbusHelp", "NimbusAir"),
    ],
)
def test_the_brand_a_mention_is_filed_under(text: str, author: Author, handle: str | None, brand: str) -> None:
    assert read(response(post(1, text, author=author)), handle)[0].brand == brand


def test_an_author_who_is_not_included_has_an_id_only() -> None:
    page = response(post(1))
    del page["includes"]
    (mention,) = read(page)
    assert mention.author == Author("42")
    assert mention.link == "https://x.com/i/web/status/1000001"


def test_the_brand_is_recognized_by_its_account_number() -> None:
    page = response(post(1, author=NIMBUS))
    del page["includes"]
    assert mentions_of_page(page, BrandAccounts(("NimbusAir",), user_ids=frozenset({"9000"}))).mentions[0].own


@pytest.mark.parametrize(
    "spoil, field",
    [
        ({"author_id": None}, "author_id"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": None}, "created_at"),
        ({"text": None}, "text"),
        ({"id": ""}, "id"),
    ],
)
def test_a_post_that_cannot_be_converted_does_not_affect_the_others(spoil: dict[str, Any], field: str) -> None:
    page = response(post(1), post(2), post(3))
    page["data"][1] |= spoil
    read_page = mentions_of_page(page, BRANDS)
    assert [m.id for m in read_page.mentions] == ["1000001", "1000003"]
    (rejected,) = read_page.rejected
    assert f"'{field}'" in rejected.reason
    assert json.loads(rejected.body) == page["data"][1]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner),
        max_leaves=12,
    )
)
def test_no_malformed_post_affects_the_next_one(odd: object) -> None:
    page = response(post(1))
    page["data"].insert(0, odd)
    assert read(page)[-1].id == "1000001"


def test_half_a_surrogate_pair_is_replaced() -> None:
    page = response(post(1))
    page["data"][0]["text"] = "@NimbusAir \ud83d"
    assert read(page)[0].text == "@NimbusAir \ufffd"


def test_an_empty_page_is_accepted_and_anything_else_is_an_error() -> None:
    assert mentions_of_page({"meta": {"result_count": 0}}, BRANDS).mentions == ()
    with pytest.raises(MentionError, match="'data'"):
        mentions_of_page({"data": "posts"}, BRANDS)
