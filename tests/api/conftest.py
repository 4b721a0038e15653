"""Tables on moto, the handler of the API on them, and a case: what the tests of the routes start from."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

import api
from tests.api.fakes import ENVIRON, Answer, Call, Tables, an_event, case_id, send, tables
from tests.fakes import a_judgement, a_mention


@pytest.fixture(scope="module")
def wired() -> Iterator[tuple[Tables, Any]]:
    """Tables and the handler on them. moto's tables are slow to make: each test has a case of its own in these."""
    with tables() as made:
        yield made, api.build(ENVIRON, made.clock)


@pytest.fixture
def made(wired: tuple[Tables, Any]) -> Tables:
    # In a minute of its own, no test acts too often.
    wired[0].clock.advance(minutes=1)
    return wired[0]


@pytest.fixture
def call(wired: tuple[Tables, Any]) -> Call:
    def ask(method: str, path: str, **given: Any) -> Answer:
        return send(wired[1], an_event(method, path, **given))

    return ask


_ids = itertools.count(1000)


@pytest.fixture
def case(made: Tables) -> str:
    """The id of an open case of its own."""
    id = str(next(_ids))
    made.hear(a_mention(id, f"@NimbusAir matter {id}", conversation_id=id, minutes=0), a_judgement(urgency=65))
    return case_id(id)
