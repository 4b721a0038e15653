"""Colleagues over the API: who they are, giving them a case, what that would do, mentioning them, and who looks."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

import api
from earshot.api.case_actions import CaseAction
from earshot.cases.store.keys import conversation_key
from tests.api.fakes import ENVIRON, Answer, Call, Tables, an_event, case_id, create_link_secret, send, tables
from tests.fakes import START, a_judgement, a_mention

MIA, LEO, ANN = "mia@nimbus.example", "Leo@nimbus.example", "ann@nimbus.example"
WEEKLY = {
    "people": ["mia", "bob"],
    "period": "week",
    "handover": "09:00",
    "timezone": "Europe/London",
    "start": "2026-11-16",
    "weekday": 0,
}


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Tables, Any]]:
    """Mia and Bob are on the roster, Mia on call; Zoe has a mailbox that is not confirmed; Ann has signed in only."""
    with tables() as made:
        topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
        create_link_secret()
        handler = api.build(ENVIRON | {"ALERT_TOPIC_ARN": topic}, made.clock)

        def ask(method: str, path: str, **given: Any) -> Answer:
            return send(handler, an_event(method, path, **given))

        mia = {"name": "Mia Okafor", "email": MIA, "phone": "+12025550101"}
        assert ask("PUT", "/staff/people/mia", body=mia).status == 200
        assert ask("PUT", "/staff/people/bob", body={"name": "Bob Ray", "phone": "+12025550102"}).status == 200
        away = {"absences": [{"first": "2026-11-20", "last": "2026-11-25"}]}
        assert (
            ask("PUT", "/staff/people/zoe", body={"name": "Zoe Ito", "email": "zoe@nimbus.example", **away}).status
            == 200
        )
        assert ask("PUT", "/staff/rotations/1", body=WEEKLY).status == 200
        assert ask("GET", "/me", by=ANN, groups="[agent]").status == 200
        assert ask("GET", "/me", by="vic@nimbus.example", groups="[viewer]").status == 200
        yield made, ask


@pytest.fixture
def made(world: tuple[Tables, Any]) -> Tables:
    world[0].clock.now = START
    return world[0]


@pytest.fixture
def call(world: tuple[Tables, Any]) -> Call:
    return world[1]


_number = iter(range(5000, 6000))


@pytest.fixture
def case(made: Tables) -> str:
    id = str(next(_number))
    made.hear(a_mention(id, f"@NimbusAir matter {id}", conversation_id=id, minutes=0), a_judgement(urgency=65))
    return case_id(id)


def test_one_list_has_the_roster_and_who_signs_in(made: Tables, call: Call) -> None:
    people = {one["id"]: one for one in call("GET", "/people", by=MIA).json["items"]}
    assert list(people) == ["bob", "mia", "zoe", ANN, "vic@nimbus.example"]
    assert people["mia"] == {
        "id": "mia",
        "name": "Mia Okafor",
        "holds_as": MIA,
        "you": True,
        "may_hold": True,
        "told_by": "sms",
        "on_call": [1],
        "away_until": None,
        "warnings": [],
    }
    assert (people["bob"]["holds_as"], people["bob"]["warnings"]) == ("bob", ["not on call now"])
    assert people["zoe"]["warnings"] == ["away until 2026-11-25", "has no confirmed address: Earshot cannot tell them"]
    assert people[ANN]["warnings"] == ["is not on the roster: Earshot cannot tell them"]
    assert not people["vic@nimbus.example"]["may_hold"]


def test_a_case_is_given_to_mia_under_any_of_her_names(made: Tables, call: Call, case: str) -> None:
    given = call("POST", f"/cases/{case}/assign", by=LEO, body={"to": "mia"}).json
    assert (given["status"], given["acknowledged_by"], given["assigned_by"]) == ("acknowledged", MIA, LEO)
    again = call("POST", f"/cases/{case}/assign", by=LEO, body={"to": "Mia Okafor"})
    assert (again.status, again.json["etag"]) == (200, given["etag"])
    assert call("POST", f"/cases/{case}/acknowledge", by=MIA.upper()).json["etag"] == given["etag"], "it is hers"
    record = made.client.get_item(
        TableName="CaseTable", Key={name: {"S": value} for name, value in conversation_key(case).items()}
    )["Item"]
    assert record["alerting"]["S"] == "due", "the notifier is called to tell her"


def test_taking_over_needs_no_name_and_undo_gives_it_back(made: Tables, call: Call, case: str) -> None:
    call("POST", f"/cases/{case}/acknowledge", by=MIA)
    preview = call("GET", f"/cases/{case}/preview", by=LEO, act="assign").json
    assert preview == {
        "text": f"You take the case. {MIA}, who holds it, is told. "
        "Without an answer by 09:30 UTC it is open again, and its ladder goes on.",
        "warnings": [],
    }
    assert call("POST", f"/cases/{case}/assign", by=LEO, body={}).json["acknowledged_by"] == LEO
    assert call("POST", f"/cases/{case}/undo", by=LEO).json["acknowledged_by"] == MIA


@pytest.mark.parametrize(
    ("to", "why"), [("nobody@x.example", "No colleague is"), ("vic@nimbus.example", "is a viewer")]
)
def test_a_case_is_given_to_nobody_unknown_and_to_no_viewer(call: Call, case: str, to: str, why: str) -> None:
    refused = call("POST", f"/cases/{case}/assign", body={"to": to})
    assert (refused.status, why in refused.json["detail"]) == (404, True)


def test_it_is_said_before_that_somebody_cannot_be_told(call: Call, case: str) -> None:
    preview = call("GET", f"/cases/{case}/preview", act="assign", to="zoe").json
    assert preview["text"].startswith("zoe@nimbus.example gets the case, and is not told.")
    assert preview["warnings"] == ["away until 2026-11-25", "has no confirmed address: Earshot cannot tell them"]


def test_handing_over_says_before_whom_it_alerts(made: Tables, call: Call, case: str) -> None:
    """The next rung has nobody who can be reached: so rung 1 is alerted, and that is said."""
    preview = call("GET", f"/cases/{case}/preview", act="hand-over").json
    assert preview["text"] == "This alerts Mia Okafor by SMS and email now."
    assert call("GET", f"/cases/{case}").json["case"]["rung"] == 1, "nothing is done"
    assert call("POST", f"/cases/{case}/resolve", body={}).status == 200
    assert call("GET", f"/cases/{case}/preview", act="hand-over").status == 409


def test_lists_know_mine_and_nobodys(made: Tables, call: Call, case: str) -> None:
    def held(status: str, holder: str, by: str = MIA) -> bool:
        found = call("GET", "/cases", by=by, status=status, holder=holder, limit=100).json["items"]
        return case in {one["id"] for one in found}

    assert (held("open", "nobody"), held("open", "me")) == (True, False)
    call("POST", f"/cases/{case}/assign", by=LEO, body={"to": "mia"})
    assert [held("acknowledged", name) for name in ("me", "mia", "MIA OKAFOR", "nobody", "bob")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert held("acknowledged", "me", by=LEO) is False


def test_what_she_took_by_a_link_is_hers_under_the_name_that_she_signs_in_with(
    made: Tables, call: Call, case: str
) -> None:
    """The link knows her by her name on the roster."""
    assert "mia okafor" in call("GET", "/me", by=MIA).json["names"]
    CaseAction(made.cases, case, by="Mia Okafor", at=made.clock()).acknowledge()
    again = call("POST", f"/cases/{case}/acknowledge", by=MIA)
    assert (again.status, again.json["status"]) == (200, "acknowledged")
    refused = call("POST", f"/cases/{case}/hand-over", by=LEO)
    assert (refused.status, refused.json["held_by"]) == (409, "Mia Okafor")
    assert "yours" in call("POST", f"/cases/{case}/snooze", by=MIA, body={"minutes": 30}).json["detail"]
    handed = call("POST", f"/cases/{case}/hand-over", by=MIA)
    assert (handed.status, handed.json["status"]) == (200, "open")
    CaseAction(made.cases, case, by="Mia Okafor", at=made.clock()).acknowledge()
    assert call("POST", f"/cases/{case}/not-a-complaint", by=MIA).json["status"] == "resolved"


def test_a_note_tells_whom_it_mentions_and_says_whom_not(made: Tables, call: Call, case: str) -> None:
    text = "@mia @bob look; @zoe and @nobody too. @jane wrote to @NimbusAir"
    note = call("POST", f"/cases/{case}/notes", by=LEO, body={"text": text}).json
    assert (note["told"], note["not_told"], note["unknown"]) == (["Mia Okafor", "Bob Ray"], ["Zoe Ito"], ["nobody"])
    waiting = made.cases.conversation(case).case.notices
    assert [(notice.to, notice.text) for notice in waiting] == [(MIA, text), ("bob", text)]


def test_a_note_is_kept_and_its_notices_wait_while_sns_is_out(
    made: Tables, call: Call, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out(self: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://sns")

    monkeypatch.setattr("earshot.alerting.recipients.subscriptions.Subscriptions.subscribed", out)
    note = call("POST", f"/cases/{case}/notes", by=LEO, body={"text": "@mia @zoe and @ann@nimbus.example, look"})
    assert (note.status, note.json["told"], note.json["pending"]) == (201, [], ["Mia Okafor", "Zoe Ito"])
    assert note.json["not_told"] == [ANN], "she is not on the roster"
    assert [notice.to for notice in made.cases.conversation(case).case.notices] == [MIA, "zoe@nimbus.example"]


def test_who_looks_at_a_case_is_seen_by_the_others_for_a_while(made: Tables, call: Call, case: str) -> None:
    def look(by: str) -> list[str]:
        return call("POST", f"/cases/{case}/viewers", by=by, groups="[viewer]").json["others"]

    assert (look(MIA), look(LEO)) == ([], [MIA])
    made.clock.advance(seconds=60)
    assert look(MIA) == [LEO]
    made.clock.advance(seconds=30)
    assert look(MIA) == [], "Leo has closed it"
    assert call("POST", "/cases/x-404-7-nimbusair/viewers").status == 404


def test_snippets_are_mine_or_the_teams_and_nobody_overwrites_unseen(call: Call) -> None:
    assert call("GET", "/snippets", by=ANN).json["mine"] == {"items": [], "version": 0}
    mine = {"items": [{"name": "Sorry", "text": "We are sorry about"}], "version": 0}
    assert call("PUT", "/snippets/mine", by=ANN, body=mine).json["version"] == 1
    assert call("PUT", "/snippets/mine", by=ANN, body=mine).status == 409
    assert call("PUT", "/snippets/team", by=ANN, groups="[agent]", body=mine).status == 403
    assert call("PUT", "/snippets/team", by=MIA, body=mine).status == 200
    found = call("GET", "/snippets", by=ANN).json
    assert (found["mine"]["version"], found["team"]["items"]) == (1, mine["items"])
    assert call("GET", "/snippets", by=LEO).json["mine"]["items"] == []
