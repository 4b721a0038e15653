"""The sample stream goes on where it was left, and loses no post between two runs."""

from datetime import timedelta
from pathlib import Path

from infra.local.sample import sample
from infra.local.sample.stream import LEAD, SPEED, SampleStream
from tests.fakes import START, FakeClock


def times(stream: SampleStream) -> dict[str, timedelta]:
    return {post.id: post.created_at - START for post in stream.posts}


def test_a_post_keeps_its_time_from_run_to_run_and_the_rest_comes_later(tmp_path: Path) -> None:
    file, clock = tmp_path / "position", FakeClock(START)
    first = SampleStream(file, clock)
    before = times(first)
    assert len(before) == len(sample.load())
    with first.remembered():
        clock.now += timedelta(minutes=3)
    clock.now += timedelta(hours=5)
    after = times(SampleStream(file, clock))
    assert after.keys() == before.keys()
    for post in sample.load():
        if post["offset_seconds"] < 180 * SPEED:
            # Also those of the last moment, which nobody can have fetched.
            assert after[post["id"]] == before[post["id"]]
        else:
            assert after[post["id"]] == before[post["id"]] + timedelta(hours=5)


def test_a_run_that_was_killed_goes_on_from_where_it_was_last_remembered(tmp_path: Path) -> None:
    file, clock = tmp_path / "position", FakeClock(START)
    killed = SampleStream(file, clock)
    clock.now += timedelta(minutes=2)
    killed.remember()
    clock.now += timedelta(minutes=1)
    again = times(SampleStream(file, clock))
    next_post = next(post for post in sample.load() if post["offset_seconds"] >= 120 * SPEED)
    lead = timedelta(seconds=(next_post["offset_seconds"] - 120 * SPEED) / SPEED)
    assert again[next_post["id"]] == timedelta(minutes=3) + LEAD + lead


def test_a_position_of_an_earlier_release_is_understood(tmp_path: Path) -> None:
    (tmp_path / "position").write_text("600.5")
    offsets = {post["id"]: post["offset_seconds"] for post in sample.load()}
    served = {offsets[post.id] for post in SampleStream(tmp_path / "position", FakeClock(START)).posts}
    assert served == {offset for offset in offsets.values() if offset >= 600.5}


def test_it_is_over_when_the_last_post_can_have_been_fetched(tmp_path: Path) -> None:
    clock = FakeClock(START)
    stream = SampleStream(tmp_path / "position", clock)
    clock.now = max(post.created_at for post in stream.posts)
    assert not stream.is_over()
    clock.now += timedelta(minutes=1)
    assert stream.is_over()
