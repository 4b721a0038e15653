"""Look-ups of stored posts against servers that speak each network's protocol."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from earshot.cases.removal.sweep.purse import XPurse
from earshot.mentions.feeds import feeds_of
from earshot.mentions.mention import Author, Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.lookup import Fate, NewerText
from earshot.mentions.sources.social.accounts import SocialAccount
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.lookup import XLookup
from earshot.mentions.sources.x.source import XSource
from earshot.mentions.sources.x.vocabulary import Vocabulary
from infra.local.social import bluesky as bluesky_faults
from infra.local.social import mastodon as mastodon_faults
from infra.local.social.bluesky import MODERATORS, BlueskyServer
from infra.local.social.faults import Fault
from infra.local.social.mastodon import MastodonServer
from infra.local.x.api import TOKEN, XApi
from infra.local.x.description import ApiVersion
from infra.local.x.faults import EMPTY, RATE_LIMITED, SERVER_ERROR
from infra.local.x.posts import XPost
from tests.cases.removal.sweep_fakes import Bookings
from tests.fakes import START, FakeClock, a_mention
from tests.mentions.sources.social.lookups import lookup_of

NIMBUS = BrandAccounts(("NimbusAir",), brands={"nimbusair": "NimbusAir"})


def x_posts(count: int) -> list[XPost]:
    return [XPost(str(id), Author(f"7{id}", f"a{id}"), f"@NimbusAir {id}", START) for id in range(1, count + 1)]


def on_x(api: XApi, words: Vocabulary = Vocabulary.TWEET, bookings: Bookings | None = None) -> XLookup:
    source = XSource(lambda *, fresh=False: TOKEN, NIMBUS, FakeClock(), api_url=api.url, vocabulary=words)
    return XLookup(source, NIMBUS, XPurse(Bookings() if bookings is None else bookings, 50, 0.1, START))


@pytest.mark.parametrize("version", [ApiVersion.V2_166, ApiVersion.V2_167])
def test_x_says_what_became_of_each_post(version: ApiVersion) -> None:
    with XApi(x_posts(6), handles=["NimbusAir"], version=version) as api:
        del api.archive.posts["1"]
        api.archive.protected.add("2")
        api.archive.withheld["3"] = ["DE"]
        api.archive.edit("4", "40", "@NimbusAir found it")
        found = on_x(api).look_up([a_mention(str(id)) for id in range(1, 7)])
    assert found.gone == {"1": Fate.DELETED, "2": Fate.PROTECTED, "3": Fate.WITHHELD}
    assert found.served == {"4", "5", "6"}
    assert found.edited == {"4": NewerText("@NimbusAir found it", ("40",))}
    # What they refer to is not asked for: it would be billed.
    assert {call.params["expansions"] for call in api.calls if call.status == 200} == {"author_id"}


def test_an_edited_post_is_asked_for_by_its_latest_version_and_goes_with_it() -> None:
    with XApi(x_posts(2), handles=["NimbusAir"]) as api:
        api.archive.edit("1", "10", "@NimbusAir again")
        known = a_mention("1", edit_ids=("10",))
        assert (on_x(api).look_up([known]).served, on_x(api).look_up([known]).edited) == ({"1"}, {})
        del api.archive.posts["10"]
        # Known as it was first: its first version is served, and the latest is not.
        assert on_x(api).look_up([a_mention("1"), a_mention("2")]).gone == {"1": Fate.DELETED}
        assert on_x(api).look_up([known]).gone == {"1": Fate.DELETED}


def test_later_versions_are_booked_before_they_are_asked_for_and_what_is_not_served_is_not_paid() -> None:
    month = "x", f"{START:%Y-%m}"
    with XApi(x_posts(3), handles=["NimbusAir"]) as api:
        for id in ("1", "2"):
            api.archive.edit(id, f"{id}0", f"@NimbusAir again {id}")
        del api.archive.posts["20"]
        posts, bookings = [a_mention(str(id)) for id in (1, 2, 3)], Bookings()
        found = on_x(api, bookings=bookings).look_up(posts)
        assert (set(found.edited), found.gone, bookings[month]) == ({"1"}, {"2": Fate.DELETED}, 5_000)
        # Without money for them the first answer stands.
        spent = Bookings({month: 50_000_000})
        calls = len(api.calls)
        assert on_x(api, bookings=spent).look_up(posts).served == {"1", "2", "3"}
        assert (len(api.calls) - calls, spent[month]) == (1, 50_000_000)


@pytest.mark.parametrize("fault", [RATE_LIMITED, SERVER_ERROR, EMPTY])
def test_a_refusal_of_x_and_an_empty_answer_say_nothing_of_a_post(fault: Any) -> None:
    with XApi(x_posts(1), handles=["NimbusAir"]) as api:
        api.inject(fault)
        with pytest.raises(SourceError):
            on_x(api).look_up([a_mention("1"), a_mention("2")])


def test_an_error_about_what_a_post_refers_to_is_not_about_the_post() -> None:
    answer = {
        "data": [{"id": "1", "text": "t"}],
        "errors": [
            {"value": "2", "parameter": "referenced_tweets.id", "type": "https://x/problems/resource-not-found"},
            {"value": "3", "parameter": "ids", "type": "https://x/problems/something-new"},
        ],
    }

    def posts_by_id(_: Any) -> Any:
        return answer

    source: Any = SimpleNamespace(posts_by_id=posts_by_id)
    found = XLookup(source, NIMBUS, XPurse(Bookings(), 50, 0.1, START)).look_up(
        [a_mention(str(id)) for id in (1, 2, 3)]
    )
    assert (found.served, found.gone) == ({"1"}, {})


def test_bluesky_leaves_out_what_was_deleted_and_labels_what_is_hidden() -> None:
    clock, name = FakeClock(), "nimbusair.bsky.social"
    with BlueskyServer(name, clock) as server:
        lookup = lookup_of(clock, server.password, SocialAccount("bluesky", name, "NimbusAir", host=server.url))
        deleted, hidden, kept = (server.post(f"@nimbus {n}") for n in range(3))
        server.delete(deleted)
        hidden["labels"] = [{"src": MODERATORS, "val": "!takedown"}]

        def mention(view: dict[str, Any]) -> Mention:
            did, key = view["author"]["did"], view["uri"].rpartition("/")[2]
            return a_mention(f"{did}.{key}", source="bluesky", author=Author(did))

        gone, taken, here = map(mention, (deleted, hidden, kept))
        found = lookup.look_up([gone, taken, here])
        assert (found.served, found.gone) == ({here.id}, {gone.id: Fate.DELETED, taken.id: Fate.HIDDEN})
        for fault in (bluesky_faults.FAILS, bluesky_faults.too_often(clock() + timedelta(minutes=5))):
            server.inject("getPosts", fault)
            with pytest.raises(SourceError):
                lookup.look_up([here])
        # Of what cannot be read nobody knows which post it is.
        server.inject("getPosts", Fault(200, {"posts": [kept, {"cid": "surprise"}]}))
        unsure = lookup.look_up([gone, here])
        assert (unsure.served, unsure.gone) == ({here.id}, {})
        server.revoke()
        with pytest.raises(SourceError) as refused:
            lookup.look_up([here])
        assert refused.value.status is SourceStatus.UNAUTHORISED


def test_mastodon_says_404_for_what_is_gone_and_shows_what_was_edited() -> None:
    clock, name = FakeClock(), "care@nimbus.example"
    with MastodonServer(name, clock) as server:
        lookup = lookup_of(clock, server.token, SocialAccount("mastodon", name, "NimbusAir", host=server.url))
        deleted, edited, kept = (server.mention(f"hello {n}") for n in range(3))
        server.delete(deleted)
        clock.advance(minutes=5)
        server.edit(edited, "it came back")

        def mention(status: dict[str, Any]) -> Mention:
            return a_mention(f"{status['id']}@nimbus.example", source="mastodon")

        gone, changed, here = map(mention, (deleted, edited, kept))
        elsewhere = a_mention("7@other.example", source="mastodon")
        found = lookup.look_up([gone, changed, here, elsewhere])
        assert (found.served, found.gone) == ({changed.id, here.id}, {gone.id: Fate.DELETED})
        (newer,) = found.edited.values()
        assert (newer.text, newer.edited_at) == ("it came back", clock())
        again = a_mention(changed.id, source="mastodon", edit_ids=newer.edit_ids, edited_at=clock())
        assert lookup.look_up([again]).edited == {}
        for fault in (mastodon_faults.REVOKED, mastodon_faults.FAILS, mastodon_faults.OUT_OF_SCOPE):
            server.inject(kept["id"], fault)
            with pytest.raises(SourceError):
                lookup.look_up([here])


def test_whom_one_account_is_not_shown_another_is_asked_for_and_a_proxy_says_nothing() -> None:
    clock = FakeClock()
    with MastodonServer("care@nimbus.example", clock) as first, MastodonServer("help@nimbus.example", clock) as other:
        status = other.mention("not for the first")
        accounts = [
            SocialAccount("mastodon", f"{name}@nimbus.example", "NimbusAir", host=server.url)
            for name, server in (("care", first), ("help", other))
        ]
        lookup = lookup_of(clock, first.token, *accounts)
        post = a_mention(f"{status['id']}@nimbus.example", source="mastodon")
        assert (lookup.look_up([post]).served, lookup.server_of(post.id)) == ({post.id}, "nimbus.example")
        other.inject(status["id"], Fault(404, b"<html>no such site</html>"))
        with pytest.raises(SourceError):
            lookup.look_up([post])


def test_x_counts_what_a_feed_would_find_but_for_the_brands_own() -> None:
    posts = [*x_posts(3), XPost("9", Author("1", "NimbusAir"), "@NimbusAir is us", START)]
    with XApi(posts, handles=["NimbusAir"], until=lambda: START + timedelta(hours=3)) as api:
        source = XSource(lambda *, fresh=False: TOKEN, NIMBUS, FakeClock(), api_url=api.url)
        window = (START - timedelta(hours=1), START + timedelta(hours=1))
        mentions, search = feeds_of(("NimbusAir",), ("@NimbusAir 2",))[::2]
        assert (source.count(mentions, *window), source.count(search, *window)) == (3, 1)
        api.inject(EMPTY)
        with pytest.raises(SourceError, match="no count"):
            source.count(mentions, *window)
