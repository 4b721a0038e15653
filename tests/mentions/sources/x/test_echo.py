"""A known post must be heard: the brand's own, by the search and the mentions that it matches."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.mention import Author
from earshot.mentions.sources.x.echo import FORGOTTEN_AFTER, MAX_AWAITED, awaited_after, must_bring, unheard_since
from infra.local.x.description import ApiVersion
from tests.fakes import START, a_mention
from tests.mentions.fakes import NIMBUS, post
from tests.mentions.listener import MENTIONS, Listener

OWN, SEARCH = Feed(FeedKind.OWN, "NimbusAir"), Feed(FeedKind.SEARCH, "nimbus air")
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=[ApiVersion.V2_166])
def version(request: pytest.FixtureRequest) -> ApiVersion:
    return request.param


@pytest.mark.parametrize(
    ("feed", "text", "must"),
    [
        (SEARCH, "Nimbus  Air flies again", True),
        (SEARCH, "nimbus airways", False),
        (SEARCH, "air nimbus", False),
        (Feed(FeedKind.SEARCH, "quotes:NimbusAir"), "Nimbus Air", False),
        (Feed(FeedKind.MENTIONS, "NimbusHelp"), "Ask @nimbushelp", True),
        (MENTIONS, "We at @NimbusAir", False),
        (OWN, "Nimbus Air", False),
    ],
)
def test_a_feed_must_bring_what_it_matches(feed: Feed, text: str, must: bool) -> None:
    own = a_mention("1", text, own=True, author=Author("9000", "NimbusAir"))
    assert must_bring(feed, own) is must
    assert not must_bring(feed, replace(own, reposted_id="7"))


def test_few_are_awaited_and_none_for_longer_than_a_day() -> None:
    own = [a_mention(str(number), "Nimbus Air", own=True, minutes=number) for number in range(50)]
    now = START + 60 * MINUTE
    awaited = awaited_after(SEARCH, {}, own, {"49"}, START, now)
    assert (len(awaited), "49" in awaited, "48" in awaited) == (MAX_AWAITED, False, True)
    assert unheard_since(awaited, now) == START + 29 * MINUTE
    assert awaited_after(SEARCH, awaited, (), (), START, now + FORGOTTEN_AFTER) == {}


def test_a_search_that_does_not_find_what_the_brand_wrote_is_suspected_until_it_does(listener: Listener) -> None:
    feeds = [OWN, SEARCH]
    listener.run_all(feeds)
    listener.api.add(post(1, "Nimbus Air flies again", minutes=1, author=NIMBUS))
    everything = listener.api.answer

    def deaf(path: str, params: dict[str, str]) -> tuple[int, dict]:
        if "search" in path:
            return 200, {"meta": {"result_count": 0}}
        return everything(path, params)

    listener.api.answer = deaf
    for _ in range(3):
        # Which is first is drawn: what the search is read before is noted in one of the next runs.
        feeds.reverse()
        listener.run_all(feeds, minutes=10)
    assert listener.state(SEARCH).suspected_since is None
    listener.run_all(feeds, minutes=10)
    assert listener.state(SEARCH).suspected_since == START + MINUTE
    assert listener.state(OWN).suspected_since is None
    listener.api.answer = everything
    listener.run_all(feeds, minutes=10)
    assert listener.state(SEARCH).suspected_since is None
    listener.run_all(feeds, days=2)
    assert listener.state(SEARCH).suspected_since is None
