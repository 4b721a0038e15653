"""The accounts that are listened to, as they are stored: each mistake is named, and each stream has its own key."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.errors import SourcesError
from earshot.mentions.sources.social.accounts import SocialAccount, parse_accounts, streams_of
from earshot.mentions.sources.social.catalogue import place_name
from earshot.mentions.sources.social.pace import is_due
from tests.fakes import START

REDDIT = '[[accounts]]\nnetwork = "reddit"\naccount = "nimbusair_care"\nbrand = "NimbusAir"\n'
YOUTUBE = '[[accounts]]\nnetwork = "youtube"\naccount = "nimbusair"\nbrand = "NimbusAir"\n'
ONE = '[[accounts]]\nnetwork = "bluesky"\naccount = "nimbusair.bsky.social"\nbrand = "NimbusAir"\n'


def test_an_account_is_heard_in_streams_that_the_console_can_name() -> None:
    help = SocialAccount("mastodon", "help@m.example", "NimbusAir")
    account = SocialAccount("mastodon", "care@m.example", "NimbusAir", ("nimbus air", "#nimbusair"))
    streams = streams_of([account, help, SocialAccount("mastodon", "x@m.example", "Zephyr")])
    assert [stream.key for stream in streams[:5]] == [
        "mastodon#mentions#care@m.example",
        "mastodon#own#care@m.example",
        "mastodon#search#nimbus air",
        "mastodon#tag#nimbusair",
        "mastodon#mentions#help@m.example",
    ]
    assert streams[0].own == {"care@m.example", "help@m.example"}
    assert account.api_url == "https://m.example"


def test_on_reddit_communities_and_threads_are_heard_as_often_as_it_allows() -> None:
    account = SocialAccount("reddit", "care", "NimbusAir", ("nimbus air",), "", ("travel",), ("nimbusair",))
    streams = streams_of([account])
    assert [stream.key for stream in streams] == [
        "reddit#own#care",
        "reddit#threads#care",
        "reddit#search#nimbus air",
        "reddit#community#travel",
        "reddit#comments#travel",
        "reddit#community#nimbusair",
        "reddit#comments#nimbusair",
    ]
    assert all(is_due(stream, START) for stream in streams)
    many = streams_of([replace(account, account=f"care{number}") for number in range(9)])
    minutes = [[stream.key for stream in many if is_due(stream, START + timedelta(minutes=n))] for n in range(3)]
    assert sorted(key for minute in minutes for key in minute) == sorted(stream.key for stream in many)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[accounts]", "not valid TOML"),
        (ONE.replace("bluesky", "myspace", 1), "write bluesky, mastodon"),
        (ONE.replace("nimbusair.bsky.social", "nimbusair"), "write it as nimbusair.bsky.social"),
        (ONE.replace("nimbusair.bsky.social", "a" * 99 + ".example"), "is no account on Bluesky"),
        (ONE.replace("brand", "brnad"), "has 'brnad', which is not known"),
        (ONE + ONE, "too: remove one"),
        (ONE + 'words = ["a", "a b", "#a b"]', "is no hashtag"),
        (ONE + 'words = "nimbus"', "must be a list"),
        (ONE + "words = [7]", "must be a text"),
        (ONE + 'host = "http://pds.example"', "write it as https://pds.example"),
        (ONE + 'host = "https://jane:secret@pds.example"', "is no address of an API"),
        (ONE + 'host = "https://[pds"', "is no address"),
        (ONE * 21, "20 at most"),
        (ONE + 'places = ["travel"]', "Bluesky has no places to read"),
        (REDDIT + 'places = ["r/travel"]', "is no community on Reddit: write it as travel"),
        (REDDIT + 'places = ["travel"]\nown_places = ["Travel"]', "both have 'travel': remove one"),
        (REDDIT + 'places = "travel"', "must be lists of at most 10"),
        (YOUTUBE + 'words = ["nimbus air"]', "YouTube is not searched for words: leave 'nimbus air' out"),
        (YOUTUBE + 'places = ["https://youtu.be/1"]', "is no video on YouTube: write it as dQw4w9WgXcQ"),
        (REDDIT + 'words = ["#nimbusair"]', "has no hashtags: write '#nimbusair' without #"),
    ],
)
def test_each_mistake_is_named_with_its_remedy(text: str, says: str) -> None:
    with pytest.raises(SourcesError, match="accounts") as raised:
        parse_accounts(text)
    assert says in str(raised.value)


def test_a_place_may_be_written_as_a_person_would() -> None:
    assert place_name("reddit", " /r/Travel/ ") == "travel"
    for link in ("https://youtu.be/dQw4w9WgXcQ?t=1", "https://www.youtube.com/watch?a=b&v=dQw4w9WgXcQ", "dQw4w9WgXcQ"):
        assert place_name("youtube", link) == "dQw4w9WgXcQ"
