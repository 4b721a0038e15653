"""The report over the API: what a period was like, as JSON and as a table that no spreadsheet runs."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest

import api
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import feeds_of
from earshot.mentions.mention import Author
from earshot.mentions.source_state import Gap, SourceStatus, next_state
from earshot.triage.judgement import Intent
from tests.api.fakes import ENVIRON, Call, Tables, call_on, case_id, tables
from tests.fakes import START, a_judgement, a_mention, an_own_post

OTHER = a_judgement(Intent.OTHER, 0)
DAY = {"from": "2026-11-21", "to": "2026-11-21"}
SOURCE = feeds_of(("NimbusAir",), ())[0].key
MIA = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def wired() -> Iterator[tuple[Tables, Call]]:
    """A day on which one complaint was answered and turned round, one still waits, and one was resolved."""
    with tables() as made:
        ask = call_on(api.build(ENVIRON, made.clock))
        _live(made, ask)
        yield made, ask


@pytest.fixture
def call(wired: tuple[Tables, Call]) -> Call:
    return wired[1]


def _live(made: Tables, ask: Call) -> None:
    made.hear(a_mention("1", "suitcase gone", conversation_id="1", author=Author("ann")), a_judgement(urgency=65))
    made.hear(a_mention("2", "app broken", conversation_id="2", author=Author("bob")), a_judgement(urgency=65))
    made.hear(a_mention("3", "seat torn", conversation_id="3", author=Author("cat")), a_judgement(urgency=40))
    made.clock.advance(minutes=6)
    ask("POST", f"/cases/{case_id(1, 'ann')}/acknowledge", by=MIA)
    ask("POST", f"/cases/{case_id(3, 'cat')}/resolve", by=MIA)
    made.hear(an_own_post("11", conversation_id="1", in_reply_to_id="1"), OTHER)
    made.hear(a_mention("20", "lovely", conversation_id="20", author=Author("ann")), a_judgement(Intent.PRAISE, 0))
    made.hear(a_mention("30", "before", conversation_id="30", author=Author("dan"), minutes=-24 * 60), a_judgement())
    made.sources.spend("x", "2026-11", 12_345_678)
    made.clock.advance(hours=3)
    held = made.sources.acquire(SOURCE, "run", made.clock(), timedelta(minutes=1))
    gap = Gap(None, START, "X served no more")
    state = next_state(held.state, SOURCE, SourceStatus.OK, "3 posts read", made.clock(), gap=gap)
    made.sources.save(SOURCE, "run", Checkpoint(), state)


def test_a_period_in_figures(call):
    answer = call("GET", "/report", **DAY)
    assert answer.status == 200
    report = answer.json
    assert (report["from"], report["to"], report["complete"]) == ("2026-11-21", "2026-11-21", True)
    (day,) = report["days"]
    assert (day["day"], day["mentions"], day["customers"], day["cases_opened"]) == ("2026-11-21", 5, 4, 4)
    assert (day["by_intent"]["complaint"], day["by_intent"]["praise"]) == (3, 1)
    assert report["totals"] == {name: value for name, value in day.items() if name != "day"}
    assert report["response"] == {
        "answered": 1,
        "waiting": 2,
        "overdue": 1,
        "median_seconds": 600,
        "p90_seconds": 600,
        "within_target": 1,
        "share_within_target": 0.5,
    }
    assert report["by_topic"] == [
        {"topic": "other", "cases": 4, "answered": 1, "median_seconds": 600, "within_target": 1, "turned_round": 1}
    ]
    assert report["by_person"] == [
        {"person": MIA, "acknowledged": 1, "resolved": 1, "median_seconds_to_acknowledge": 300}
    ]
    assert report["turned_round"] == {
        "complainers": 3,
        "answered": 2,
        "came_back_pleased": 1,
        "relapsed": 0,
        "silent": 0,
        "share": 0.3333,
        "median_seconds_to_pleased": 19 * 60,
    }
    group = {"cases": 4, "answered": 1, "median_seconds": 600, "within_target": 1, "turned_round": 1}
    assert (report["by_brand"], report["by_network"]) == (
        [{"brand": "NimbusAir", **group}],
        [{"network": "x", **group}],
    )
    assert report["by_speed"][0] == {
        "speed": "within_15_minutes",
        "complaints": 1,
        "came_back_pleased": 1,
        "relapsed": 0,
        "share": 1.0,
    }
    assert sum(map(sum, report["opened_by_hour"].values())) == sum(report["opened_by_hour"]["saturday"]) == 4
    gaps = {source["source"]: source["gaps"] for source in report["sources"]}
    assert gaps[SOURCE] == [{"start": None, "end": "2026-11-21T09:00:00.000Z", "why": "X served no more"}]
    assert report["spend"] == {
        "x": {"spent": 12.345678, "limit": 50.0},
        "comprehend": {"spent": 0.0, "limit": 20.0},
        "sms": {"spent": 0.0, "limit": 20.0},
    }


def test_the_days_before_are_other_days(call):
    report = call("GET", "/report", **{"from": "2026-11-19", "to": "2026-11-20"}).json
    assert [day["cases_opened"] for day in report["days"]] == [0, 1]
    assert (report["turned_round"]["complainers"], report["by_person"]) == (1, [])


def test_nothing_scans_and_a_day_costs_its_queries(wired):
    made, call = wired
    made.calls.clear()
    call("GET", "/report", **DAY)
    # A day, four statuses; three budgets, the terms; the sources, their ledger, and the cases of three statuses.
    assert made.calls == {"Query": 5, "GetItem": 4, "BatchGetItem": 5}


def test_the_table_says_the_same_and_no_cell_is_a_formula(call):
    answer = call("GET", "/report.csv", **DAY)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="earshot-2026-11-21-2026-11-21.csv"'
    assert answer.headers["cache-control"] == "no-store"
    header, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert header == ["section", "name", "figure", "value"]
    table = {(section, name, figure): value for section, name, figure, value in rows}
    assert len(table) == len(rows)
    assert table["days", "2026-11-21", "by_intent.complaint"] == "3"
    assert table["response", "", "p90_seconds"] == "600"
    assert table["report", "", "complete"] == "true"
    assert table["by_topic", "other", "turned_round"] == "1"
    assert table["by_person", f"'{MIA}", "resolved"] == "1"
    assert table["by_speed", "within_15_minutes", "came_back_pleased"] == "1"
    assert table["opened_by_hour", "monday", "00:00"] == "0"
    assert table["sources", SOURCE, "gap_why"] == "X served no more"
    assert table["spend", "x", "limit"] == "50.0"
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@")]


@pytest.mark.parametrize("path", ["/report", "/report.csv"])
@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, ["from", "to"]),
        ({"from": "2026-11-02", "to": "2026-11-01"}, ["to"]),
        ({"from": "2026-10-01", "to": "2026-11-01"}, ["to"]),
        ({"from": "yesterday", "to": "2026-11-01"}, ["from"]),
    ],
)
def test_a_period_that_is_none_is_a_problem_in_json(call, path, query, fields):
    answer = call("GET", path, **query)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json["errors"]] == fields


def test_the_last_day_of_all_is_reported_and_nobody_without_claims_is_told(call):
    assert call("GET", "/report", **{"from": "9999-12-31", "to": "9999-12-31"}).status == 200
    assert call("GET", "/report", by=None, **DAY).status == 401
