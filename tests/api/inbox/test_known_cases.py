"""Which cases the inbox knows where they are many, changed a moment ago, or are known under other names."""

from dataclasses import replace
from typing import Any

import boto3
import pytest

import api
from earshot.alerting.roster.roster import Person, Roster
from earshot.alerting.roster.table import RosterTable
from earshot.aws.dynamodb import to_item
from earshot.cases.store.keys import changed_record
from earshot.cases.store.listing import Index
from infra.bench.storm.slow_table import SlowTable
from infra.bench.storm.stage import a_case
from tests.api.fakes import ENVIRON, an_event, answer_of, send
from tests.api.inbox.desk import MIA, Desk
from tests.fakes import FakeClock

pytestmark = pytest.mark.slow


def test_that_more_wait_than_are_known_is_said_and_who_is_less_urgent_leaves(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earshot.cases.inbox.working_set.MOST_WAITING", 2)
    urgent, high = desk.hear("1000001", urgency=90), desk.hear("1000002", urgency=70)
    assert desk.get().json["is_cut"] is False
    low = desk.hear("1000003", urgency=65)
    desk.made.clock.advance(minutes=1)
    first, other = (one.get().json for one in (desk, Desk(desk.made)))
    assert first["is_cut"] is True
    assert first["items"] == other["items"]
    assert [item["id"] for item in first["items"]] == [urgent, high]
    assert {desk.get(path).json["is_cut"] for path in ("/inbox/ids", "/inbox/live")} == {True}
    table = answer_of(desk.handler, an_event("GET", "/inbox.csv"))
    assert (table.headers["complete"], len(table.text.splitlines())) == ("false", 3)
    assert desk.get("/inbox/live").json["revision"] == Desk(desk.made).get("/inbox/live").json["revision"]
    assert desk.get(status="resolved").json["is_cut"] is False
    assert desk.ids(find="https://x.com/jane/status/1000003") == [low], "the link of a post finds its case"
    assert desk.post(f"/cases/{urgent}/resolve").status == 200
    desk.made.clock.advance(minutes=1)
    assert desk.ids() == [high, low]
    assert desk.get().json["is_cut"] is False


def test_what_ended_just_before_it_was_first_asked_for_is_there_though_its_index_lags(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.hear("1")
    assert desk.post(f"/cases/{case}/resolve").status == 200
    assert desk.ids() == [], "its change was seen when only those who wait were known"
    with monkeypatch.context() as lagging:
        lagging.setattr("earshot.cases.inbox.working_set.BY_OPENED", Index("by-desk", "desk", "desk_order"))
        assert desk.ids(status="resolved") == [case]


def test_a_case_taken_by_the_link_in_an_alert_is_mine_too(desk: Desk) -> None:
    RosterTable(desk.made.client, "CaseTable").save_roster(Roster(people=(Person("mia", "Mia M.", email=MIA),)))
    case = desk.hear("1")
    stored = desk.made.cases.conversation(case)
    desk.made.cases.save([stored.after(stored.case.acknowledge("Mia M.", desk.made.clock()))], now=desk.made.clock())
    assert [one["id"] for one in desk.get("/inbox/live").json["mine"]] == [case]


def test_all_47_cases_of_an_incident_are_resolved_by_one_act_and_given_back_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On the table in memory of the load tests: moto would take half a minute for the 94 transactions."""
    orders = {"by-urgency": ("status", "urgency_order"), "by-change": ("change_shard", "changed_at")}
    monkeypatch.setattr("infra.bench.storm.slow_table.INDEXES", orders)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session("none", "none", region_name="eu-west-1"))
    stage = SlowTable()
    boto3.DEFAULT_SESSION.events.register("before-call.dynamodb", stage.answer)
    clock = FakeClock()
    for number in range(48):
        stored = a_case(number, "the app is down", "stake.outage", 70, clock())
        named = replace(stored, case=replace(stored.case, incident_id="i-outage" if number else None))
        stage.put(to_item(changed_record(named, clock())))
    handler = api.build(ENVIRON, clock)

    def ask(method: str, path: str, body: Any = None, **query: str) -> Any:
        clock.advance(seconds=2)
        answer = send(handler, an_event(method, path, body=body, **query))
        assert answer.status == 200, answer.text
        return answer.json

    chosen = ask("GET", "/inbox/ids", incident="i-outage")["ids"]
    assert len(chosen) == 47
    done = ask("POST", "/bulk", {"act": "resolve", "cases": chosen, "outcome": "fixed", "why": "one outage"})
    assert done == {"changed": chosen, "refused": []}
    assert ask("GET", "/inbox")["total"] == 1
    assert ask("POST", "/undo", {"cases": done["changed"]}) == {"changed": chosen, "refused": []}
    assert ask("GET", "/inbox/ids", incident="i-outage")["ids"] == chosen
