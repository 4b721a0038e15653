"""Who may do what: one role for each function, with what it uses and no more."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from earshot.cases.store.keys import CORRECTIONS, budget_key, conversation_key
from tests.fakes import CASE

Resources = Callable[[str], dict[str, dict[str, Any]]]
Statement = dict[str, Any]

# AWS offers nothing narrower than every resource for these.
NO_NARROWER_RESOURCE = {
    "comprehend:BatchDetectSentiment",
    "sns:CheckIfPhoneNumberIsOptedOut",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
}
# Lambda itself does these with the function's role: reading the event source, telling of a failure, logging.
DONE_BY_LAMBDA = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
}
SERVICES = ("dynamodb", "sqs", "sns", "secretsmanager", "comprehend", "cognito-idp")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _statements(resources: Resources) -> Iterator[tuple[str, Statement]]:
    """Every statement of every role and policy, those that SAM writes among them."""
    for name, role in resources("AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in _listed(policy["PolicyDocument"]["Statement"]):
                yield name, statement
    for name, policy in resources("AWS::IAM::ManagedPolicy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            yield name, statement


def _granted(resources: Resources, role: str) -> set[str]:
    return {action for name, each in _statements(resources) if name == role for action in _listed(each["Action"])}


def test_no_action_is_a_wildcard_and_nothing_scans(resources: Resources) -> None:
    for name, statement in _statements(resources):
        assert statement["Effect"] == "Allow"
        for action in _listed(statement["Action"]):
            assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), f"{name}: {action}"
            assert "Scan" not in action, name


def test_a_resource_is_named_wherever_aws_lets_it_be_named(resources: Resources) -> None:
    for name, statement in _statements(resources):
        if "NotResource" in statement:
            # A telephone number has no ARN: what is granted is all that is no topic.
            assert statement["Action"] == "sns:Publish", name
            assert statement["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}, name
            continue
        if any(isinstance(resource, str) and "*" in resource for resource in _listed(statement["Resource"])):
            assert set(_listed(statement["Action"])) <= NO_NARROWER_RESOURCE, name
        assert "index/*" not in str(statement["Resource"]), name


def test_no_policy_of_aws_is_attached(resources: Resources) -> None:
    """Those that SAM would attach reach every queue, every stream and every log group of the account."""
    for name, role in resources("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, name


def test_every_action_is_one_that_the_service_has(resources: Resources) -> None:
    session = botocore.session.get_session()
    models = {service: set(session.get_service_model(service).operation_names) for service in SERVICES}
    for name, statement in _statements(resources):
        for action in _listed(statement["Action"]):
            service, operation = action.split(":")
            if service in models and action not in DONE_BY_LAMBDA:
                assert operation in models[service], f"{name}: {action}"


def test_no_function_may_do_what_nothing_in_the_program_does(resources: Resources, root: Path) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "functions").rglob("*.py")))
    called = {name.replace("_", "") for name in re.findall(r"\.([a-z_]+)\(", source)}
    called |= {name.replace("_", "") for name in re.findall(r"get_paginator\(\"([a-z_]+)\"\)", source)}
    for name, statement in _statements(resources):
        for action in set(_listed(statement["Action"])) - DONE_BY_LAMBDA:
            service, operation = action.split(":")
            # SendMessage is what a batch of messages needs, too.
            if service in SERVICES:
                assert operation.lower() in called or f"{operation.lower()}batch" in called, f"{name}: {action}"


@pytest.mark.parametrize(
    ("role", "services"),
    [
        ("FetchRole", {"dynamodb", "logs", "secretsmanager", "sqs"}),
        ("FeedFetchRole", {"dynamodb", "logs", "sqs"}),
        ("SocialFetchRole", {"dynamodb", "logs", "secretsmanager", "sqs"}),
        ("ClassifyRole", {"comprehend", "dynamodb", "logs", "sqs"}),
        ("NotifyRole", {"dynamodb", "kms", "logs", "secretsmanager", "sns", "sqs"}),
        ("DeliverRole", {"dynamodb", "logs", "secretsmanager", "sqs"}),
        ("ReceiptsRole", {"dynamodb", "logs"}),
        ("SmsStatusRole", {"logs"}),
        ("EscalateRole", {"dynamodb", "logs", "sns"}),
        ("WatchRole", {"dynamodb", "logs"}),
        ("DigestRole", {"dynamodb", "kms", "logs", "sns"}),
        ("SweepRole", {"dynamodb", "logs", "secretsmanager", "sqs"}),
        ("ApiRole", {"cognito-idp", "dynamodb", "logs", "secretsmanager", "sns", "sqs"}),
        ("ConsoleRole", {"logs"}),
    ],
)
def test_a_function_reaches_only_the_services_that_it_works_with(
    role: str, services: set[str], resources: Resources
) -> None:
    assert {action.split(":")[0] for action in _granted(resources, role)} == services


def test_nothing_of_a_case_can_be_deleted_and_only_classify_reads_the_queue(resources: Resources) -> None:
    for name, statement in _statements(resources):
        actions = set(_listed(statement["Action"]))
        assert not {"dynamodb:DeleteItem", "dynamodb:DeleteTable"} & actions, name
        assert "sqs:ReceiveMessage" not in actions or name == "ClassifyRole", name


def test_an_index_is_granted_only_where_it_exists(resources: Resources) -> None:
    tables = resources("AWS::DynamoDB::Table")
    made = {index["IndexName"] for index in tables["CaseTable"]["GlobalSecondaryIndexes"]}
    granted = {
        index
        for _, statement in _statements(resources)
        for index in re.findall(r"\$\{CaseTable\.Arn\}/index/([a-z-]+)", str(statement.get("Resource")))
    }
    assert granted == made


def test_classify_touches_no_budget_but_those_of_what_it_asks_the_brands_their_terms_and_what_was_learned(
    resources: Resources, root: Path
) -> None:
    budget, voices, terms = (
        statement
        for name, statement in _statements(resources)
        if name == "ClassifyRole" and "SourceTable" in str(statement["Resource"])
    )
    assert budget["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["budget#comprehend#*", "budget#reader#*"]}
    }
    assert (voices["Action"], voices["Condition"]) == (
        "dynamodb:UpdateItem",
        {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["voice#*"]}},
    )
    assert terms["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["brands", "terms", "learned"]}}
    # The keys are written here; where they change, classify would be refused in AWS and nowhere else.
    functions = root / "functions" / "earshot"
    assert 'f"budget#{service}#{month}"' in (functions / "mentions" / "source_table.py").read_text(encoding="utf-8")
    assert '_PREFIX = "voice#"' in (functions / "triage" / "voice_table.py").read_text(encoding="utf-8")
    for key, room in (("brands", "mentions"), ("terms", "triage"), ("learned", "triage")):
        table = functions / room / key / "table.py"
        assert f'"pk": {{"S": "{key}"}}' in table.read_text(encoding="utf-8")


def test_a_model_may_be_asked_where_one_is_named_and_that_one_alone(
    resources: Resources, template: dict[str, Any]
) -> None:
    assert template["Resources"]["ReaderPolicy"]["Condition"] == "HasReader"
    policy = resources("AWS::IAM::ManagedPolicy")["ReaderPolicy"]
    assert policy["Roles"] == [{"Ref": "ClassifyRole"}]
    named, behind_a_profile = policy["PolicyDocument"]["Statement"]
    assert all("${ReaderModelId}" in resource["Fn::Sub"] for resource in named["Resource"])
    profile = behind_a_profile["Condition"]["StringEquals"]["bedrock:InferenceProfileArn"]
    assert profile["Fn::Sub"].endswith(":inference-profile/${ReaderModelId}")
    asking = {
        name for name, each in _statements(resources) for action in _listed(each["Action"]) if "bedrock" in action
    }
    assert asking == {"ReaderPolicy"}


def test_the_digest_changes_nothing_of_the_case_table_but_its_own_marks(resources: Resources, root: Path) -> None:
    tables = [
        statement
        for name, statement in _statements(resources)
        if name == "DigestRole" and statement["Resource"] == {"Fn::GetAtt": ["CaseTable", "Arn"]}
    ]
    marks, counts, authors, roster, budget, corrections = tables
    assert corrections["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [CORRECTIONS]}}
    assert budget["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["BUDGET#sms#*"]}}
    assert roster["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["SETTINGS#roster"]}}
    assert marks["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["DIGEST#*"]}}
    assert counts["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["COUNTS#*"]}}
    # The indexes name the cases, which are read by their keys.
    assert authors["Action"] == "dynamodb:BatchGetItem"
    assert authors["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["AUTHOR#*", "CASE#*"]}}
    earshot = root / "functions" / "earshot"
    assert 'f"DIGEST#{day.isoformat()}"' in (earshot / "reports" / "digest" / "log.py").read_text(encoding="utf-8")
    assert 'f"COUNTS#{day.isoformat()}"' in (earshot / "cases" / "store" / "keys.py").read_text(encoding="utf-8")
    assert 'f"AUTHOR#{key}"' in (earshot / "cases" / "store" / "keys.py").read_text(encoding="utf-8")
    assert 'f"BUDGET#sms#{month}"' in (earshot / "cases" / "store" / "keys.py").read_text(encoding="utf-8")


def test_deliver_touches_nothing_of_a_case(resources: Resources, root: Path) -> None:
    (granted,) = (
        statement
        for name, statement in _statements(resources)
        if name == "DeliverRole" and "CaseTable" in str(statement["Resource"])
    )
    assert granted["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["DELIVERY#*"]}}
    log = root / "functions" / "earshot" / "alerting" / "webhooks" / "delivery_log.py"
    assert 'f"DELIVERY#{key}"' in log.read_text(encoding="utf-8")


def test_receipts_touch_messages_their_cases_and_what_they_cost(resources: Resources, root: Path) -> None:
    (granted,) = (
        statement
        for name, statement in _statements(resources)
        if name == "ReceiptsRole" and "CaseTable" in str(statement["Resource"])
    )
    keys = granted["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert keys == ["RECEIPT#*", "CASE#*", "FAILING#*", "BUDGET#sms#*"]
    assert conversation_key(CASE)["pk"] == f"CASE#{CASE}"
    assert budget_key("2026-11")["pk"] == "BUDGET#sms#2026-11"
    written = (root / "functions" / "earshot" / "alerting" / "sms" / "receipt_table.py").read_text(encoding="utf-8")
    for key in ('"RECEIPT#{message_id}"', '"FAILING#{phone}"'):
        assert f'"pk": f{key}' in written
