"""What X says of a post beside its text: its versions, whom it quotes or replies to, and so whose brand it is about."""

from typing import Any

import pytest

from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.mention import Author, Mention
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import mentions_of_page
from infra.local.x.posts import XPost
from tests.mentions.fakes import JANE, NIMBUS, post
from tests.mentions.sources.x.test_posts import response

HELP, ZEPHYR = Author("9001", "NimbusHelp"), Author("9002", "Zephyr")
BRANDS = BrandAccounts(
    ("NimbusAir", "NimbusHelp", "Zephyr"),
    {"nimbus air": "NimbusAir", "west wind": "Zephyr"},
    frozenset({"9000"}),
    {"nimbusair": "NimbusAir", "nimbushelp": "NimbusAir", "zephyr": "Zephyr"},
)


def read(page: dict[str, Any], feed: Feed | None = None, brands: BrandAccounts = BRANDS) -> Mention:
    """The only post of a page of this feed."""
    (mention,) = mentions_of_page(page, brands, feed and brands.brand_of_feed(feed)).mentions
    return mention


def with_fields(**fields: Any) -> dict[str, Any]:
    """A page of one post, 1000003 by Jane, with these fields."""
    page = response(post(3))
    page["data"][0] |= fields
    return page


# -------------------------------------------------------------------------------------------------------- versions


@pytest.mark.parametrize(
    ("history", "ids"),
    [
        (["1000003"], ["1000003"]),
        (["1000001", "1000002", "1000003"], ["1000001", "1000002", "1000003"]),
        (["1000003", "1000001"], ["1000001", "1000003"]),
        (["999999", "1000003"], ["999999", "1000003"]),
        (["1000001", "1000003", "1000004"], ["1000001", "1000003"]),
        (["1000003", "1000004"], ["1000003"]),
        (["1000001"], ["1000001", "1000003"]),
        ([1000001, 1000003], ["1000001", "1000003"]),
        ([], ["1000003"]),
        (None, ["1000003"]),
        ("1000001", ["1000003"]),
    ],
)
@pytest.mark.parametrize("name", ["edit_history_tweet_ids", "edit_history_post_ids"])
def test_an_edited_post_keeps_its_first_id_and_has_those_of_its_versions_up_to_this_one(
    name: str, history: Any, ids: list[str]
) -> None:
    page = with_fields()
    del page["data"][0]["edit_history_tweet_ids"]
    page["data"][0][name] = history
    mention = read(page)
    assert [mention.id, *mention.edit_ids] == ids
    assert mention.version_id == "1000003"
    assert mention.link == "https://x.com/jane/status/1000003"


@pytest.mark.parametrize(
    ("conversation", "expected"), [("1000003", "1000001"), ("1000002", "1000001"), ("77", "77"), (None, "1000001")]
)
def test_all_versions_of_a_post_are_in_the_conversation_of_the_first(conversation: str | None, expected: str) -> None:
    history = ["1000001", "1000002", "1000003"]
    assert read(with_fields(edit_history_tweet_ids=history, conversation_id=conversation)).conversation_id == expected


# ------------------------------------------------------------------------------------------------- quotes, replies


@pytest.mark.parametrize(
    ("author", "text", "quotes_brand", "brand"),
    [
        (NIMBUS, "what a joke", True, "NimbusAir"),
        (HELP, "what a joke", True, "NimbusAir"),
        (ZEPHYR, "what a joke", True, "Zephyr"),
        (ZEPHYR, "what a joke, @NimbusAir", True, "NimbusAir"),
        (JANE, "what a joke", False, "NimbusAir"),
    ],
)
def test_who_quotes_a_post_of_a_brand_speaks_to_that_brand(
    author: Author, text: str, quotes_brand: bool, brand: str
) -> None:
    quoted: XPost = post(1, "Sale!", author=author)
    quote = post(2, text, author=Author("5", "bob"), quoted_id=quoted.id)
    mention = read(response(quote, others=(quoted,)), Feed(FeedKind.SEARCH, "nimbus air"))
    assert (mention.quotes_brand, mention.brand) == (quotes_brand, brand)
    assert mention.addresses(frozenset({"nimbusair"})) is quotes_brand


def test_a_quoted_brand_is_recognised_by_its_account_number_and_what_is_not_included_is_nobodys() -> None:
    quoted = post(1, "Sale!", author=NIMBUS)
    page = response(post(2, "what a joke", quoted_id=quoted.id), others=(quoted,))
    page["includes"]["users"] = []
    assert read(page).quotes_brand
    del page["includes"]
    assert not read(page).quotes_brand
    assert read(page).quoted_id == quoted.id


@pytest.mark.parametrize(
    ("given", "user"), [("42", "42"), (42, "42"), (None, None), ("", None), (True, None), ([], None)]
)
def test_whom_a_post_replies_to_is_read_though_that_post_is_not_known(given: Any, user: str | None) -> None:
    assert read(with_fields(in_reply_to_user_id=given)).in_reply_to_user_id == user


# ---------------------------------------------------------------------------------------------------------- brands


@pytest.mark.parametrize(
    ("kind", "name", "brand"),
    [
        (FeedKind.SEARCH, "west wind", "Zephyr"),
        (FeedKind.SEARCH, "nimbus air", "NimbusAir"),
        (FeedKind.MENTIONS, "Zephyr", "Zephyr"),
        (FeedKind.MENTIONS, "NimbusHelp", "NimbusAir"),
        (FeedKind.OWN, "nimbushelp", "NimbusAir"),
    ],
)
def test_a_post_that_names_no_brand_belongs_to_that_of_its_feed(kind: FeedKind, name: str, brand: str) -> None:
    assert BRANDS.brand_of_feed(Feed(kind, name)) == brand
    assert read(response(post(1, "late again")), Feed(kind, name)).brand == brand


def test_a_brand_that_is_named_goes_before_that_of_the_feed() -> None:
    search = Feed(FeedKind.SEARCH, "west wind")
    assert read(response(post(1, "west wind beats @nimbushelp")), search).brand == "NimbusAir"


def test_a_term_of_the_only_brand_needs_no_name() -> None:
    only = BrandAccounts(("NimbusAir", "NimbusHelp"), {"nimbus": None}, brands=dict(BRANDS.brands))
    search = Feed(FeedKind.SEARCH, "nimbus")
    assert read(response(post(1, "nimbus is late")), search, only).brand == "NimbusAir"
    assert only.only_brand == "NimbusAir"
    assert BRANDS.only_brand is None


@pytest.mark.parametrize("author", [NIMBUS, HELP])
def test_joined_accounts_are_one_brand(author: Author) -> None:
    own = read(response(post(1, "@jane sorry", author=author)))
    assert (own.own, own.brand) == (True, "NimbusAir")
    assert read(response(post(2, f"@{author.handle} hello?"))).brand == "NimbusAir"


def test_accounts_that_are_not_joined_are_brands_of_their_own() -> None:
    apart = BrandAccounts(("NimbusAir", "NimbusHelp"))
    assert read(response(post(2, "@nimbushelp hello?")), brands=apart).brand == "NimbusHelp"
    assert apart.only_brand is None
