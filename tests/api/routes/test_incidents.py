"""Incidents over the API: which there are, whom they affect, and how cases tell that they belong to one."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

import api
from earshot.cases.incidents.table import IncidentTable
from earshot.mentions.mention import Author
from earshot.reports import incident_members
from tests.api.fakes import ENVIRON, Call, Tables, call_on, case_id, tables
from tests.fakes import START, a_judgement, a_mention, changed
from tests.incident_fakes import begin, finish

pytestmark = pytest.mark.slow

# What a spreadsheet would run, and what parts a line of CSV.
NAMES = ('=HYPERLINK("http://evil.example","x")', "@SUM(A1)", 'Jane "JD" Doe,\nof Leeds')
MEMBERS = tuple(case_id(number, f"a{number}") for number in range(len(NAMES)))
OUTAGE, LOGIN = "incident-nimbusair-outage-20261121T0900", "incident-nimbusair-login-20261121T1003"


@pytest.fixture(scope="module")
def made() -> Iterator[Tables]:
    """Two incidents: an outage of three customers, one of them answered, and a login's of two, which is over."""
    with tables() as made:
        for number, name in enumerate(NAMES):
            hear(made, number, Author(f"a{number}", f"h{number}", name, followers=10 * number))
        outage = begin(made.cases, MEMBERS, made.clock.advance(minutes=10))
        for number in (63, 64):
            hear(made, number, Author(f"a{number}"))
        others = [case_id(number, f"a{number}") for number in (63, 64)]
        login = begin(made.cases, others, made.clock.advance(hours=1), label="login")
        # The watch died before it took the one that ended off the list, and one was deleted by hand.
        deleted = replace(outage, id="incident-flood-20261121T0900")
        IncidentTable(made.client, "CaseTable").put_live((outage, deleted, login), ())
        finish(made.cases, login, made.clock.advance(hours=1))
        yield made


@pytest.fixture(scope="module")
def call(made: Tables) -> Call:
    return call_on(api.build(ENVIRON, made.clock))


def hear(made: Tables, number: int, author: Author) -> None:
    made.hear(
        a_mention(str(number), f"@NimbusAir down {number}", conversation_id=str(number), author=author),
        a_judgement(urgency=65),
    )


def test_an_incident_is_told_in_full_with_the_case_that_carries_its_ladder(call: Call) -> None:
    answer = call("GET", "/incidents")
    (told,) = answer.json["items"]
    assert (answer.status, answer.json["next_cursor"]) == (200, None)
    case = told.pop("case")
    assert told == {
        "id": OUTAGE,
        "case_id": OUTAGE,
        "label": "outage",
        "topic": "outage",
        "status": "live",
        "severity": "high",
        "began_at": "2026-11-21T09:00:00.000Z",
        "latest_at": "2026-11-21T09:02:00.000Z",
        "ended_at": None,
        "count": 3,
        "usual": 0.2,
        "reach": 30,
        "held_by": None,
    }
    assert case == call("GET", f"/cases/{OUTAGE}").json["case"]
    assert case["incident"] == {key: told[key] for key in ("id", "label", "count", "usual")} | {
        "began_at": told["began_at"],
        "latest_at": told["latest_at"],
        "ended_at": None,
    }


@pytest.mark.parametrize(("status", "ids"), [("live", [OUTAGE]), ("over", [LOGIN]), ("all", [LOGIN, OUTAGE])])
def test_the_newest_come_first_and_a_status_leaves_out_the_others(call: Call, status: str, ids: list[str]) -> None:
    assert [item["id"] for item in call("GET", "/incidents", status=status).json["items"]] == ids


def test_pages_give_every_incident_once(call: Call) -> None:
    first = call("GET", "/incidents", status="all", limit=1).json
    second = call("GET", "/incidents", status="all", limit=1, cursor=first["next_cursor"]).json
    assert [item["id"] for item in first["items"] + second["items"]] == [LOGIN, OUTAGE]
    assert second["next_cursor"] is None
    for status in ("over", "live"):
        refused = call("GET", "/incidents", status=status, cursor=first["next_cursor"])
        assert refused.json["type"] == "urn:earshot:problem:invalid-cursor"


def test_one_that_is_over_says_since_when(call: Call) -> None:
    told = call("GET", f"/incidents/{LOGIN}").json
    assert (told["status"], told["ended_at"]) == ("over", "2026-11-21T11:10:00.000Z")
    assert told["case"]["status"] == "resolved"


def test_members_are_told_with_those_first_who_have_had_no_answer(made: Tables, call: Call) -> None:
    assert call("POST", f"/cases/{MEMBERS[0]}/resolve").status == 200
    told = call("GET", f"/incidents/{OUTAGE}").json
    assert [(one["case_id"], one["status"]) for one in told["members"]] == [
        (MEMBERS[1], "open"),
        (MEMBERS[2], "open"),
        (MEMBERS[0], "resolved"),
    ]
    assert (told["waiting"], told["complete"]) == (2, True)
    assert told["members"][0] == {
        "case_id": MEMBERS[1],
        "author": {"id": "a1", "handle": "h1", "name": NAMES[1], "followers": 10, "verified": False},
        "link": "https://x.com/jane/status/1",
        "opened_at": "2026-11-21T09:01:00.000Z",
        "status": "open",
        "severity": "high",
    }
    assert call("POST", f"/cases/{MEMBERS[0]}/reopen").status == 200


def test_as_csv_nothing_that_strangers_wrote_is_a_formula(call: Call) -> None:
    answer = call("GET", f"/incidents/{OUTAGE}/members.csv")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="members.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [line["name"] for line in lines] == [f"'{NAMES[0]}", f"'{NAMES[1]}", 'Jane "JD" Doe, of Leeds']
    assert lines[0] == {
        "case_id": MEMBERS[0],
        "handle": "h0",
        "name": f"'{NAMES[0]}",
        "followers": "0",
        "link": "https://x.com/jane/status/0",
        "opened_at": "2026-11-21T09:00:00.000Z",
        "status": "open",
        "severity": "high",
        "recovery": "",
        "recovery_at": "",
        "recovery_post": "",
    }


def test_an_incident_of_more_customers_than_are_given_says_so(call: Call) -> None:
    with patch.object(incident_members.members_of, "__defaults__", (2,)):
        told = call("GET", f"/incidents/{OUTAGE}").json
    assert (len(told["members"]), told["complete"]) == (2, False)
    few = call("GET", f"/incidents/{OUTAGE}", members=1).json
    assert (len(few["members"]), few["complete"]) == (1, False)


def test_a_case_of_an_incident_names_it_and_a_customers_case_is_none(call: Call) -> None:
    member = call("GET", f"/cases/{MEMBERS[1]}").json
    assert (member["case"]["incident_id"], member["case"]["incident"]) == (OUTAGE, None)
    assert "joined incident" in [entry["what"] for entry in member["log"]]
    answer = call("GET", f"/incidents/{MEMBERS[1]}")
    assert answer.status == 404
    assert "is a customer's case, not an incident: see its `incident_id`" in answer.json["detail"]


@pytest.mark.parametrize(
    "path", ["/incidents/incident-flood-20261121T0900", "/incidents/x", "/incidents/x/members.csv"]
)
def test_an_incident_that_is_not_there(call: Call, path: str) -> None:
    answer = call("GET", path)
    assert (answer.status, answer.json["type"]) == (404, "urn:earshot:problem:not-found")


def test_a_status_that_there_is_not_is_refused_with_those_there_are(call: Call) -> None:
    answer = call("GET", "/incidents", status="gone")
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "status")
    assert "'live', 'over' or 'all'" in answer.json["detail"]


def test_staff_do_with_an_incident_what_they_do_with_any_case(call: Call) -> None:
    assert call("POST", f"/cases/{OUTAGE}/acknowledge", by="mia@nimbus.example").status == 200
    assert call("GET", "/incidents").json["items"][0]["held_by"] == "mia@nimbus.example"
    assert call("POST", f"/cases/{OUTAGE}/notes", body={"text": "the data centre is on fire"}).status == 201
    assert call("POST", f"/cases/{OUTAGE}/hand-over", by="mia@nimbus.example").status == 200
    assert call("GET", "/incidents").json["items"][0]["held_by"] is None


def test_incidents_stand_among_cases_and_have_a_file_and_a_history(made: Tables, call: Call) -> None:
    ids = [item["id"] for item in call("GET", "/cases", limit=100).json["items"]]
    assert OUTAGE in ids
    file = call("GET", f"/cases/{OUTAGE}").json
    assert (file["mentions"], file["complete"]) == ([], True)
    assert file["log"][0]["what"] == "opened"
    history = call("GET", "/authors/incident/incident").json["items"]
    assert [item["case"]["id"] for item in history] == [LOGIN, OUTAGE]
    day = START.date().isoformat()
    assert call("GET", "/counts", **{"from": day, "to": day}).json["total"]["customers"] == 5


def test_nothing_scans_and_one_look_reads_the_case_and_its_members(made: Tables, call: Call) -> None:
    made.calls.clear()
    call("GET", "/incidents", status="all")
    assert made.calls == {"Query": 1, "BatchGetItem": 1}
    made.calls.clear()
    call("GET", "/incidents")
    assert made.calls == {"GetItem": 1 + 3}, "the list, and the case of each that stands on it"
    made.calls.clear()
    call("GET", f"/incidents/{OUTAGE}")
    assert made.calls == {"GetItem": 1, "Query": 1}


def test_a_case_says_what_it_waits_with_and_why_its_ladder_waited(made: Tables, call: Call) -> None:
    made.clock.advance(minutes=1)
    hear(made, 90, Author("a90"))
    late = case_id(90, "a90")
    until = made.clock() + timedelta(minutes=1)

    def hold(thread: Any) -> Any:
        case = changed(
            thread.case, ladder__delivery__grouped_until=until, ladder__muted_by="the silence of mia (planned work)"
        )
        return replace(thread, case=case), ()

    made.cases.change(late, hold, made.clock())
    case = call("GET", f"/cases/{late}").json["case"]
    assert (case["grouped_until"], case["muted_by"]) == (
        "2026-11-21T11:12:00.000Z",
        "the silence of mia (planned work)",
    )
