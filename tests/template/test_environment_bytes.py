"""Lambda takes 4 KB of environment, names and values in UTF-8: no parameter may make a deployment fail for it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from infra.paths import ROOT
from tests.template.test_parameters import FUNCTIONS

Template = dict[str, Any]

LIMIT = 4096
STACK = "s" * 128  # CloudFormation's longest name of a stack
REGION, ACCOUNT = "ap-southeast-1", "1" * 12  # the longest of the regions
SUFFIX = "ABCDEFGHIJKLM"  # 13 characters, with which CloudFormation ends the names that it makes
# A number is written with the digits of a double at most.
NUMBER_BYTES = 24
EXACT = {"AWS::StackName": STACK, "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws-us-gov"}


def _of_type(kind: str, logical_id: str) -> str:
    """What ``Ref`` and the attributes of a resource are at most, whichever of them is asked for."""
    arn = f"arn:aws-us-gov:service:{REGION}:{ACCOUNT}:"
    name = f"{STACK}-{logical_id}-{SUFFIX}"
    return {
        "AWS::AppConfig::HostedConfigurationVersion": "9" * 6,
        "AWS::DynamoDB::Table": name,
        "AWS::SQS::Queue": f"https://sqs.{REGION}.amazonaws.com.cn/{ACCOUNT}/{name[:80]}",
        "AWS::SNS::Topic": arn + name,
        "AWS::SecretsManager::Secret": f"{arn}secret:{logical_id}-{SUFFIX}-AbCdEf",
        "AWS::ApiGatewayV2::Api": f"https://abcdefghij.execute-api.{REGION}.amazonaws.com.cn",
        "AWS::Cognito::UserPool": f"{REGION}_AbCdEfGhI",
        "AWS::Cognito::UserPoolClient": "c" * 26,
        "AWS::Cognito::UserPoolDomain": "earshot-" + "d" * 36,
    }[kind]


def most_bytes_of_parameter(parameter: Mapping[str, Any]) -> int:
    """The bytes of the longest value that CloudFormation takes for a parameter."""
    if "AllowedValues" in parameter:
        return max(len(str(value).encode()) for value in parameter["AllowedValues"])
    if parameter["Type"] == "Number":
        return NUMBER_BYTES
    # A class of characters that are named holds ASCII only; one of characters that are not has those of 4 bytes.
    pattern = parameter.get("AllowedPattern", ".*")
    assert pattern.isascii()
    beside_named_classes = re.sub(r"\[[^\]^][^\]]*\]|\\\.", "", pattern)
    is_open = re.search(r"\[\^|\.", beside_named_classes) or re.search(r"\\[SWD]", pattern)
    return parameter["MaxLength"] * (4 if is_open else 1)


def most_bytes(value: Any, template: Template) -> int:
    """The bytes of the longest text that a value of the template can become."""
    if not isinstance(value, dict):
        return len(str(value).encode())
    ((kind, inner),) = value.items()
    if kind == "Fn::If":
        return max(most_bytes(branch, template) for branch in inner[1:])
    if kind == "Fn::Sub":
        named = re.findall(r"\$\{([\w:.]+)\}", inner)
        fixed = len(re.sub(r"\$\{[\w:.]+\}", "", inner).encode())
        return fixed + sum(_most_bytes_of(name, template) for name in named)
    assert kind in ("Ref", "Fn::GetAtt")
    return _most_bytes_of(inner if isinstance(inner, str) else inner[0], template)


def _most_bytes_of(name: str, template: Template) -> int:
    if name in EXACT:
        return len(EXACT[name])
    if name in template["Parameters"]:
        return most_bytes_of_parameter(template["Parameters"][name])
    logical_id = name.partition(".")[0]
    return len(_of_type(template["Resources"][logical_id]["Type"], logical_id))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_value_of_a_parameter_makes_an_environment_too_large(
    template: Template, resources: Callable[[str], dict[str, dict[str, Any]]], function: str
) -> None:
    variables = resources("AWS::Lambda::Function")[function]["Environment"]["Variables"]
    sizes = {name: len(name) + most_bytes(value, template) for name, value in variables.items()}
    assert sum(sizes.values()) < LIMIT, dict(sorted(sizes.items(), key=lambda item: -item[1]))


def test_every_text_that_a_function_is_told_has_a_longest_value(template: Template) -> None:
    """Of one that none is told, such as the rate of polling, the length does not matter."""
    assert {
        name
        for name, parameter in template["Parameters"].items()
        if parameter["Type"] == "String" and not {"AllowedValues", "MaxLength"} & parameter.keys()
    } == set()


def test_a_list_that_is_too_long_for_a_parameter_is_told_where_it_belongs(template: Template) -> None:
    for name in ("BrandHandles", "SearchTerms"):
        assert "earshot brand put" in template["Parameters"][name]["ConstraintDescription"]


def test_the_table_names_every_longest_value(template: Template) -> None:
    """Who reads the page knows before the deployment."""
    page = (ROOT / "docs" / "deploying.md").read_text("utf-8")
    for name in ("BrandHandles", "SearchTerms"):
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        assert f"{template['Parameters'][name]['MaxLength']} characters" in line
