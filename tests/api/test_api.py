"""Every request: who sends it, which route it has, what is logged, and that nothing scans."""

import io
import json
import re

import pytest
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from earshot.api.openapi import document
from earshot.api.routes import whole_app
from earshot.telemetry.powertools import logger
from tests.api.fakes import an_event, send
from tests.fakes import CASE

pytestmark = pytest.mark.slow

MIA = "mia@nimbus.example"


@pytest.mark.parametrize(
    "path", ["/cases", f"/cases/{CASE}", "/counts", "/health", "/openapi.json", "/authors/x/1", "/nowhere"]
)
def test_without_claims_nobody_gets_anything(made, call, path):
    made.calls.clear()
    answer = call("GET", path, by=None)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert made.calls == {}


@pytest.mark.parametrize("act", ["acknowledge", "notes", "resolve", "reopen", "hand-over", "snooze", "not-a-complaint"])
def test_without_claims_nobody_does_anything(made, case, call, act):
    made.calls.clear()
    assert call("POST", f"/cases/{case}/{act}", by=None, body={"text": "hello"}).status == 401
    assert made.calls == {}


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"sub": "5f1c", "username": "u", "cognito:username": "c", "email": "e@x.example"}, "e@x.example"),
        ({"sub": "5f1c", "username": "u", "cognito:username": "c"}, "c"),
        ({"sub": "5f1c", "username": "u", "email": ""}, "u"),
        ({"sub": "5f1c"}, "5f1c"),
    ],
)
def test_who_acts_is_whom_the_token_names(wired, case, claims, name):
    event = an_event("POST", f"/cases/{case}/acknowledge")
    event["requestContext"]["authorizer"]["jwt"]["claims"] = claims | {"cognito:groups": "[agent]"}
    assert send(wired[1], event).json["acknowledged_by"] == name


def test_an_unknown_route_and_a_method_that_a_route_does_not_have(call):
    assert call("GET", "/nowhere").status == 404
    for path, operations in json.loads(document(whole_app()))["paths"].items():
        asked = re.sub("{[^}]+}", "1", path)
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"):
            if method.lower() not in operations:
                answer = call(method, asked)
                assert (answer.status, answer.headers["allow"]) == (405, ", ".join(operations).upper())


def test_what_is_our_own_mistake_flies_so_that_the_alarm_hears_it(monkeypatch, call):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("defect")

    monkeypatch.setattr("earshot.cases.store.queries.CaseQueries.cases", broken)
    with pytest.raises(RuntimeError, match="defect"):
        call("GET", "/cases")


def test_an_answer_of_the_wrong_shape_is_our_mistake_and_not_the_callers(monkeypatch, call):
    monkeypatch.setattr("earshot.api.schemas.health.Health.of", lambda *_: {"status": "none"})
    with pytest.raises(RequestValidationError):
        call("GET", "/health")


def test_no_post_and_no_name_is_logged(case, call, capsys, monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    call("GET", f"/cases/{case}")
    call("POST", f"/cases/{case}/notes", body={"text": "the customer's number is 4711-0815"})
    call("POST", f"/cases/{case}/acknowledge")
    logged = log.getvalue() + capsys.readouterr().out
    assert '"gateway-1"' in logged  # the gateway's request id correlates
    assert '"TimeToAcknowledge"' in logged
    for private in ("matter", "jane", "4711-0815", MIA):
        assert private not in logged


def test_nothing_scans(made, case, call):
    made.calls.clear()
    for path, query in (
        ("/cases", {}),
        ("/cases", {"order": "newest", "severity": "low"}),
        (f"/cases/{case}", {}),
        ("/authors/x/7", {}),
        ("/counts", {"from": "2026-11-21", "to": "2026-11-21"}),
        ("/health", {}),
        ("/cases", {"intent": "complaint", "holder": MIA, "find": "jane"}),
        ("/corrections", {"from": "2026-11-21", "to": "2026-11-21"}),
    ):
        assert call("GET", path, **query).status == 200
    for act in ("acknowledge", "notes", "resolve", "reopen"):
        assert call("POST", f"/cases/{case}/{act}", body={"text": "hello"} if act == "notes" else {}).status < 300
    assert set(made.calls) == {"Query", "GetItem", "BatchGetItem", "TransactWriteItems", "UpdateItem"}
