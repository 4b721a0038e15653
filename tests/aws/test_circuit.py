"""The circuit breaker: who may ask, and when."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from earshot.aws.circuit import MOST_FAULTS, OPEN_FOR, Circuit
from tests.fakes import FakeClock


class Watched:
    """A circuit, and what it reported."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.changes: list[str | None] = []
        self.circuit = Circuit(self.clock, self.changes.append)


def test_one_that_takes_its_time_is_not_asked_for_a_minute_and_then_by_one_alone() -> None:
    one = Watched()
    assert one.circuit.allows()
    one.circuit.failed("no answer", is_slow=True)
    one.clock.now += OPEN_FOR - timedelta(seconds=1)
    assert not one.circuit.allows()
    one.clock.advance(seconds=1)
    assert [one.circuit.allows() for _ in range(3)] == [True, False, False]
    one.circuit.failed("no answer", is_slow=False)
    assert not one.circuit.allows()
    one.clock.now += OPEN_FOR
    assert one.circuit.allows()
    one.circuit.answered()
    assert all(one.circuit.allows() for _ in range(3))
    assert one.changes == ["no answer", None]


def test_one_that_fails_at_once_may_do_so_a_few_times_in_a_row() -> None:
    one = Watched()
    for _ in range(3):
        for _ in range(MOST_FAULTS - 1):
            one.circuit.failed("503", is_slow=False)
        assert one.circuit.allows()
        one.circuit.answered()
    for _ in range(MOST_FAULTS):
        one.circuit.failed("503", is_slow=False)
    assert not one.circuit.allows()
    assert one.changes == ["503"]


def test_whoever_is_let_through_and_never_comes_back_holds_it_for_a_minute() -> None:
    one = Watched()
    one.circuit.failed("no answer", is_slow=True)
    one.clock.now += OPEN_FOR
    assert one.circuit.allows()
    one.clock.now += OPEN_FOR
    assert one.circuit.allows()


@given(st.lists(st.integers(0, 90), max_size=60))
def test_while_it_is_out_it_is_asked_once_a_minute_at_most(waits: list[int]) -> None:
    one = Watched()
    one.circuit.failed("no answer", is_slow=True)
    asked = [one.clock()]
    for seconds in waits:
        one.clock.advance(seconds=seconds)
        if one.circuit.allows():
            asked.append(one.clock())
            one.circuit.failed("no answer", is_slow=True)
    assert all(later - earlier >= OPEN_FOR for earlier, later in pairwise(asked))
    assert one.changes == ["no answer"]
