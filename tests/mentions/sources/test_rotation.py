"""The turns of sources: whatever the schedule, each is first now and then."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from earshot.mentions.sources.rotation import fetch_in_turn
from earshot.mentions.sources.social.accounts import SocialAccount, Stream, streams_of
from tests.fakes import START


@dataclass(frozen=True)
class Named:
    key: str


@pytest.mark.parametrize("count", [1, 5, 10, 15])
def test_each_source_is_first_now_and_then(count: int) -> None:
    sources = [Named(str(number)) for number in range(count)]
    first: set[str] = set()
    for run in range(count * 20):
        tried: list[str] = []

        def fetch(source: Named, tried: list[str] = tried) -> None:
            tried.append(source.key)

        fetch_in_turn(sources, fetch, START + timedelta(minutes=5 * run), lambda: True)
        assert sorted(tried) == sorted(source.key for source in sources)
        first.add(tried[0])
    assert len(first) == count
    assert fetch_in_turn([], fetch, START, lambda: True).outcomes == []


def test_what_is_said_to_the_brand_is_read_before_what_a_search_finds() -> None:
    """So a post that speaks to one brand and names another is not that other's, whoever's turn it is."""
    accounts = [SocialAccount("bluesky", f"{name}.example", name, (name, f"#{name}")) for name in ("nimbus", "zephyr")]
    for run in range(20):
        tried: list[Stream] = []
        now = START + timedelta(minutes=run)
        fetch_in_turn(streams_of(accounts), tried.append, now, lambda: True, lambda stream: stream.is_found)
        assert [stream.is_found for stream in tried] == [False] * 4 + [True] * 4
