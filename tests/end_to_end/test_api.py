"""All that staff can ask of the API, asked of the deployed function, which may do what its role grants and no more."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent, Severity
from infra.paths import ROOT
from tests.api.fakes import an_event
from tests.deployed import Running
from tests.fakes import CASE, NOTHING_WAITS, START, a_judgement, a_mention, an_own_post
from tests.incident_fakes import begin

pytestmark = pytest.mark.engine

OTHER, PERSON, USER = "x-2-7-nimbusair", "mia", "every-operation@nimbus.example"
LATER = rfc3339(START + timedelta(hours=2))
DAYS = {"from": "2026-11-20", "to": "2026-11-21"}
TERMS, POLICY = 'always_urgent = ["insulin"]\n', NOTHING_WAITS
BRANDS = '[[brands]]\nhandles = ["NimbusAir"]\n'
POST = {
    "source": "trustpilot",
    "id": "r1",
    "author": {"id": "u1", "name": "Jane"},
    "text": "Nimbus Air lost my bag",
    "created_at": rfc3339(START),
    "brand": "NimbusAir",
}


@dataclass
class Desk:
    """Somebody with every permission. ``asked`` are the operations that were answered, as the document has them."""

    running: Running
    asked: set[tuple[str, str]] = field(default_factory=set)

    def ask(self, method: str, path: str, body: Any = None, named: dict[str, str] | None = None, **query: Any) -> Any:
        """What the API answers; the test fails where it refuses."""
        event = an_event(method, path.format(**named or {}), groups="[admin]", body=body, **query)
        answer = self.running.invoker.invoke("api", event)
        assert answer["statusCode"] < 400, (method, path, answer)
        self.asked.add((method, path))
        text = answer.get("body") or "null"
        return json.loads(text) if text.startswith(("{", "[", "null")) else text

    def act(self, path: str, body: Any = None, case: str = CASE) -> Any:
        return self.ask("POST", f"/cases/{{case_id}}/{path}", body, {"case_id": case})


def test_every_operation_of_the_api_is_within_the_role_of_its_function(running: Running) -> None:
    desk = Desk(running)
    running.hear(a_mention(), a_judgement(urgency=90, severity=Severity.CRITICAL))
    running.hear(a_mention("2", "@NimbusAir where is my bag?", conversation_id="2"))
    running.notify()
    look(desk)
    work(desk)
    settle(desk)
    admit(desk)
    document = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    every = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    assert every - desk.asked == {("POST", "/mentions/signed")}, "it has a signature in place of a role"
    assert running.roles.denied == []


def look(desk: Desk) -> None:
    """Whatever is only read."""
    for path in (
        "/budget /cases /doctor /health /inbox /inbox.csv /inbox/ids /inbox/live "
        "/incidents /me /on-call /on-call/turns /openapi.json /opportunities /people /praise "
        "/settings/brands /settings/changes /settings/policy /settings/terms /silences /snippets /staff /users"
    ).split():
        desk.ask("GET", path)
    for path in "/corrections /counts /coverage /removals /report /report.csv".split():
        desk.ask("GET", path, **DAYS)
    desk.ask("GET", "/authors/{source}/{author_id}", named={"source": "x", "author_id": "7"})
    desk.ask("GET", "/cases/{case_id}", named={"case_id": CASE})
    desk.ask("GET", "/cases/{case_id}/preview", named={"case_id": CASE}, act="hand-over")


def work(desk: Desk) -> None:
    """What is done with cases."""
    desk.act("viewers")
    desk.act("acknowledge")
    desk.act("undo")
    desk.act("notes", {"text": "called her"})
    desk.act("assign", {"to": "mia@nimbus.example"})
    desk.act("hand-over")
    desk.act("snooze", {"minutes": 30})
    desk.act("correct", {"severity": "high", "why": "no danger"})
    desk.act("confirm", case=OTHER)
    desk.act("resolve", {"why": "sent"})
    desk.act("reopen", {"why": "not sent"})
    desk.act("not-a-complaint", case=OTHER)
    desk.running.hear(replace(an_own_post("3"), text="Sorry, everybody"), a_judgement(Intent.OTHER, 0))
    desk.act("answers-all", {"post_id": "3"})
    table, at = desk.running.table, desk.running.clock()
    for number in ("5", "6"):
        desk.running.hear(a_mention(number, "@NimbusAir my app is down", conversation_id=number))
    incident = begin(table, [f"x-{number}-7-nimbusair" for number in ("5", "6")], at)
    for path in ("/incidents/{incident_id}", "/incidents/{incident_id}/members.csv"):
        desk.ask("GET", path, named={"incident_id": incident.id})
    desk.ask("POST", "/incidents/{incident_id}/told-all", {}, {"incident_id": incident.id})
    desk.ask("POST", "/bulk", {"act": "resolve", "cases": [CASE], "why": "done"})
    desk.ask("POST", "/undo", {"cases": [CASE]})
    desk.ask("POST", "/mentions", {"mentions": [POST]})
    desk.ask("POST", "/removals", {"source": "trustpilot", "id": "r1"})


def settle(desk: Desk) -> None:
    """What is set."""
    for name, text in (("terms", TERMS), ("policy", POLICY), ("brands", BRANDS)):
        desk.ask("PUT", f"/settings/{name}", {"text": text})
    for name, text in (("policy/preview", POLICY), ("brands/preview", BRANDS), ("terms/backtest", TERMS)):
        desk.ask("POST", f"/settings/{name}", {"text": text})
    changes = desk.ask("GET", "/settings/changes")["items"]
    desk.ask("POST", "/settings/changes/{change_id}/revert", named={"change_id": changes[0]["id"]})
    silence = desk.ask("POST", "/silences", {"topics": ["outage"], "ends": LATER, "why": "planned work"})
    named = {"silence_id": silence["id"]}
    desk.ask("DELETE", "/silences/{silence_id}", named=named)
    desk.ask("POST", "/silences/{silence_id}/undo", named=named)
    for whose in ("mine", "team"):
        desk.ask("PUT", f"/snippets/{whose}", {"items": [], "version": 0})


def admit(desk: Desk) -> None:
    """Who is on call, and who may sign in."""
    person = {"name": "Mia", "email": "mia@nimbus.example", "phone": "+12025550177", "role": "agent"}
    desk.ask("PUT", "/staff/people/{person_id}", person, {"person_id": PERSON})
    turns = {"people": [PERSON], "period": "day", "handover": "09:00", "timezone": "UTC", "start": "2026-11-16"}
    desk.ask("PUT", "/staff/rotations/{rung}", turns, {"rung": "1"})
    override = {"person": PERSON, "rung": 1, "begins": rfc3339(START), "ends": LATER}
    desk.ask("POST", "/staff/overrides", override)
    desk.ask("DELETE", "/staff/overrides", **override)
    desk.ask("PUT", "/staff/rotations/{rung}", turns | {"people": []}, {"rung": "1"})
    desk.ask("DELETE", "/staff/people/{person_id}", named={"person_id": PERSON})
    desk.ask("POST", "/users", {"email": USER, "role": "agent"})
    desk.ask("PUT", "/users/{email}", {"role": "lead", "enabled": True}, {"email": USER})
    desk.ask("POST", "/users/{email}/reset", named={"email": USER})
    desk.ask("PUT", "/users/{email}", {"role": "lead", "enabled": False}, {"email": USER})
    desk.ask("GET", "/users")
