"""The turns of sources: whatever the schedule, each is first now and then."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from earshot.mentions.sources.rotation import fetch_in_turn
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
