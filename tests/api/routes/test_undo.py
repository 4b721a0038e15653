"""Undo through the API, and that each answer says what becomes of the alerts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.cases.conversation.conversation import Conversation
from earshot.timestamps import rfc3339
from tests.api.fakes import Call, Tables

pytestmark = pytest.mark.slow

MIA, LEO = "mia@nimbus.example", "leo@nimbus.example"


def test_a_case_resolved_by_mistake_is_what_it_was(made: Tables, case: str, call: Call) -> None:
    before = call("GET", f"/cases/{case}").json["case"]
    resolved = call("POST", f"/cases/{case}/resolve", by=MIA).json
    assert (resolved["undoable"]["what"], resolved["undoable"]["by"]) == ("resolved", MIA)
    assert resolved["alert_state"]["text"] == f"alerts have stopped: {MIA} resolved the case"
    refused = call("POST", f"/cases/{case}/undo", by=LEO)
    assert (refused.status, refused.json["case_status"]) == (409, "resolved")
    assert MIA in refused.json["detail"]
    stale = call("POST", f"/cases/{case}/undo", by=MIA, headers={"If-Match": before["etag"]})
    assert stale.status == 412
    undone = call("POST", f"/cases/{case}/undo", by=MIA, headers={"If-Match": resolved["etag"]})
    assert undone.status == 200
    assert undone.json | {"etag": before["etag"]} == before
    assert call("POST", f"/cases/{case}/undo", by=MIA).json == undone.json
    log = call("GET", f"/cases/{case}").json["log"]
    assert [(entry["what"], entry["by"]) for entry in log[-2:]] == [("resolved", MIA), ("undone", MIA)]


def test_many_cases_are_undone_each_by_itself(made: Tables, case: str, call: Call) -> None:
    call("POST", f"/cases/{case}/resolve", by=MIA)
    done = call("POST", "/undo", by=MIA, body={"cases": [case, "x-none-7-nimbusair", "no case"]}).json
    assert done["changed"] == [case]
    assert [one["case_id"] for one in done["refused"]] == ["x-none-7-nimbusair", "no case"]
    assert all(one["why"] for one in done["refused"])
    assert call("POST", "/undo", by=MIA, body={"cases": []}).status == 400
    assert call("POST", "/undo", by=MIA, body={"cases": ["a"] * 101}).status == 400


def test_whoever_hands_over_and_reopens_is_told_who_is_alerted(made: Tables, case: str, call: Call) -> None:
    handed = call("POST", f"/cases/{case}/hand-over", by=MIA).json["alert_state"]
    assert (handed["status"], handed["rung"]) == ("sending", 2)
    ends = rfc3339(made.clock() + timedelta(hours=1))
    silence = {"severities": ["high"], "ends": ends, "why": "known"}
    made_silence = call("POST", "/silences", by=MIA, body=silence)
    assert made_silence.status == 201, made_silence.text
    call("POST", f"/cases/{case}/resolve", by=MIA)
    reopened = call("POST", f"/cases/{case}/reopen", by=MIA).json
    assert (reopened["status"], reopened["alerting"], reopened["alert_state"]["status"]) == ("open", "due", "muted")
    assert reopened["alert_state"]["why"] == f"the silence of {MIA} (known)"
    listed = next(item for item in call("GET", "/cases", limit=100).json["items"] if item["id"] == case)
    assert listed["alert_state"] == reopened["alert_state"]
    call("DELETE", f"/silences/{made_silence.json['id']}", by=MIA)


def test_a_case_stored_before_there_was_an_undo_has_nothing_to_undo(made: Tables, case: str, call: Call) -> None:
    def forget(thread: Conversation):
        assert thread.case is not None
        return replace(thread, case=replace(thread.case, undoable=None)), ()

    call("POST", f"/cases/{case}/resolve", by=MIA)
    made.cases.change(case, forget, made.clock())
    assert call("POST", f"/cases/{case}/undo", by=MIA).status == 409
