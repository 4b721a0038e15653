"""The built template, deployed by the SAM CLI into the embedded cloud: what `sam deploy` sends really runs.

Then the stack is changed, fails to change, and is removed. The tests go on from each other, in their order.
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from samtranslator.yaml_helper import yaml_parse

from infra.local.engine.engine import Engine
from infra.ops.stack import Stack, describe
from infra.paths import ROOT
from tests.fakes import CASE

pytestmark = [pytest.mark.sam, pytest.mark.engine]

NAME = "earshot-dev"
PARAMETERS = """
BrandHandles: NimbusAir
OnCallEmail: on.call@example.com
OnCallPhone: "+12025550101"
"""
WAIT = {"Delay": 0.2, "MaxAttempts": 300}

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
    own = tmp_path_factory.mktemp("own") / "parameters.dev.yaml"
    own.write_text(PARAMETERS, encoding="utf-8")
    sam("build", "--build-dir", str(directory), LAYER_PLATFORM="host", PACKAGER=sys.executable)
    sam(
        "deploy",
        "--config-env",
        "dev",
        # SAM looks for it beside the template, or beside the one that it was built from in its own folder.
        "--config-file",
        str(ROOT / "samconfig.toml"),
        "--template-file",
        str(directory / "template.yaml"),
        # As samconfig.toml has it, but for where the operator's file lies.
        "--parameter-overrides",
        "DeletionProtection=off",
        f"file://{own}",
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


def test_a_changed_parameter_reaches_the_alias(engine: Engine, deployed: Stack) -> None:
    """The version is what the alias runs: without a new one the change would be told of, and never happen."""
    alias = deployed.function("FetchFunction")
    before = _environment(engine, alias)
    _update(engine, XMonthlySpendLimit="7")
    after = _environment(engine, alias)
    assert (before["X_MONTHLY_SPEND_LIMIT"], after["X_MONTHLY_SPEND_LIMIT"]) == ("50", "7")
    assert before["SETTINGS_VERSION"] != after["SETTINGS_VERSION"]
    versions = engine.client("lambda").list_versions_by_function(FunctionName=deployed.resources["FetchFunction"])
    assert len(versions["Versions"]) == 2, "$LATEST, and the one that the alias runs"


def test_a_change_that_fails_leaves_everything_as_it_was(engine: Engine, deployed: Stack) -> None:
    alias, cloudformation = deployed.function("FetchFunction"), engine.client("cloudformation")
    before = _environment(engine, alias)
    template: Any = cloudformation.get_template(StackName=NAME)["TemplateBody"]
    broken = template if isinstance(template, dict) else yaml_parse(template)
    # The alias is there already, and Lambda refuses a second one of its name; by then the first has new code.
    broken["Resources"]["Refused"] = {
        "Type": "AWS::Lambda::Alias",
        "Properties": {"FunctionName": {"Ref": "FetchFunction"}, "FunctionVersion": "$LATEST", "Name": "live"},
        "DependsOn": "FetchFunctionAliaslive",
    }
    with pytest.raises(WaiterError):
        _update(engine, json.dumps(broken), XMonthlySpendLimit="8")
    stack = cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert _environment(engine, alias)["X_MONTHLY_SPEND_LIMIT"] == before["X_MONTHLY_SPEND_LIMIT"]
    assert _invoke(engine, alias, {})["queued"] == 0


def test_what_is_removed_leaves_what_was_stored(engine: Engine, deployed: Stack, sam: Callable[..., Any]) -> None:
    sam("delete", "--stack-name", NAME, "--no-prompts", "--region", "eu-west-1", **engine.environ)
    left = set(engine.client("dynamodb").list_tables()["TableNames"])
    assert left == {deployed.outputs["CaseTableName"], deployed.outputs["SourceTableName"]}
    pools = engine.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]
    assert [pool["Id"] for pool in pools] == [deployed.outputs["UserPoolId"]]
    assert engine.client("lambda").list_functions()["Functions"] == []
    # Nothing keeps anybody from deleting the data as well: `dev` says so.
    for table in left:
        engine.client("dynamodb").delete_table(TableName=table)


def _environment(engine: Engine, function: str) -> dict[str, str]:
    found = engine.client("lambda").get_function_configuration(FunctionName=function)
    return found["Environment"]["Variables"]


def _update(engine: Engine, template: str | None = None, **changed: str) -> None:
    """Change the stack, and wait until that is done. WaiterError where it was rolled back."""
    cloudformation = engine.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]
    kept = {one["ParameterKey"] for one in stack["Parameters"]} - changed.keys()
    body: dict[str, Any] = {"UsePreviousTemplate": True}
    if template is not None:
        # With more than 51,200 bytes it cannot be in the request.
        s3 = engine.client("s3")
        s3.create_bucket(Bucket="templates", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_object(Bucket="templates", Key="template.json", Body=template.encode())
        body = {"TemplateURL": f"{engine.url}/templates/template.json"}
    cloudformation.update_stack(
        StackName=NAME,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[
            *({"ParameterKey": name, "UsePreviousValue": True} for name in kept),
            *({"ParameterKey": name, "ParameterValue": value} for name, value in changed.items()),
        ],
        **body,
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=NAME, WaiterConfig=WAIT)


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
