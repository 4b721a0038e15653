"""What holds the roles of the functions against their calls notices what a role does not grant."""

import pytest
from ministack.core.iam_evaluator import parse_policy_document

from infra.local.engine.access import leading_keys
from tests.deployed import Running


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
