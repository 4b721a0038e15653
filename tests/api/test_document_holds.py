"""The served document against the API that serves it: Schemathesis asks every route what it says it takes.

What comes is invented by Hypothesis, from the same seed each time. Asked over HTTP, of the handler on the template's
own tables. `SCHEMATHESIS_EXAMPLES=500 pytest tests/test_document_holds.py` asks more often.
"""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import hypothesis
import pytest
import schemathesis
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import api
from earshot.alerting.mute.silence_table import SilenceTable
from earshot.cases.policy.quiet_hours import Scope, Silence
from infra.local.loopback import answered_at_once
from infra.paths import ROOT
from tests.api.fakes import ENVIRON, Context, an_event, case_id, create_link_secret, tables
from tests.fakes import CASE, a_judgement, a_mention
from tests.gateway import Gateway
from tests.incident_fakes import begin

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "5"))
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# What is there, in place of what was invented: else nearly every question would be about nothing.
STORED = {
    "case_id": CASE,
    "source": "x",
    "author_id": "7",
    "person_id": "mia",
    "rung": 1,
    "incident_id": "incident-nimbusair-outage-20261121T0902",
    "silence_id": "silence-1",
    "change_id": "terms-1",
    "email": "bo@nimbus.example",
}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with tables() as made:
        topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
        create_link_secret()
        boto3.client("sqs").create_queue(QueueName="mentions")
        for id in ("1", "2", "3"):
            made.hear(a_mention(id, f"matter {id}", conversation_id=id), a_judgement())
        begin(made.cases, [case_id(2), case_id(3)], made.clock())
        silence = Silence("silence-1", Scope(("high",)), made.clock(), made.clock() + timedelta(1), "mia", "why")
        SilenceTable(made.client, "CaseTable").put_silence(silence)
        handler = api.build(ENVIRON | {"ALERT_TOPIC_ARN": topic}, made.clock)
        an_admin = {"groups": "[admin]"}
        handler(an_event("PUT", "/settings/terms", body={"text": 'products = ["Plus"]'}, **an_admin), Context())
        handler(an_event("POST", "/users", body={"email": STORED["email"], "role": "agent"}, **an_admin), Context())

        def slowly(event: dict[str, Any], context: Any) -> dict[str, Any]:
            made.clock.advance(seconds=2)  # nobody acts more than 60 times a minute
            return handler(event, context)

        with Gateway(slowly) as served, answered_at_once({served.port: served}):
            yield served


@pytest.fixture(scope="module")
def served(gateway: Gateway) -> Any:
    return schemathesis.openapi.from_url(f"{gateway.url}/openapi.json")


# As the repository has it, which is what is served: to make it anew takes a second in each process that collects this.
DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [(method, path) for path, there in DOCUMENT["paths"].items() for method in there]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_route_answers_as_its_document_says(served: Any, method: str, path: str) -> None:
    @hypothesis.seed(20261121)
    @hypothesis.settings(max_examples=EXAMPLES, deadline=None, database=None)
    @hypothesis.given(served[path][method].as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)
        if case.path_parameters:
            case.path_parameters = {name: STORED[name] for name in case.path_parameters}
            case.call_and_validate(checks=CHECKS)

    ask()
