"""Silences over the API: put in place by whoever is signed in, listed, ended, and refused with the remedy."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from earshot.alerting.mute.silence import MAX_ACTIVE, MAX_STORED, new_silence
from earshot.alerting.mute.silence_table import SilenceTable
from earshot.cases.case.inhibition import mute
from earshot.cases.case.ladder import Alerting
from earshot.errors import SilenceError
from tests.api.fakes import Call, Tables, call_on
from tests.fakes import CASE, START, a_judgement, a_mention

pytestmark = pytest.mark.slow

MIA = "mia@nimbus.example"
JANE = {"authors": ["jane"], "ends": "2026-11-21T12:00:00+01:00", "why": "she tests our bot"}
WISH = {"topics": ["outage"], "authors": ["@Jane"], "ends": "2026-11-21T12:00:00+01:00", "why": " planned \n work "}


@pytest.fixture
def made(wired: tuple[Tables, Any]) -> Tables:
    """Empty tables, at nine in the morning."""
    made, _ = wired
    for item in made.client.scan(TableName="CaseTable")["Items"]:
        made.client.delete_item(TableName="CaseTable", Key={key: item[key] for key in ("pk", "sk")})
    made.clock.now = START
    return made


@pytest.fixture
def call(wired: tuple[Tables, Any], made: Tables) -> Call:
    return call_on(wired[1])


def test_a_silence_is_whose_who_is_signed_in_and_is_listed_while_it_is_in_force(made: Tables, call: Call) -> None:
    answer = call("POST", "/silences", body=WISH, by="leo@nimbus.example")
    id = answer.json.pop("id")
    assert answer.status == 201
    put = call("GET", "/silences").json["items"]
    assert put == [
        {
            "id": id,
            "severities": [],
            "topics": ["outage"],
            "authors": ["jane"],
            "begins": "2026-11-21T09:00:00.000Z",
            "ends": "2026-11-21T11:00:00.000Z",
            "by": "leo@nimbus.example",
            "why": "planned work",
            "ended_by": None,
            "in_force": True,
        }
    ]
    made.clock.advance(hours=2)
    assert call("GET", "/silences").json == {"items": []}
    (over,) = call("GET", "/silences", over="true").json["items"]
    assert over == put[0] | {"in_force": False}


def test_the_latest_stands_first(made: Tables, call: Call) -> None:
    first = call("POST", "/silences", body=WISH).json["id"]
    made.clock.advance(minutes=1)
    second = call("POST", "/silences", body=WISH).json["id"]
    assert [item["id"] for item in call("GET", "/silences").json["items"]] == [second, first]


def test_a_request_that_is_sent_again_at_the_same_moment_puts_one_silence(call: Call) -> None:
    assert call("POST", "/silences", body=WISH).json == call("POST", "/silences", body=WISH).json
    assert len(call("GET", "/silences").json["items"]) == 1


def test_ending_says_who_did_and_ending_twice_changes_nothing(made: Tables, call: Call) -> None:
    path = f"/silences/{call('POST', '/silences', body=WISH).json['id']}"
    made.clock.advance(minutes=30)
    ended = call("DELETE", path, by="mia@nimbus.example")
    assert (ended.status, ended.json["ends"]) == (200, "2026-11-21T09:30:00.000Z")
    assert (ended.json["ended_by"], ended.json["in_force"]) == ("mia@nimbus.example", False)
    made.clock.advance(minutes=1)
    made.calls.clear()
    assert call("DELETE", path, by="leo@nimbus.example").json == ended.json
    assert "PutItem" not in made.calls
    assert call("GET", "/silences").json["items"] == []


def test_undoing_a_silence_alerts_what_it_kept_back_with_the_ladder_as_it_was(made: Tables, call: Call) -> None:
    made.hear(a_mention("1", "@NimbusAir my bag is lost"), a_judgement(urgency=65))
    before = made.cases.conversation(CASE).case
    path = f"/silences/{call('POST', '/silences', body=JANE, by=MIA).json['id']}"
    (silence,) = SilenceTable(made.client, "CaseTable").silences()
    made.cases.change(
        CASE, lambda one: one.after(mute(one.case, 1, START + timedelta(hours=1), silence.label, START)), START
    )
    made.clock.advance(seconds=9)
    refused = call("POST", f"{path}/undo", by="leo@nimbus.example")
    assert (refused.status, "ask them" in refused.json["detail"]) == (409, True)
    undone = call("POST", f"{path}/undo", by=MIA).json
    assert (undone["in_force"], undone["ended_by"]) == (False, MIA)
    assert call("POST", f"{path}/undo", by=MIA).json == undone
    ladder = made.cases.conversation(CASE).case.ladder
    assert (ladder.alerting, ladder.step) == (Alerting.DUE, before.ladder.step)
    waits = [one.step_at(2) for one in (before.ladder, ladder)]
    assert timedelta(0) <= waits[1] - waits[0] <= timedelta(seconds=10), "the next rung comes when it would have come"


def test_a_silence_that_was_ended_by_mistake_is_in_force_again(made: Tables, call: Call) -> None:
    silence = call("POST", "/silences", body=WISH, by=MIA).json
    path = f"/silences/{silence['id']}"
    made.clock.advance(minutes=30)
    call("DELETE", path, by=MIA)
    made.clock.advance(seconds=9)
    assert call("POST", f"{path}/undo", by=MIA).json == silence
    made.clock.advance(minutes=30)
    call("DELETE", path, by=MIA)
    made.clock.advance(minutes=16)
    late = call("POST", f"{path}/undo", by=MIA)
    assert (late.status, "too long ago" in late.json["detail"]) == (409, True)


def test_a_silence_that_is_not_there(call: Call) -> None:
    answer = call("DELETE", "/silences/silence-1")
    assert (answer.status, answer.json["type"]) == (404, "urn:earshot:problem:not-found")


@pytest.mark.parametrize(
    ("wish", "field", "remedy"),
    [
        ({"topics": [], "authors": []}, "severities", "name severities, topics or authors"),
        ({"severities": ["high", "critical"]}, "severities", "'critical' cannot be silenced"),
        ({"severities": ["low"]}, "severities", "'low' alerts nobody"),
        ({"severities": ["urgent"]}, "severities", "'urgent' is not a severity that can be silenced: choose from high"),
        ({"topics": ["weather"]}, "topics", "'weather' is not a topic: choose from danger, fraud"),
        ({"authors": ["Jane Doe"]}, "authors", "'Jane Doe' is no handle or id"),
        ({"authors": ["@nimbus_air_london"]}, "authors", "has 17 characters, and a handle on X has 15 at most"),
        ({"authors": ["josé"]}, "authors", "'josé' is no handle or id"),
        ({"authors": ["@"]}, "authors", "'@' is no handle or id"),
        ({"authors": [f"a{number}" for number in range(51)]}, "authors", "51 authors are named, and 50 at most"),
        ({"ends": "2026-11-21T09:00:00Z"}, "ends", "2026-11-21T09:00:00+00:00, is in the past"),
        ({"ends": "0001-01-01T00:00:00+14:00"}, "ends", "is in the past"),
        ({"ends": "9999-12-31T23:59:59-14:00"}, "ends", "more than 30 days ahead"),
        ({"ends": "2026-12-21T09:00:01Z"}, "ends", "more than 30 days ahead"),
        ({"ends": "2026-11-21T12:00:00"}, "ends", "timezone"),
        ({"why": "  "}, "why", "Give a reason of at most 200 characters"),
        ({"why": "x" * 201}, "why", "Give a reason of at most 200 characters"),
        ({"severity": "high"}, "severity", "Extra inputs are not permitted"),
    ],
)
def test_a_silence_that_none_can_be_is_refused_with_its_remedy(
    call: Call, wish: dict[str, Any], field: str, remedy: str
) -> None:
    answer = call("POST", "/silences", body=WISH | wish)
    assert (answer.status, answer.json["type"]) == (400, "urn:earshot:problem:invalid-request")
    assert answer.json["errors"][0]["field"] == field
    assert remedy in answer.json["detail"]
    assert call("GET", "/silences", over="true").json["items"] == []


def test_more_silences_than_the_notifier_should_read_are_refused_until_one_ends(made: Tables, call: Call) -> None:
    assert call("POST", "/silences", body=WISH).status == 201
    table = SilenceTable(made.client, "CaseTable")
    (first,) = table.silences()
    for number in range(1, MAX_ACTIVE):
        table.put_silence(replace(first, id=f"{first.id}-{number}"))
    refused = call("POST", "/silences", body=WISH)
    assert (refused.status, refused.json["errors"][0]["field"]) == (400, "silences")
    assert "quiet hours into the policy" in refused.json["detail"]
    assert call("DELETE", f"/silences/{call('GET', '/silences').json['items'][7]['id']}").status == 200
    assert call("POST", "/silences", body=WISH).status == 201


def test_silences_that_have_ended_are_bounded_too(made: Tables, call: Call) -> None:
    call("POST", "/silences", body=WISH)
    (first,) = SilenceTable(made.client, "CaseTable").silences()
    ended = [replace(first, id=f"{first.id}-{number}", ends=START) for number in range(MAX_STORED)]
    ends = START + timedelta(hours=1)
    assert new_silence(first.scope, ends, "why", "mia", START, ended[1:]).is_in_force(START)
    with pytest.raises(SilenceError, match="1000 silences were added within 30 days: put quiet hours into the policy"):
        new_silence(first.scope, ends, "why", "mia", START, ended)
