"""Two stacks of the template in one account and region: what one does, and its end, changes nothing of the other."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

from earshot.runtime import utc_now
from infra.local.engine.deployment import read_template
from infra.local.engine.engine import ACCOUNT, REGION
from tests.end_to_end.account import (
    BRANDS,
    PEOPLE,
    PROD,
    SMS_LOG,
    STAGING,
    TABLES,
    Account,
    account_with_two_stacks,
)
from tests.end_to_end.deployed_stack import eventually

pytestmark = pytest.mark.engine

# Without which no template can be, and which are named within something that is the stack's own.
NAMED_WITHIN = {"admin", "agent", "lead", "viewer", "$default"}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account_with_two_stacks(tmp_path_factory.mktemp("account")) as made:
        yield made


def assert_unchanged(account: Account, name: str, before: dict[str, Any]) -> None:
    after = account.state(name)
    changed = [kind for kind in before if after[kind] != before[kind]]
    assert changed == [], [(before[kind], after[kind]) for kind in changed]


def other(name: str) -> str:
    return PROD if name == STAGING else STAGING


def metrics(lines: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """What the functions counted, in CloudWatch's embedded format."""
    return [json.loads(line) for group in lines.values() for line in group if '"CloudWatchMetrics"' in line]


def test_no_resource_of_one_has_the_name_of_one_of_the_other_or_knows_it(account: Account) -> None:
    staging, prod = (account.stacks[name].stack.resources for name in (STAGING, PROD))
    shared = {one for one in staging.values() if one in set(prod.values())} - NAMED_WITHIN
    # The number of the settings is counted within their own application.
    assert shared == {staging["SettingsVersion"]}
    for name, stack in account.stacks.items():
        strangers = {one for one in account.stacks[other(name)].stack.resources.values() if len(one) > 7}
        strangers -= NAMED_WITHIN | set(stack.stack.resources.values())
        state = account.state(name)
        text = json.dumps(state, default=str)
        assert [one for one in strangers if one in text] == []
        for kind in ("alarms", "schedules", "functions", "roles", "logs"):
            assert state[kind], kind
        # What outlives a stack, or has a name by chance, says whose it is to who looks into the account.
        assert state["pool"]["Name"] == name
        assert [one["Name"] for one in state["secrets"] if name not in one["Description"]] == []
        key = account.engine.client("kms").describe_key(KeyId=stack.stack.resources["TopicKey"])["KeyMetadata"]
        assert name in key["Description"]
    # The embedded cloud knows no budgets.
    budget = read_template()["Resources"]["AccountBudget"]["Properties"]["Budget"]["BudgetName"]
    assert budget == {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}


def test_an_alarm_of_one_looks_at_that_stack_and_rings_its_operator(account: Account) -> None:
    for name, cloud in account.stacks.items():
        own = {*cloud.stack.resources.values(), name}
        own |= {one.rpartition("/")[2] for one in own} | {one.rpartition(":")[2] for one in own}
        for alarm in account.state(name)["alarms"]:
            assert alarm["AlarmActions"] == alarm["OKActions"] == [cloud.stack.outputs["OperatorTopicArn"]]
            looked_at = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
            if looked_at == {"PhoneNumber": "PhoneNumberDirect"}:
                continue  # SNS counts the SMS of an account together
            named = set(looked_at.values()) - {"by-urgency"}
            assert named, alarm["AlarmName"]
            assert named <= own, alarm["AlarmName"]


def test_no_role_of_one_may_touch_what_is_the_others(account: Account) -> None:
    documents = {name: account.policies(name) for name in PEOPLE}
    for name in PEOPLE:
        granted = {
            (action, resource)
            for document in documents[other(name)].values()
            for statement in document["Statement"]
            for action in _listed(statement["Action"])
            for resource in _listed(statement.get("Resource", "*"))
            if resource != "*" and ":log-group:sns/" not in resource
        }
        assert len(granted) > 50
        for role, document in documents[name].items():
            policies = [parse_policy_document(document)]
            asked = [EvalContext("", "AssumedRole", ACCOUNT, *one, REGION) for one in granted]
            allowed = [(one.action, one.resource_arn) for one in asked if evaluate(one, policies).decision == "Allow"]
            assert allowed == [], role
        digest = account.table_as("DigestRole", name)
        marks = {"pk": {"S": "DIGEST#2026-11-21"}, "sk": {"S": "DIGEST"}}
        own, others = (account.stacks[each].stack.outputs["CaseTableName"] for each in (name, other(name)))
        assert "Item" not in digest.get_item(TableName=own, Key=marks)
        with pytest.raises(ClientError, match="not authorized"):
            digest.get_item(TableName=others, Key=marks)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_a_complaint_in_one_changes_nothing_of_the_other(account: Account) -> None:
    before, inbox = account.state(PROD), account.stacks[PROD].inbox
    inbox.collect()
    known, counted_before = list(inbox.messages()), metrics(account.logs(PROD))
    case = account.complain(STAGING, 31)
    assert_unchanged(account, PROD, before)
    inbox.collect()
    # A phone gets the SMS of both, each to its own number; nothing else came.
    assert {(one["channel"], one["to"]) for one in inbox.messages() if one not in known} == {
        ("sms", PEOPLE[STAGING][1])
    }
    counted = metrics(account.logs(STAGING))
    assert {"CasesOpened", "AlertsSentBySms"} <= {name for one in counted for name in one}
    assert {one["service"] for one in counted} == {STAGING}
    assert {str(one["_aws"]["CloudWatchMetrics"][0]["Dimensions"]) for one in counted} == {"[['service']]"}

    # SNS tells both what became of an SMS, and only one of them has sent it.
    before = account.state(PROD)["items"]
    (text,) = (one for one in account.engine.text_messages() if one["to"] == PEOPLE[STAGING][1])
    receipt = {
        "notification": {"messageId": text["id"], "timestamp": "2026-11-21 09:00:05.123"},
        "delivery": {"destination": text["to"], "providerResponse": "phone off", "priceInUSD": 0.02},
        "status": "FAILURE",
    }
    logs, now = account.engine.client("logs"), int(utc_now().timestamp() * 1000)
    logs.create_log_stream(logGroupName=SMS_LOG, logStreamName="one")
    event = {"timestamp": now, "message": json.dumps(receipt)}
    logs.put_log_events(logGroupName=SMS_LOG, logStreamName="one", logEvents=[event])
    told = "a text message was not delivered"
    eventually(lambda: account.logs(STAGING)["ReceiptsLogGroup"], lambda lines: any(told in one for one in lines))
    eventually(lambda: account.logs(PROD)["ReceiptsLogGroup"], bool)
    assert not any(told in one for one in account.logs(PROD)["ReceiptsLogGroup"])
    assert [one["service"] for one in metrics(account.logs(STAGING)) if "SmsFailed" in one] == [STAGING]
    assert metrics(account.logs(PROD)) == counted_before
    assert account.state(PROD)["items"] == before
    assert account.run("cases", "show", case, stack=STAGING)[0] == 0


def test_a_command_reaches_the_stack_that_it_names(account: Account) -> None:
    case = account.complain(PROD, 32)
    said: dict[str, str] = {}
    for name in (STAGING, PROD):
        before = account.state(other(name))
        assert account.run("users", "add", f"mia@{name}.example", "--group", "lead", stack=name)[0] == 0
        for command in (["users", "list"], ["cases", "list"], ["brand", "show"], ["doctor", "--json"]):
            said[name] = said.get(name, "") + account.run(*command, stack=name)[1]
        assert_unchanged(account, other(name), before)
    for name in (STAGING, PROD):
        own, others = said[name], said[other(name)]
        for told in (f"mia@{name}.example", PEOPLE[name][0], PEOPLE[name][1], f"x#mentions#{BRANDS[name]}"):
            assert told in own
            assert told not in others
    assert case in said[PROD]
    assert case not in said[STAGING]
    assert account.run("cases", "show", case, stack=STAGING)[0] != 0


def test_the_end_of_one_is_not_the_others(account: Account) -> None:
    cloudformation, resources = account.engine.client("cloudformation"), account.stacks[STAGING].stack.resources
    before = account.state(PROD)
    cloudformation.delete_stack(StackName=STAGING)
    eventually(
        lambda: {one["StackName"]: one["StackStatus"] for one in cloudformation.list_stacks()["StackSummaries"]},
        lambda found: found == {STAGING: "DELETE_COMPLETE", PROD: "CREATE_COMPLETE"},
    )
    assert_unchanged(account, PROD, before)
    client = account.engine.client
    left = {
        "functions": [one["FunctionName"] for one in client("lambda").list_functions()["Functions"]],
        "queues": client("sqs").list_queues()["QueueUrls"],
        "topics": [one["TopicArn"] for one in client("sns").list_topics()["Topics"]],
        "schedules": [one["Name"] for one in client("scheduler").list_schedules()["Schedules"]],
        "groups": [one["logGroupName"] for one in client("logs").describe_log_groups()["logGroups"]],
        "roles": [one["RoleName"] for one in client("iam").list_roles()["Roles"]],
        "alarms": [one["AlarmName"] for one in client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "tables": client("dynamodb").list_tables()["TableNames"],
    }
    of_staging = {kind: [one for one in names if STAGING in one] for kind, names in left.items()}
    assert of_staging == {kind: [] for kind in left} | {"tables": sorted(resources[one] for one in TABLES)}
    filters = client("logs").describe_subscription_filters(logGroupName=SMS_LOG)["subscriptionFilters"]
    assert [re.search(r"function:([a-z-]+)-", one["destinationArn"])[1] for one in filters] == [PROD]
    account.complain(PROD, 33)
