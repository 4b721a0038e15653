"""What holds the roles of the functions against their calls notices what a role does not grant."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from ministack.core.iam_evaluator import parse_policy_document

from earshot.triage.judgement import Severity
from infra.local.engine.access import leading_keys
from infra.local.engine.deployment import deploy
from infra.local.inbox import Inbox
from infra.local.recipients import RECIPIENTS
from infra.paths import ROOT
from tests.deployed import Running
from tests.fakes import FakeClock, a_judgement, a_mention

LESS = "earshot-less"


@pytest.mark.engine
def test_a_call_that_a_role_does_not_grant_is_noticed_and_one_that_it_grants_is_not(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.escalate()
    assert running.roles.denied == []
    assert running.roles.used["EscalateRole", "dynamodb:Query"] > 0
    little = {
        "Statement": [
            {"Effect": "Allow", "Action": "dynamodb:Query", "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": "dynamodb:GetItem",
                "Resource": "*",
                "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["DIGEST#*"]}},
            },
        ]
    }
    role = running.cloud.stack.resources["EscalateRole"]
    monkeypatch.setitem(running.roles.policies, role, [parse_policy_document(little)])
    running.clock.advance(minutes=2)
    running.escalate()
    missed = {(action, *keys) for _, action, _, keys in running.roles.denied}
    running.roles.denied.clear()
    assert ("dynamodb:GetItem", "SETTINGS#policy") in missed
    assert not [action for action, *_ in missed if action == "dynamodb:Query"]


@pytest.mark.engine
def test_what_the_template_grants_no_longer_is_refused_and_fails_the_test(running: Running, tmp_path: Path) -> None:
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    granted = "Action: [sns:Publish, sns:ListSubscriptionsByTopic], Resource: !Ref AlertTopic"
    assert text.count(granted) == 1
    template = tmp_path / "template.yaml"
    template.write_text(text.replace(granted, granted.replace("sns:Publish, ", "")), encoding="utf-8")
    (tmp_path / "functions").symlink_to(ROOT / "functions")
    engine = running.cloud.engine
    given = RECIPIENTS | {"BrandHandles": "NimbusAir", "DeletionProtection": "off"}
    stack = deploy(engine, given, name=LESS, triggers=False, template=template)
    try:
        less = Running.on(
            replace(running.cloud, stack=stack, inbox=Inbox(engine, stack, tmp_path / "inbox")), FakeClock()
        )
        less.hear(a_mention(), a_judgement(urgency=90, severity=Severity.CRITICAL))
        less.notify()
        # What every test that has `running` asserts at its end.
        assert {(role, action) for role, action, *_ in less.roles.denied} == {("NotifyRole", "sns:Publish")}
        assert [channel for _, channel, _ in less.inbox()] == ["sms"]
    finally:
        running.roles.denied.clear()
        engine.client("cloudformation").delete_stack(StackName=LESS)
        for table in ("CaseTableName", "SourceTableName"):
            engine.client("dynamodb").delete_table(TableName=stack.outputs[table])
        engine.client("cognito-idp").delete_user_pool(UserPoolId=stack.outputs["UserPoolId"])


def test_no_test_of_the_whole_lets_functions_do_more_than_their_roles_grant() -> None:
    for path in (ROOT / "tests" / "end_to_end").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "enforces_iam" not in text, f"{path}: an engine enforces them by itself"
        # In the process of the test functions have the rights of the account, but for those of that fixture.
        assert not re.search(r"\bhosted=|\bInvoker\(", text), f"{path}: take the fixture `running`"


@pytest.mark.parametrize(
    ("request_", "keys"),
    [
        ({"TableName": "t", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}, ["a"]),
        ({"TableName": "t", "Item": {"pk": {"S": "a"}}}, ["a"]),
        ({"RequestItems": {"t": {"Keys": [{"pk": {"S": "b"}}, {"pk": {"S": "a"}}, {"pk": {"S": "b"}}]}}}, ["a", "b"]),
        (
            {"TransactItems": [{"Put": {"Item": {"pk": {"S": "a"}}}}, {"Update": {"Key": {"pk": {"S": "b"}}}}]},
            ["a", "b"],
        ),
        (
            {
                "KeyConditionExpression": "#pk = :pk AND begins_with(sk, :log)",
                "ExpressionAttributeValues": {":log": {"S": "LOG#"}, ":pk": {"S": "CASE#1"}},
            },
            ["CASE#1"],
        ),
        (
            {
                "RequestItems": {
                    "t": [{"PutRequest": {"Item": {"pk": {"S": "b"}}}}, {"DeleteRequest": {"Key": {"pk": {"S": "a"}}}}]
                }
            },
            ["a", "b"],
        ),
        ({"TableName": "t"}, []),
    ],
)
def test_the_partition_keys_of_a_request_are_those_that_it_names(request_: dict, keys: list[str]) -> None:
    assert leading_keys(request_) == keys
