"""Following a text in a table: once a minute, and never worse than the last good one."""

from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from earshot.errors import PolicyError
from earshot.reloaded_config import RELOAD_AFTER, ReloadedConfig
from tests.fakes import FakeClock


class Put:
    """A text that staff put, and how often it was read and parsed; an exception is raised in its place."""

    def __init__(self) -> None:
        self.text: str | Exception = ""
        self.read_times = self.parsed_times = 0

    def read(self) -> str:
        self.read_times += 1
        if isinstance(self.text, Exception):
            raise self.text
        return self.text

    def parse(self, text: str) -> int:
        self.parsed_times += 1
        if text == "bad":
            raise PolicyError("It is bad: put a good one.")
        return len(text)


@pytest.fixture
def put() -> Put:
    return Put()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def following(put: Put, clock: FakeClock) -> ReloadedConfig[int]:
    return ReloadedConfig(put.read, put.parse, -1, clock, "the policy")


def test_what_was_put_is_followed_within_a_minute_and_read_no_more_often(put, clock, following):
    put.text = "one"
    assert [following.now(), following.now()] == [3, 3]
    put.text = "three"
    clock.now += RELOAD_AFTER - timedelta(seconds=1)
    assert following.now() == 3
    clock.advance(seconds=1)
    assert following.now() == 5
    assert (put.read_times, put.parsed_times) == (2, 2)


def test_the_same_text_is_parsed_once(put, clock, following):
    for _ in range(3):
        following.now()
        clock.now += RELOAD_AFTER
    assert (put.read_times, put.parsed_times) == (3, 1)


@pytest.mark.parametrize("fault", ["bad", EndpointConnectionError(endpoint_url="https://dynamodb.example")])
def test_what_cannot_be_read_or_used_leaves_the_last_good_one(put, clock, following, fault):
    put.text = "good"
    assert following.now() == 4
    for _ in range(2):
        put.text = fault
        clock.now += RELOAD_AFTER
        assert following.now() == 4
    put.text = "better"
    clock.now += RELOAD_AFTER
    assert following.now() == 6


def test_at_a_cold_start_the_default_holds_until_there_is_a_good_one(put, clock, following):
    put.text = "bad"
    assert following.now() == -1
    put.text = "good"
    assert following.now() == -1
    clock.now += RELOAD_AFTER
    assert following.now() == 4


def test_a_defect_is_no_bad_text(put, following):
    put.text = KeyError("a defect")
    with pytest.raises(KeyError):
        following.now()


def test_a_clock_that_was_put_back_reads_again(put, clock, following):
    following.now()
    clock.now -= timedelta(hours=1)
    following.now()
    assert put.read_times == 2


def test_what_the_text_is_parsed_beside_is_followed_at_once(put, clock):
    beside = ["NimbusAir"]
    config = ReloadedConfig(
        put.read, lambda text: f"{text} of {beside[0]}", "", clock, "the terms", beside=lambda: beside[0]
    )
    put.text = "terms"
    assert config.now() == "terms of NimbusAir"
    beside[0] = "Zephyr"
    assert config.now() == "terms of Zephyr"
    assert config.now() == "terms of Zephyr"
    assert put.read_times == 2


def test_a_default_that_is_no_guess_does_not_stand_for_what_was_never_read(put, clock):
    config = ReloadedConfig(put.read, put.parse, -1, clock, "the brands", needs_first_read=True)
    put.text = EndpointConnectionError(endpoint_url="https://dynamodb.example")
    for _ in range(2):
        with pytest.raises(EndpointConnectionError):
            config.now()
    put.text = "bad"
    assert (config.now(), config.problem) == (-1, "It is bad: put a good one.")
    clock.now += RELOAD_AFTER
    put.text = "good"
    assert (config.now(), config.problem) == (4, None)
    clock.now += RELOAD_AFTER
    put.text = EndpointConnectionError(endpoint_url="https://dynamodb.example")
    assert config.now() == 4
    assert "dynamodb.example" in config.problem


def test_a_function_that_is_called_each_minute_reads_at_each_call(put, clock, following):
    following.now()
    clock.advance(seconds=59.5)  # a schedule is never exact
    following.now()
    assert put.read_times == 2
