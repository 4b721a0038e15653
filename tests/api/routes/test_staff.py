"""The roster over the API: people, rotations, overrides, and who is on call; nothing is overwritten unseen."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

import api
from tests.api.fakes import ENVIRON, Call, Tables, call_on, tables

pytestmark = pytest.mark.slow

MIA = {"name": "Mia Okafor", "email": "mia@example.com", "phone": "+12025550101", "languages": ["en"], "role": "lead"}
WEEKLY = {
    "people": ["mia", "leo"],
    "period": "week",
    "handover": "09:00",
    "timezone": "Europe/London",
    "start": "2026-11-16",
    "weekday": 0,
}


@pytest.fixture
def call() -> Iterator[Call]:
    with tables() as made:
        topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
        yield call_on(_built(made, topic))


def _built(made: Tables, topic: str) -> Any:
    return api.build(ENVIRON | {"ALERT_TOPIC_ARN": topic}, made.clock)


@pytest.fixture
def staffed(call: Call) -> Call:
    assert call("PUT", "/staff/people/mia", body=MIA).status == 200
    assert call("PUT", "/staff/people/leo", body={"name": "Leo Brandt", "phone": "+12025550102"}).status == 200
    assert call("PUT", "/staff/rotations/1", body=WEEKLY).status == 200
    return call


def test_an_empty_roster_leaves_every_rung_to_the_parameters(call: Call) -> None:
    assert call("GET", "/staff").json == {
        "version": 0,
        "etag": '"roster.0"',
        "people": [],
        "rotations": [],
        "overrides": [],
    }
    rungs = call("GET", "/on-call").json["rungs"]
    assert rungs == [{"rung": rung, "people": [], "next": None} for rung in (1, 2, 3)]


def test_the_roster_is_told_with_the_state_of_every_address(staffed: Call) -> None:
    roster = staffed("GET", "/staff").json
    assert roster["version"] == 3
    leo, mia = roster["people"]
    # SNS may take 15 minutes to put the filter of a mailbox that is new into force.
    assert mia == MIA | {"id": "mia", "absences": [], "email_state": "settling", "sms_state": "confirmed"}
    assert (leo["email"], leo["email_state"], leo["sms_state"]) == (None, None, "confirmed")
    assert roster["rotations"] == [WEEKLY | {"rung": 1}]


def test_a_number_that_opted_out_is_told(call: Call) -> None:
    call("PUT", "/staff/people/zoe", body={"name": "Zoe Ito", "phone": "+12025550199"})
    assert call("GET", "/staff").json["people"][0]["sms_state"] == "opted out"


def test_who_is_on_call_and_who_is_next(staffed: Call) -> None:
    answer = staffed("GET", "/on-call").json
    assert answer["at"] == "2026-11-21T09:00:00.000Z"
    assert answer["rungs"][0] == {
        "rung": 1,
        "people": [{"id": "mia", "name": "Mia Okafor"}],
        "next": {"at": "2026-11-23T09:00:00.000Z", "people": [{"id": "leo", "name": "Leo Brandt"}]},
    }


def test_an_override_stands_in_at_once(staffed: Call) -> None:
    body = {"person": "leo", "rung": 1, "begins": "2026-11-21T09:00:00Z", "ends": "2026-11-21T12:00:00+01:00"}
    answer = staffed("POST", "/staff/overrides", body=body)
    assert (answer.status, answer.json["overrides"][0]["ends"]) == (201, "2026-11-21T11:00:00.000Z")
    rung = staffed("GET", "/on-call").json["rungs"][0]
    assert (rung["people"][0]["id"], rung["next"]["at"]) == ("leo", "2026-11-21T11:00:00.000Z")


def test_absences_are_given_with_the_person(staffed: Call) -> None:
    away = MIA | {"absences": [{"first": "2026-11-21", "last": "2026-11-22"}]}
    assert staffed("PUT", "/staff/people/mia", body=away).status == 200
    assert staffed("GET", "/on-call").json["rungs"][0]["people"][0]["id"] == "leo"


def test_who_is_removed_is_gone_from_everywhere(staffed: Call) -> None:
    answer = staffed("DELETE", "/staff/people/mia")
    assert (answer.status, [person["id"] for person in answer.json["people"]]) == (200, ["leo"])
    assert answer.json["rotations"][0]["people"] == ["leo"]
    assert staffed("DELETE", "/staff/people/mia").status == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/staff/people/mia", MIA),
        ("DELETE", "/staff/people/mia", None),
        ("PUT", "/staff/rotations/2", WEEKLY),
        (
            "POST",
            "/staff/overrides",
            {"person": "leo", "rung": 1, "begins": "2026-11-21T09:00:00Z", "ends": "2026-11-22T09:00:00Z"},
        ),
    ],
)
def test_what_was_decided_on_an_outdated_roster_is_refused(staffed: Call, method: str, path: str, body: Any) -> None:
    answer = staffed(method, path, body=body, version=2)
    assert (answer.status, answer.json["type"]) == (409, "urn:earshot:problem:changed-meanwhile")
    assert staffed("GET", "/staff").json["version"] == 3
    assert staffed(method, path, body=body, version=3).status in (200, 201)


@pytest.mark.parametrize(("tag", "status"), [('"roster.2"', 412), ('"roster.3"', 200), ("*", 200), ("roster.3", 412)])
def test_if_match_asks_the_same_of_the_roster_as_version(staffed: Call, tag: str, status: int) -> None:
    assert staffed("GET", "/staff").headers["etag"] == '"roster.3"'
    answer = staffed("PUT", "/staff/people/mia", body=MIA, headers={"If-Match": tag})
    assert answer.status == status
    if status == 412:
        assert (answer.json["type"], answer.json["etag"]) == ("urn:earshot:problem:changed-meanwhile", '"roster.3"')
        assert staffed("GET", "/staff").json["version"] == 3
    else:
        assert answer.json["etag"] == '"roster.4"'


def test_of_if_match_and_version_both_must_hold(staffed: Call) -> None:
    headers = {"If-Match": '"roster.3"'}
    assert staffed("DELETE", "/staff/people/mia", headers=headers, version=2).status == 409
    assert staffed("DELETE", "/staff/people/mia", headers=headers, version=3).status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("PUT", "/staff/people/Ann", MIA, "'Ann' is not a valid id"),
        ("PUT", "/staff/people/ann", {"name": "Ann"}, "cannot be reached"),
        ("PUT", "/staff/people/ann", {"email": "a@example.com"}, "name"),
        ("PUT", "/staff/people/ann", MIA | {"shoe": 1}, "shoe"),
        ("PUT", "/staff/rotations/4", WEEKLY, "rung"),
        ("PUT", "/staff/rotations/1", WEEKLY | {"people": ["ann"]}, "'ann', who is not on the roster"),
        ("PUT", "/staff/rotations/1", WEEKLY | {"handover": "09:00:30"}, "without a time zone"),
        ("PUT", "/staff/rotations/1", WEEKLY | {"timezone": "Mars/Base"}, "not a time zone"),
        (
            "POST",
            "/staff/overrides",
            {"person": "mia", "rung": 1, "begins": "2026-11-21T09:00:00", "ends": "2026-11-22T09:00:00Z"},
            "begins",
        ),
        ("PUT", "/staff/people/ann", "[]", "not an object"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_changed(staffed: Call, method: str, path: str, body: Any, told: str) -> None:
    answer = staffed(method, path, body=body)
    assert answer.status == 400
    assert told in json.dumps(answer.json, ensure_ascii=False)
    assert staffed("GET", "/staff").json["version"] == 3


def test_a_path_with_another_method_names_those_it_has(call: Call) -> None:
    answer = call("GET", "/staff/people/mia")
    assert (answer.status, answer.headers["allow"]) == (405, "PUT, DELETE")
