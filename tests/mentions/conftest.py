"""A listener that fetches from the X stand-in, with one clock for both."""

from collections.abc import Iterator

import pytest

from infra.local.x.api import XApi
from infra.local.x.description import ApiVersion
from tests.fakes import FakeClock
from tests.mentions.listener import Listener


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=[ApiVersion.V2_166, ApiVersion.V2_167], ids=lambda version: f"x{version}")
def version(request: pytest.FixtureRequest) -> ApiVersion:
    return request.param


@pytest.fixture
def listener(clock: FakeClock, version: ApiVersion) -> Iterator[Listener]:
    with XApi(handles=["NimbusAir"], until=clock, version=version) as api:
        yield Listener(api, clock)
