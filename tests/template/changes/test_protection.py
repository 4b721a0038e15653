"""What holds data is protected: from a deployment that would replace it, from the end of the stack, from a slip."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.template.test_promises import Resources, Template

# By type: what becomes of it with the stack, and what of the old one where a deployment has to replace it.
OUTLIVES_THE_STACK = ("RetainExceptOnCreate", "Retain")
GOES_WITH_THE_STACK = ("Delete", "Retain")
HOLDS_DATA = {
    "AWS::Cognito::UserPool": OUTLIVES_THE_STACK,  # the accounts of staff
    "AWS::DynamoDB::Table": OUTLIVES_THE_STACK,
    "AWS::KMS::Key": GOES_WITH_THE_STACK,
    "AWS::SNS::Topic": GOES_WITH_THE_STACK,  # the subscriptions that people confirmed
    "AWS::SQS::Queue": GOES_WITH_THE_STACK,  # the posts and alerts in it
    "AWS::SecretsManager::Secret": GOES_WITH_THE_STACK,
}
# What a deployment can make anew from the template. Logs are kept for a while only.
HOLDS_NONE = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::AppConfig::Application",
    "AWS::AppConfig::ConfigurationProfile",
    "AWS::AppConfig::HostedConfigurationVersion",
    "AWS::Budgets::Budget",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::LogGroup",
    "AWS::Logs::SubscriptionFilter",
    "AWS::SNS::Subscription",
    "AWS::Scheduler::Schedule",
}


def test_of_every_kind_of_resource_it_is_known_whether_it_holds_data(expand: Callable[..., Template]) -> None:
    resources = expand(GradualDeployment="Linear10PercentEvery1Minute")["Resources"]
    unknown = {item["Type"] for item in resources.values()} - set(HOLDS_DATA) - HOLDS_NONE
    assert not unknown, "Say in this file whether it holds data, and protect it in the template and the stack policy"


@pytest.mark.parametrize("kind", HOLDS_DATA)
def test_what_holds_data_says_what_becomes_of_it(kind: str, expanded: Template) -> None:
    found = {name: item for name, item in expanded["Resources"].items() if item["Type"] == kind}
    assert found
    for name, item in found.items():
        assert (item.get("DeletionPolicy"), item.get("UpdateReplacePolicy")) == HOLDS_DATA[kind], name


def test_no_deployment_replaces_or_deletes_what_holds_data(root: Path) -> None:
    policy = json.loads((root / "infra" / "stack-policy.json").read_text(encoding="utf-8"))
    allowed, denied = policy["Statement"]
    assert (allowed["Effect"], allowed["Action"], allowed["Resource"]) == ("Allow", "Update:*", "*")
    assert (denied["Effect"], denied["Resource"]) == ("Deny", "*")
    assert denied["Action"] == ["Update:Replace", "Update:Delete"]
    assert denied["Condition"] == {"StringEquals": {"ResourceType": sorted(HOLDS_DATA)}}


def test_what_outlives_the_stack_refuses_to_be_deleted(resources: Resources, template: Template) -> None:
    assert template["Parameters"]["DeletionProtection"]["Default"] == "on"
    assert template["Conditions"]["ProtectsData"] == {"Fn::Equals": [{"Ref": "DeletionProtection"}, "on"]}
    for name, table in resources("AWS::DynamoDB::Table").items():
        assert table["DeletionProtectionEnabled"] == {"Fn::If": ["ProtectsData", True, False]}, name
    for name, pool in resources("AWS::Cognito::UserPool").items():
        assert pool["DeletionProtection"] == {"Fn::If": ["ProtectsData", "ACTIVE", "INACTIVE"]}, name
