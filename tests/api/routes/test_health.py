"""The health of the sources, and the spending."""

from datetime import timedelta

import pytest

from earshot.mentions.brands.table import BrandsTable
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import feeds_of
from earshot.mentions.source_state import SourceStatus, next_state
from earshot.reports.health import REMEDIES
from earshot.triage.voice_table import Voice, VoiceLog, VoiceTable
from tests.api.fakes import Tables

pytestmark = pytest.mark.slow


def test_health_tells_each_source_and_the_spending(made, call):
    feeds = feeds_of(("NimbusAir",), ("nimbus air",))
    before = call("GET", "/health").json
    assert before["status"] == "degraded"
    assert {source["status"] for source in before["sources"]} == {"never_run"}
    assert {(source["hearing"], source["deaf"]) for source in before["sources"]} == {("never_listened", True)}
    assert all("fetch function" in source["what_to_do"] for source in before["sources"])
    for feed in feeds:
        run(made, feed.key, SourceStatus.OK, "3 posts read")
    made.sources.spend("x", "2026-11", 12_345_678)
    made.texts.book_beyond_limit(1_250_000, made.clock())
    health = call("GET", "/health").json
    assert health["status"] == "ok"
    assert [source["source"] for source in health["sources"]] == [feed.key for feed in feeds]
    spent = [(one["service"], one["month"], one["spent_usd"], one["limit_usd"]) for one in health["spending"]]
    assert spent == [
        ("x", "2026-11", 12.345678, 50.0),
        ("comprehend", "2026-11", 0.0, 20.0),
        ("sms", "2026-11", 1.25, 20.0),
    ]
    limits = ["XMonthlySpendLimit", "ComprehendMonthlySpendLimit", "SmsMonthlySpendLimit"]
    assert [one["parameter"] for one in health["spending"]] == limits
    run(made, feeds[0].key, SourceStatus.UNAUTHORISED, "X refuses the bearer token: put a new one into the secret.")
    worse = call("GET", "/health").json
    assert worse["status"] == "degraded"
    assert "bearer token" in worse["sources"][0]["message"]


def test_health_says_of_each_source_whether_it_is_heard_and_what_to_do(made, call):
    mentions, own, search = feeds_of(("NimbusAir",), ("nimbus air",))
    run(made, mentions.key, SourceStatus.OK, "3 posts read")
    run(made, own.key, SourceStatus.UNAUTHORISED, "X refuses the bearer token.")
    run(made, search.key, SourceStatus.OK, "3 posts read")
    run(made, search.key, SourceStatus.RATE_LIMITED, "X asks to wait.")
    told = call("GET", "/health").json["sources"]
    assert [(source["hearing"], source["deaf"]) for source in told] == [
        ("ok", False),
        ("failing", True),
        ("waiting", False),
    ]
    assert told[0]["what_to_do"] == ""
    assert told[1]["what_to_do"].startswith("Put a valid bearer token")
    made.clock.advance(minutes=15)
    heard, _, waited = call("GET", "/health").json["sources"]
    assert (heard["hearing"], heard["deaf"], waited["hearing"]) == ("silent", True, "failing")


def test_brands_that_cannot_be_used_are_told_and_the_last_good_ones_are_shown(made, call):
    table = BrandsTable(made.client, "SourceTable")
    table.write('[[brands]]\nhandles = ["Zephyr", "ZephyrHelp"]', made.clock())
    made.clock.advance(minutes=1)
    told = call("GET", "/health").json
    sources = ["x#mentions#Zephyr", "x#own#Zephyr", "x#mentions#ZephyrHelp", "x#own#ZephyrHelp"]
    assert ([source["source"] for source in told["sources"]], told["problems"]) == (sources, [])
    assert call("GET", "/me").json["brands"] == ["Zephyr"]
    table.write('[[brands]]\nhandles = ["Zephyr Rail"]', made.clock())
    made.clock.advance(minutes=1)
    told = call("GET", "/health").json
    assert ([source["source"] for source in told["sources"]], told["status"]) == (sources, "degraded")
    (problem,) = told["problems"]
    assert "The last good brands stay in force" in problem
    assert "'Zephyr Rail'" in problem
    assert "earshot brand put" in problem
    made.client.delete_item(TableName="SourceTable", Key={"pk": {"S": "brands"}})
    made.clock.advance(minutes=1)
    assert call("GET", "/health").json["problems"] == []


def test_what_else_must_be_looked_at_is_said_the_worst_first_and_for_as_long_as_it_lasts(made, call, case):
    def found() -> dict[str, str]:
        return {one["check"]: one["level"] for one in call("GET", "/health").json["findings"]}

    before = found()
    assert "alerts" not in before
    assert {check for check in before if check.startswith("voice")} == set()
    # The sums of a service that no other test has spent on.
    made.sources.spend("comprehend", f"{made.clock():%Y-%m}", 16_000_001)
    voices = VoiceTable(made.client, "SourceTable")
    log = VoiceLog(voices.note_failure, made.clock)
    log.failed(Voice.COMPREHEND, "EndpointConnectionError")
    log.failed(Voice.ENCODER, "no weights")
    made.calls.clear()
    log.failed(Voice.ENCODER, "again")
    assert made.calls == {}, "what fails all the time is noted once a minute"
    assert found()["budget comprehend"] == "warning"
    told = call("GET", "/health").json
    (comprehend,) = [one for one in told["findings"] if one["check"] == "voice comprehend"]
    assert "EndpointConnectionError" in comprehend["what"]
    assert all(one["remedy"] for one in told["findings"])
    # The case of this test is due, and nobody is told of it.
    made.clock.advance(minutes=11)
    later = found()
    assert later["alerts"] == "failure"
    assert next(iter(later)) == "alerts"
    assert "voice comprehend" not in later
    assert later["voice encoder"] == "warning"
    assert call("POST", f"/cases/{case}/acknowledge").status == 200
    made.clock.advance(seconds=2)
    assert "alerts" not in found()


def test_every_failure_has_a_remedy_in_the_health():
    assert {status for status in SourceStatus if not status.is_success} <= set(REMEDIES)


def run(made: Tables, source: str, status: SourceStatus, message: str) -> None:
    """One run of the fetcher, as the source table sees it."""
    held = made.sources.acquire(source, "run", made.clock(), timedelta(minutes=1))
    state = next_state(held.state, source, status, message, made.clock())
    made.sources.save(source, "run", Checkpoint(), state)


def test_the_doctor_sees_what_the_api_may_see_and_says_what_it_does_not(made, call):
    for feed in feeds_of(("NimbusAir",), ("nimbus air",)):
        run(made, feed.key, SourceStatus.OK, "3 posts read")
    found = call("GET", "/doctor", groups="admin").json
    levels = {one["check"]: one["level"] for one in found["findings"]}
    assert {levels[f"source {feed.key}"] for feed in feeds_of(("NimbusAir",), ("nimbus air",))} == {"ok"}
    assert levels["budget sms"] == "ok"
    assert levels["last alert"] == "warning"
    assert "the token of X" in found["unseen"]
    assert found["status"] == "failure", "nobody is on call here"
    assert {one["level"]: bool(one["remedy"]) for one in found["findings"]} == {
        "ok": False,
        "warning": True,
        "failure": True,
    }
    for group in ("viewer", "agent", "lead"):
        assert call("GET", "/doctor", groups=group).status == 403
