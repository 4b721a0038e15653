"""The built template, deployed by the SAM CLI into the embedded cloud: what `sam deploy` sends really runs."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.local.engine.engine import Engine
from infra.ops.stack import Stack, describe
from tests.fakes import CASE

pytestmark = [pytest.mark.sam, pytest.mark.engine]

NAME = "earshot"
PARAMETERS = ("BrandHandles=NimbusAir", "OnCallEmail=on.call@example.com", "OnCallPhone=+12025550101")

# A change of a case that is gone since: nothing is left to alert about.
CHANGE = {
    "eventID": "1",
    "eventName": "MODIFY",
    "eventSource": "aws:dynamodb",
    "dynamodb": {"Keys": {"pk": {"S": f"CASE#{CASE}"}, "sk": {"S": "CASE"}}, "SequenceNumber": "1"},
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="module")
def deployed(engine: Engine, sam: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Built and deployed as a newcomer would; the layer alone is built for this machine, which has to run it."""
    directory = tmp_path_factory.mktemp("built")
    sam("build", "--build-dir", str(directory), LAYER_PLATFORM="host", PACKAGER=sys.executable)
    sam(
        "deploy",
        "--template-file",
        str(directory / "template.yaml"),
        "--stack-name",
        NAME,
        "--resolve-s3",
        "--capabilities",
        "CAPABILITY_IAM",
        "--no-confirm-changeset",
        "--parameter-overrides",
        *PARAMETERS,
        **engine.environ,
    )
    return describe(engine.client("cloudformation"), NAME)


def _invoke(engine: Engine, name: str, event: dict[str, Any]) -> Any:
    answer = engine.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload


def test_every_function_runs_from_its_package(engine: Engine, deployed: Stack) -> None:
    resources = deployed.resources
    assert _invoke(engine, resources["EscalateFunction"], {}) == {"looked_at": 0, "climbed": 0}
    # Whether it sends one depends on the hour at which this test is run.
    assert set(_invoke(engine, resources["DigestFunction"], {})) == {"day", "sent"}
    assert _invoke(engine, resources["NotifyFunction"], {"Records": [CHANGE]}) == {"batchItemFailures": []}
    assert _invoke(engine, resources["DeliverFunction"], {"Records": []}) == {"delivered": 0}
    fetched = _invoke(engine, resources["FetchFunction"], {})
    # There is no token yet: a state that staff can see, and no error.
    assert set(fetched["sources"].values()) == {"unauthorised"}
    page = _invoke(engine, resources["ConsoleFunction"], _request("/console/index.html"))
    assert (page["statusCode"], page["headers"]["Content-Type"]) == (200, "text/html; charset=utf-8")
    refused = _invoke(engine, resources["ApiFunction"], _request("/cases"))
    assert refused["statusCode"] == 401


def test_a_message_that_is_no_mention_reaches_the_dead_letter_queue(engine: Engine, deployed: Stack) -> None:
    sqs = engine.client("sqs")
    sqs.send_message(QueueUrl=deployed.outputs["MentionQueueUrl"], MessageBody="not a mention")
    # The cold start of the classifier takes its time where other tests keep the machine busy.
    for _ in range(120):
        answer = sqs.receive_message(
            QueueUrl=deployed.outputs["MentionDeadLetterQueueUrl"], WaitTimeSeconds=1, MessageAttributeNames=["All"]
        )
        if messages := answer.get("Messages"):
            break
    assert messages[0]["Body"] == "not a mention"
    assert "is not JSON" in messages[0]["MessageAttributes"]["reason"]["StringValue"]


def _request(path: str) -> dict[str, Any]:
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "a test"}
    return {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {},
        "requestContext": {"http": http, "requestId": "a-request", "stage": "$default", "timeEpoch": 0},
        "isBase64Encoded": False,
    }
