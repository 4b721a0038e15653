"""A listener that fetches from the X stand-in, with one clock for both."""

from collections.abc import Iterator

import pytest

from infra.local.x.api import XApi
from tests.fakes import FakeClock
from tests.mentions.listener import Listener


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def listener(clock: FakeClock) -> Iterator[Listener]:
    with XApi(handles=["NimbusAir"], until=clock) as api:
        yield Listener(api, clock)
