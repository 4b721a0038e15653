"""The built template, deployed by the SAM CLI into the embedded cloud: what `sam deploy` sends really runs.

Then the stack is changed, fails to change, and is removed. The tests go on from each other, in their order.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from samtranslator.yaml_helper import yaml_parse

from earshot.reports.doctor.finding import Finding, Level
from earshot.runtime import utc_now
from infra.local.engine.engine import Engine
from infra.ops.doctor.account_facts import AwsAccount
from infra.ops.doctor.checks.sms import SmsAccount
from infra.ops.doctor.visit import shared
from infra.ops.setup.guide import Guide, Wishes
from infra.ops.setup.sam import read_config
from infra.ops.stack import Stack, describe
from infra.paths import ROOT
from tests.fakes import CASE

pytestmark = [pytest.mark.sam, pytest.mark.engine]

NAME = "earshot-dev"
ANSWERS = {
    "handles on X": "@NimbusAir",
    "Who is on call, by email": "on.call@example.com",
    "Their phone": "+1 (202) 555-0101",
}
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


class Account(AwsAccount):
    """The engine knows nothing of an account's SMS."""

    def sms(self) -> SmsAccount:
        return SmsAccount(False, limit_usd=20, sender_countries=frozenset({"US"}))

    def opted_out(self, phone: str) -> bool:
        return False


@dataclass
class Newcomer:
    """Somebody who deploys for the first time, and has no token of X yet."""

    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    is_person: bool = True

    def say(self, line: str) -> None:
        self.said.append(line)

    def ask(self, text: str) -> str:
        self.asked.append(text)
        return next((answer for question, answer in ANSWERS.items() if question in text), "")

    def secret(self, text: str) -> str:
        return ""

    def agrees(self, text: str) -> bool:
        return True

    def findings(self, found: Iterable[Finding]) -> list[Finding]:
        self.found += (seen := list(found))
        return seen


@pytest.fixture(scope="module")
def newcomer() -> Newcomer:
    return Newcomer()


@pytest.fixture(scope="module")
def deployed(engine: Engine, sam: Callable[..., Any], request: pytest.FixtureRequest, newcomer: Newcomer) -> Stack:
    """Built and deployed as a newcomer would; the layers alone are built for this machine, which has to run them."""

    def run_sam(arguments: list[str]) -> None:
        directory: Path = request.getfixturevalue("built")
        if arguments[0] != "build":
            subcommand, *rest = arguments
            # SAM looks for its configuration beside the template, or beside the one that it was built from.
            found = ["--config-file", str(ROOT / "samconfig.toml"), "--template-file", str(directory / "template.yaml")]
            sam(subcommand, *found, *rest, **engine.environ)

    session = shared(engine.session)
    guide = Guide(NAME, session, Account(session), read_config("dev"), newcomer, run_sam, utc_now, lambda seconds: None)
    assert guide.deploy(Wishes()) is Level.FAILURE, "there is no token of X yet, and nothing was read"
    return describe(engine.client("cloudformation"), NAME)


def _invoke(engine: Engine, name: str, event: dict[str, Any]) -> Any:
    answer = engine.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload


def test_a_newcomer_is_led_to_a_first_alert(engine: Engine, deployed: Stack, newcomer: Newcomer) -> None:
    assert len(newcomer.asked) == 6, "five things that only a person knows, and who administers the console"
    assert (deployed.parameters["BrandHandles"], deployed.parameters["OnCallPhone"]) == ("NimbusAir", "+12025550101")
    assert any(line.startswith("+12025550101: sent.") for line in newcomer.said)
    assert any(line.startswith("on.call@example.com: sent.") for line in newcomer.said)
    assert newcomer.said[-1] == f"The console: {deployed.outputs['ConsoleUrl']}"
    levels = {one.check: one.level for one in newcomer.found}
    assert (levels["X token"], levels["rung 1"], levels["version"]) == (Level.FAILURE, Level.OK, Level.OK)
    assert levels["users"] is Level.WARNING, "there is an administrator, who has not signed in yet"
    (text,) = engine.text_messages()
    assert text["text"].startswith("Earshot> Test of Earshot's alerts for on call")


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
