"""What runs each minute of a replay: as much as can find something to do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.incidents.statistics import HourlyCounts, find_anomaly
from infra.local.lambdas.clock import ReplayClock
from infra.replay.schedules import Schedules

START = datetime(2026, 11, 2, 9, 20, tzinfo=UTC)


@dataclass
class Replay:
    """Schedules over a stack in which ``due`` and ``live`` are as they are set, and what ran."""

    always: bool = False
    due: datetime | None = None
    live: tuple[str, ...] = ()
    ran: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.clock = ReplayClock(START)
        wired = SimpleNamespace(
            case_table=SimpleNamespace(next_due=lambda: self.due),
            incident_table=SimpleNamespace(live=lambda: self.live),
        )

        def invoke(module: str, _: object) -> None:
            self.ran.append(module)

        self.schedules = Schedules(
            cast("Any", SimpleNamespace(wired=wired)),
            self.clock,
            cast("Any", SimpleNamespace(invoke=invoke)),
            lambda: self.ran.append("notify"),
            always=self.always,
        )

    def at(self, minutes: int, *, after_posts: bool = False) -> list[str]:
        """What runs so many minutes after the start, without the notifier, which follows each."""
        self.clock.now = START + timedelta(minutes=minutes)
        self.ran.clear()
        self.schedules.run(after_posts=after_posts)
        assert self.ran[1::2] == ["notify"] * (len(self.ran) // 2)
        return self.ran[::2]


def test_the_watch_runs_after_posts_and_where_it_compares_with_other_hours() -> None:
    replay = Replay()
    assert replay.at(0) == ["watch"]
    assert replay.at(1) == []
    assert replay.at(2, after_posts=True) == ["watch"]
    assert replay.at(39) == []
    # Ten o'clock; and a quarter past, when the hour before is settled.
    assert replay.at(40) == ["watch"]
    assert replay.at(54) == []
    assert replay.at(55) == ["watch"]
    assert replay.at(56) == []


def test_the_watch_runs_beside_a_live_incident() -> None:
    replay = Replay(live=("incident",))
    assert [replay.at(minute) for minute in range(3)] == [["watch"]] * 3


def test_the_escalator_runs_before_the_watch_when_a_case_is_due() -> None:
    replay = Replay(due=START + timedelta(minutes=1))
    assert replay.at(0, after_posts=True) == ["watch"]
    assert replay.at(1) == ["escalate"]
    assert replay.at(2, after_posts=True) == ["escalate", "watch"]


def test_both_run_each_minute_where_nothing_is_to_be_left_out() -> None:
    replay = Replay(always=True)
    assert [replay.at(minute) for minute in range(3)] == [["escalate", "watch"]] * 3


COUNTS = st.dictionaries(st.sampled_from("abc"), st.integers(1, 40), max_size=3)


@given(COUNTS, st.dictionaries(st.sampled_from("abc"), st.integers(0, 40)), st.lists(COUNTS, max_size=6))
def test_fewer_complaints_are_no_incident_where_more_were_none(
    counts: dict[str, int], gone: dict[str, int], hours: list[dict[str, int]]
) -> None:
    compared = [HourlyCounts(START - timedelta(days=1 + number), one) for number, one in enumerate(hours)]
    left = {feature: count - gone.get(feature, 0) for feature, count in counts.items()}
    assert find_anomaly(counts, compared) is not None or find_anomaly(left, compared) is None
