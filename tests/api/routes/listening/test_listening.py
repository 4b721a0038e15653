"""What was heard, what was missed and what that costs, over the API."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

import api
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import feeds_of
from earshot.mentions.ledger.hour import Entry, Ledger, LedgerHour
from earshot.mentions.mention import Author
from earshot.mentions.source_state import Gap, SourceStatus, next_state
from earshot.mentions.sources.youtube.units_table import UnitsTable
from tests.api.fakes import ENVIRON, Call, Tables, call_on, tables
from tests.fakes import START, a_judgement, a_mention

MENTIONS, OWN, SEARCH = (feed.key for feed in feeds_of(("NimbusAir",), ("nimbus air",)))
DAY = {"from": "2026-11-21", "to": "2026-11-21"}
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def call() -> Iterator[Call]:
    """Three hours: in the second the mentions were refused for half an hour, and the search never ran."""
    with tables() as made:
        made.hear(a_mention("1", "bag lost", minutes=-24 * 60, author=Author("ann")), a_judgement())
        _save(made, MENTIONS, Gap(START + HOUR, START + 1.5 * HOUR, "X served no more"))
        _save(made, OWN, None)
        made.sources.spend("x", "2026-11", 2_000_000)
        made.sources.spend("x-lookups", "2026-11", 410_000)
        units = UnitsTable(made.client, "SourceTable")
        # At nine in UTC it is one in the morning there.
        assert units.book("2026-11-21", "a1", "listening", 30, 100)
        assert units.book("2026-11-21", "a1", "look-ups", 10, 100)
        assert units.book("2026-11-20", "a1", "listening", 50, 100)
        made.clock.advance(hours=3)
        yield call_on(api.build(ENVIRON, made.clock))


def _save(made: Tables, source: str, gap: Gap | None) -> None:
    now = START + 3 * HOUR
    over = LedgerHour(START + HOUR, Entry(runs=60, failed={"forbidden": 30}, missed=(gap,) if gap else ()))
    heard = Entry(runs=1, read=9, delivered=4, history=1, late=1, shared=2, skipped={"older": 2}, cost=60_000)
    ledger = Ledger(START, LedgerHour(now, heard), read_to=now, heard_at=now)
    made.sources.acquire(source, "run", now, timedelta(minutes=1))
    state = next_state(None, source, SourceStatus.OK, "fine", now)
    made.sources.save(source, "run", Checkpoint(), state, ledger, over)


def test_each_source_says_what_it_heard_and_what_is_missing(call: Call) -> None:
    answer = call("GET", "/coverage", **DAY)
    assert answer.status == 200
    mentions, own, search = answer.json["sources"]
    assert (mentions["coverage"], own["coverage"], search["coverage"]) == ("partial", "whole", "unknown")
    (gap,) = mentions["missing"]
    assert (gap["start"], gap["end"]) == ("2026-11-21T10:00:00.000Z", "2026-11-21T10:30:00.000Z")
    assert mentions["missing_seconds"] == 1_800
    counts = {name: mentions[name] for name in ("runs", "read", "delivered", "history", "late", "shared", "cost_usd")}
    assert counts == {"runs": 61, "read": 9, "delivered": 4, "history": 1, "late": 1, "shared": 2, "cost_usd": 0.06}
    assert (mentions["failed"], mentions["skipped"]) == ({"forbidden": 30}, {"older": 2})
    report = {one["source"]: one for one in call("GET", "/report", **DAY).json["sources"]}
    assert report[MENTIONS]["coverage"] == "partial"
    assert [one["start"] for one in report[MENTIONS]["gaps"]] == ["2026-11-21T10:00:00.000Z"]


@pytest.mark.parametrize(
    ("period", "status"),
    [
        ({"from": "9999-12-31", "to": "9999-12-31"}, 200),
        ({"from": "0001-01-01", "to": "0001-01-02"}, 200),
        ({"from": "2026-11-22", "to": "2026-11-21"}, 400),
        ({"from": "2026-01-01", "to": "2026-11-21"}, 400),
    ],
)
def test_a_period_in_which_nothing_was_kept_is_unknown_and_one_that_is_none_is_refused(
    call: Call, period: dict[str, str], status: int
) -> None:
    answer = call("GET", "/coverage", **period)
    assert answer.status == status
    if status == 200:
        assert {one["coverage"] for one in answer.json["sources"]} == {"unknown"}


def test_the_month_is_forecast_and_what_waits_first_is_said(call: Call) -> None:
    answer = call("GET", "/budget")
    assert answer.status == 200
    budget = answer.json
    x = next(one for one in budget["services"] if one["service"] == "x")
    # Two sources cost $0.06 each in the three hours that are known, a quarter of it for history, which is paid once;
    # 9.5 days are left. In 20.5 days the sweep looked up for $0.41.
    assert x["a_day_usd"] == pytest.approx(0.74)
    assert x["month_usd"] == pytest.approx(2 + 0.74 * 9.5)
    causes = {"mentions": 0.36, "own posts": 0.36, "look-ups": 0.02}
    assert {one["cause"]: one["a_day_usd"] for one in budget["causes"]} == causes
    assert budget["complaints"] == 1
    assert budget["cost_of_a_complaint_usd"] > 0
    (first, _) = budget["brought"]
    assert (first["posts"], first["alone"], first["cost_of_a_post_usd"]) == (3, 1, 0.06)
    assert [(one["step"], round(one["from_usd"], 2)) for one in budget["thinning"]] == [
        ("searches", 36.0),
        ("own_posts", 40.5),
    ]
    assert budget["reserved_from_usd"] == 45
    assert budget["youtube_units"] == [{"listening": 30, "look_ups": 10, "of": 10_000}]


def test_who_is_not_signed_in_sees_neither(call: Call) -> None:
    assert call("GET", "/coverage", by=None, **DAY).status == call("GET", "/budget", by=None).status == 401
