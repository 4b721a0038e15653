from collections.abc import Iterator

import pytest

from tests.api.fakes import tables
from tests.api.inbox.desk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    with tables() as made:
        yield Desk(made)
