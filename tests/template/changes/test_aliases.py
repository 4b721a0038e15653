"""Code takes over by an alias: everything invokes it, every change reaches it, and an alarm hands it back."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.template.test_promises import FUNCTIONS, Resources, Template, _names

Expand = Callable[..., Template]

# What is about a function, whatever version of it runs.
OF_EVERY_VERSION = {
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Version",
}
MOST_ALARMS = 10  # of a deployment group, says CodeDeploy


def test_nothing_invokes_a_function_past_its_alias(expanded: Template, resources: Resources) -> None:
    invoking: set[str] = set()
    for name, item in expanded["Resources"].items():
        if item["Type"] not in OF_EVERY_VERSION:
            assert not _names(item) & set(FUNCTIONS), f"{name} leads past the alias: name FUNCTION.Alias"
            invoking |= _names(item)
    assert invoking >= {f"{name}Aliaslive" for name in FUNCTIONS}
    for name, config in resources("AWS::Lambda::EventInvokeConfig").items():
        assert config["Qualifier"] == "live", name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_changed_parameter_publishes_a_version(name: str, template: Template, expanded: Template) -> None:
    """SAM's hash knows the parameter's name and not its value: see decision record 0042."""
    (version,) = (
        item for item in expanded["Resources"].values()
        if item["Type"] == "AWS::Lambda::Version" and item["Properties"]["FunctionName"] == {"Ref": name}
    )  # fmt: skip
    assert _names(version["Properties"]["Description"]) == {"SettingsVersion"}
    environment = expanded["Resources"][name]["Properties"]["Environment"]["Variables"]
    assert environment["SETTINGS_VERSION"] == {"Ref": "SettingsVersion"}
    kept = template["Resources"]["SettingsVersion"]["Properties"]["Content"]
    missing = {one for one in _names(environment) - _names(kept) if not one.startswith("AWS::")} - {"SettingsVersion"}
    assert not missing, "Name them in SettingsVersion, or the alias goes on with their former values"


def test_two_values_of_the_settings_never_look_alike(template: Template) -> None:
    """Each on a line of its own: no parameter allows a line break."""
    text = template["Resources"]["SettingsVersion"]["Properties"]["Content"]["Fn::Sub"]
    assert all(line.startswith("${") and line.count("${") == 1 for line in text.splitlines())


def test_a_changed_function_or_layer_publishes_a_version(template: Template) -> None:
    for name, item in template["Resources"].items():
        if item["Type"] == "AWS::Serverless::Function":
            assert item["Properties"]["AutoPublishAliasAllProperties"] is True, name
        if item["Type"] == "AWS::Serverless::LayerVersion":
            assert item["Properties"]["PublishLambdaVersion"] is True, name


def test_no_old_version_piles_up(expanded: Template) -> None:
    """One that a failed deployment left would also keep the next from publishing the same code."""
    versions = [item for item in expanded["Resources"].values() if item["Type"] == "AWS::Lambda::Version"]
    assert len(versions) == len(FUNCTIONS)
    assert all(version["DeletionPolicy"] == "Delete" for version in versions)


def test_new_code_takes_over_at_once_unless_somebody_says_otherwise(expanded: Template) -> None:
    assert not [item for item in expanded["Resources"].values() if item["Type"].startswith("AWS::CodeDeploy::")]


def test_a_gradual_deployment_rolls_back_when_any_function_fails(expand: Expand, template: Template) -> None:
    allowed = template["Parameters"]["GradualDeployment"]["AllowedValues"]
    assert set(allowed) == set(template["Mappings"]["GradualDeployment"])
    expanded = expand(GradualDeployment="Linear10PercentEvery1Minute")["Resources"]
    # CodeDeploy takes no alarm that is not there, as that of receipts is not unless SMS are followed.
    always = {name: item.get("Properties", {}) for name, item in expanded.items() if "Condition" not in item}
    of_errors = {name for name, properties in always.items() if properties.get("MetricName") in ("Errors", "5xx")}
    assert len(of_errors) == 10
    groups = [item["Properties"] for item in expanded.values() if item["Type"] == "AWS::CodeDeploy::DeploymentGroup"]
    assert len(groups) == len(FUNCTIONS)
    for group in groups:
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        alarms = _names(group["AlarmConfiguration"])
        # There is room for no more, and where reading Bluesky or Mastodon or the sweep fails, nothing is lost.
        assert of_errors - {"SocialFetchErrorsAlarm", "SweepErrorsAlarm"} <= alarms <= set(expanded)
        assert len(alarms) == MOST_ALARMS
        assert group["DeploymentConfigName"]["Fn::Sub"][1] == {"ConfigName": "Linear10PercentEvery1Minute"}
    for name in FUNCTIONS:
        assert _names(expanded[f"{name}Aliaslive"]["UpdatePolicy"]) >= {f"{name}DeploymentGroup"}
    role: Any = expanded["CodeDeployServiceRole"]["Properties"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": ["codedeploy.amazonaws.com"]}
