"""What staff do with a case, what is refused, and what of a body is accepted."""

import base64
import json
from datetime import datetime, timedelta

import pytest

from earshot.api.case_actions import CaseAction
from earshot.cases.policy.table import PolicyTable
from earshot.cases.store.case_table import CaseTable
from earshot.errors import ConflictError
from earshot.timestamps import rfc3339
from tests.api.fakes import an_event, case_id, send

pytestmark = pytest.mark.slow

MIA, LEO = "mia@nimbus.example", "leo@nimbus.example"


def test_acknowledging_takes_the_case_and_the_second_is_told_who_holds_it(made, case, call):
    taken = call("POST", f"/cases/{case}/acknowledge", by=MIA)
    assert (taken.status, taken.json["status"], taken.json["acknowledged_by"]) == (200, "acknowledged", MIA)
    assert taken.json["alerting"] == "off"
    second = call("POST", f"/cases/{case}/acknowledge", by=LEO)
    assert second.status == 409
    assert second.json["held_by"] == MIA
    assert second.json["since"] == taken.json["acknowledged_at"]
    assert second.json["case_status"] == "acknowledged"
    assert MIA in second.json["detail"]


def test_acknowledging_twice_writes_nothing(made, case, call):
    first = call("POST", f"/cases/{case}/acknowledge", by=MIA)
    made.clock.advance(minutes=1)
    made.calls.clear()
    assert call("POST", f"/cases/{case}/acknowledge", by=MIA).json == first.json
    # The case, once a minute the policy, and the count of what one person does.
    assert made.calls == {"GetItem": 2, "UpdateItem": 1}


@pytest.mark.parametrize(("text", "minutes"), [("", 30), ("acknowledgement_expires_minutes = 10", 10)])
def test_how_long_somebody_may_hold_a_case_is_the_policys(made, case, call, text, minutes):
    PolicyTable(made.client, "CaseTable").write(text, made.clock())
    made.clock.advance(minutes=1)
    taken = call("POST", f"/cases/{case}/acknowledge", by=MIA).json
    assert taken["acknowledgement_expires_at"] == rfc3339(made.clock() + timedelta(minutes=minutes))


def test_under_a_policy_without_an_end_somebody_holds_a_case_for_ever(made, case, call):
    PolicyTable(made.client, "CaseTable").write("acknowledgement_expires_minutes = 0", made.clock())
    made.clock.advance(minutes=1)
    assert call("POST", f"/cases/{case}/acknowledge", by=MIA).json["acknowledgement_expires_at"] is None
    PolicyTable(made.client, "CaseTable").write("", made.clock())
    made.clock.advance(minutes=1)


def test_of_two_at_the_same_moment_one_gets_the_case_and_the_other_is_told(made, case, call, monkeypatch):
    """Leo's write falls between Mia's read and Mia's write: hers is refused by its version, and she reads again."""
    save, leo_is_first = CaseTable.save, [True]

    def save_second(table, changes, **given):
        if leo_is_first and leo_is_first.pop():
            CaseAction(made.cases, case, LEO, made.clock()).acknowledge()
        return save(table, changes, **given)

    monkeypatch.setattr(CaseTable, "save", save_second)
    answer = call("POST", f"/cases/{case}/acknowledge", by=MIA)
    assert (answer.status, answer.json["held_by"]) == (409, LEO)
    log = call("GET", f"/cases/{case}").json["log"]
    assert [entry["by"] for entry in log if entry["what"] == "acknowledged"] == [LEO]


def test_a_case_that_others_keep_changing_is_a_conflict_to_try_again(case, call, monkeypatch):
    def never(*_: object, **__: object) -> None:
        raise ConflictError("changed by somebody else")

    monkeypatch.setattr(CaseTable, "save", never)
    answer = call("POST", f"/cases/{case}/notes", body={"text": "hello"})
    assert (answer.status, answer.json["type"]) == (409, "urn:earshot:problem:changed-meanwhile")
    assert "try again" in answer.json["detail"]


def test_a_note_stands_in_the_log_under_its_authors_name(case, call):
    note = call("POST", f"/cases/{case}/notes", by=LEO, body={"text": "  called her \U0001f44d "})
    assert note.status == 201
    assert note.json == {
        "at": note.json["at"],
        "by": LEO,
        "what": "note",
        "text": "called her \U0001f44d",
        "told": [],
        "pending": [],
        "not_told": [],
        "unknown": [],
    }
    entry = call("GET", f"/cases/{case}").json["log"][-1]
    assert entry.items() <= note.json.items()
    assert set(entry) == {"at", "by", "what", "text"}


def test_resolving_and_reopening(case, call):
    done = call("POST", f"/cases/{case}/resolve", by=MIA, body={"why": "refunded"}).json
    assert (done["status"], done["resolved_by"]) == ("resolved", MIA)
    # Whoever heard no answer presses again.
    assert call("POST", f"/cases/{case}/resolve", by=MIA, body={"why": "refunded"}).json == done
    other = call("POST", f"/cases/{case}/resolve", by=MIA, body={"outcome": "answered"})
    assert (other.status, "reopen it first" in other.json["detail"]) == (409, True)
    again = call("POST", f"/cases/{case}/resolve", by=LEO)
    assert again.status == 409
    assert (again.json["case_status"], "held_by" in again.json) == ("resolved", False)
    assert call("POST", f"/cases/{case}/acknowledge").status == 409
    assert call("POST", f"/cases/{case}/reopen", by=LEO, body={}).json["status"] == "open"
    refused = call("POST", f"/cases/{case}/reopen")
    assert refused.status == 409
    assert "only a replied or resolved case" in refused.json["detail"]
    log = call("GET", f"/cases/{case}").json["log"]
    assert [(entry["what"], entry["by"], entry["text"]) for entry in log[-3:]] == [
        ("resolved", MIA, "refunded"),
        ("reopened", LEO, ""),
        ("escalated", "earshot", "step 1 of 6, rung 1: alerting begins"),
    ]


def test_handing_over_frees_the_case_and_the_next_rung_is_alerted(case, call):
    call("POST", f"/cases/{case}/acknowledge", by=MIA)
    refused = call("POST", f"/cases/{case}/hand-over", by=LEO)
    assert (refused.status, refused.json["held_by"]) == (409, MIA)
    handed = call("POST", f"/cases/{case}/hand-over", by=MIA).json
    assert (handed["status"], handed["rung"], handed["alerting"], handed["acknowledged_by"]) == ("open", 2, "due", None)
    assert call("POST", f"/cases/{case}/hand-over", by=MIA).json == handed


@pytest.mark.parametrize(("body", "until"), [(None, 30), ({}, 30), ({"minutes": 30}, 30), ({"minutes": 60}, 60)])
def test_a_snoozed_case_says_until_when_and_by_whom(made, case, call, body, until):
    snoozed = call("POST", f"/cases/{case}/snooze", by=MIA, body=body).json
    # A ladder counts whole minutes from its start.
    end = datetime.fromisoformat(snoozed["snoozed_until"]) - made.clock()
    assert timedelta(0) <= end - timedelta(minutes=until) < timedelta(minutes=1)
    assert (snoozed["snoozed_by"], snoozed["alerting"]) == (MIA, "waiting")
    assert call("POST", f"/cases/{case}/snooze", by=LEO, body=body).json == snoozed


@pytest.mark.parametrize("minutes", [0, 31, "30 min", None, 1e9])
def test_a_snooze_of_another_length_is_refused(case, call, minutes):
    answer = call("POST", f"/cases/{case}/snooze", body={"minutes": minutes})
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, ["minutes"])


def test_what_is_no_complaint_is_resolved_and_says_so(case, call):
    done = call("POST", f"/cases/{case}/not-a-complaint", by=MIA).json
    assert (done["status"], done["resolved_by"], done["outcome"]) == ("resolved", MIA, "not a complaint")
    assert call("POST", f"/cases/{case}/not-a-complaint", by=LEO).json == done
    entry = call("GET", f"/cases/{case}").json["log"][-1]
    assert (entry["what"], entry["by"]) == ("dismissed", MIA)


@pytest.mark.parametrize("act", ["acknowledge", "resolve", "reopen", "notes", "hand-over", "snooze", "not-a-complaint"])
def test_nothing_is_done_to_a_case_that_is_not_there(made, call, act):
    made.calls.clear()
    answer = call("POST", f"/cases/{case_id(404)}/{act}", body={"text": "hello"} if act == "notes" else None)
    assert answer.status == 404
    assert set(made.calls) <= {"GetItem", "UpdateItem"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "   "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": 7}, "text"),
        ({"text": None}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "fine", "colour": "red"}, "colour"),
        (None, "body"),
    ],
)
def test_a_note_that_is_none(case, call, body, field):
    answer = call("POST", f"/cases/{case}/notes", body=body)
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]


@pytest.mark.parametrize("body", ["{", "[]", "null", '"text"', "[" * 60_000, "{" + " " * 70_000 + "}"])
def test_a_body_that_is_no_object(case, call, body):
    answer = call("POST", f"/cases/{case}/notes", body=body)
    assert (answer.status, answer.json["type"]) == (400, "urn:earshot:problem:unreadable-body")


def test_a_body_in_base64_is_read_and_a_broken_one_refused(wired, case):
    event = an_event("POST", f"/cases/{case}/notes", body="x") | {"isBase64Encoded": True}
    packed = base64.b64encode(json.dumps({"text": "é"}).encode()).decode()
    assert send(wired[1], event | {"body": packed}).json["text"] == "é"
    for broken in ("%", base64.b64encode(b"\xff").decode()):
        assert send(wired[1], event | {"body": broken}).status == 400


def test_only_json_is_taken(wired, case):
    event = an_event("POST", f"/cases/{case}/notes", body={"text": "hello"})
    event["headers"]["content-type"] = "multipart/form-data"
    assert send(wired[1], event).status == 415
    event["headers"]["content-type"] = "application/json; charset=utf-8"
    assert send(wired[1], event).status == 201
