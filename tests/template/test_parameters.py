"""What a newcomer is asked, what the functions are told, and who gets which alert."""

import itertools
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from earshot.alerting.roster.contacts import Contacts
from earshot.settings import SETTINGS, Settings
from infra.local.lambdas.entry_files import entry_file
from tests.template.wiring import settings_of

Template = dict[str, Any]
Resources = Callable[[str], dict[str, dict[str, Any]]]

FUNCTIONS = (
    "FetchFunction",
    "FeedFetchFunction",
    "SocialFetchFunction",
    "ClassifyFunction",
    "NotifyFunction",
    "DeliverFunction",
    "ReceiptsFunction",
    "EscalateFunction",
    "WatchFunction",
    "DigestFunction",
    "SweepFunction",
    "ApiFunction",
    "ConsoleFunction",
)
# What Powertools and numpy read, and what makes Lambda publish a version.
NOT_READ_HERE = ("POWERTOOLS_", "PYDANTIC_", "SETTINGS_VERSION", "OPENBLAS_NUM_THREADS")
A, B, C = "a@example.com", "b@example.com", "c@example.com"


def _resolve(value: Any, parameters: Mapping[str, str], conditions: Mapping[str, Any]) -> Any:
    """What CloudFormation makes of Ref, If, Equals, Not, And and Or; None stands for AWS::NoValue."""
    if isinstance(value, list):
        resolved = (_resolve(item, parameters, conditions) for item in value)
        return [item for item in resolved if item is not None]
    if not isinstance(value, dict):
        return value
    if len(value) != 1 or not next(iter(value)).startswith(("Ref", "Condition", "Fn::")):
        return {key: _resolve(item, parameters, conditions) for key, item in value.items()}
    ((kind, inner),) = value.items()
    if kind == "Ref":
        return None if inner == "AWS::NoValue" else parameters.get(inner, inner)
    if kind == "Condition":
        return _resolve(conditions[inner], parameters, conditions)
    if kind == "Fn::If":
        name, yes, no = inner
        chosen = yes if _resolve(conditions[name], parameters, conditions) else no
        return _resolve(chosen, parameters, conditions)
    parts = _resolve(inner, parameters, conditions)
    rules = {"Fn::Equals": lambda: parts[0] == parts[1], "Fn::Not": lambda: not parts[0]}
    return (rules | {"Fn::And": lambda: all(parts), "Fn::Or": lambda: any(parts)})[kind]()


def _contacts(resources: Resources, function: str, parameters: Mapping[str, str]) -> Contacts:
    """Whom a deployment with these parameters names for each rung, as a function reads it."""
    variables = resources("AWS::Lambda::Function")[function]["Environment"]["Variables"]
    names = ("RUNG_EMAILS", "RUNG_PHONES")
    filled = {
        name: re.sub(r"\$\{(\w+)\}", lambda m: parameters.get(m[1], ""), variables[name]["Fn::Sub"]) for name in names
    }
    given = Settings(filled)
    return Contacts(given.rung_emails, given.rung_phones)


@pytest.mark.parametrize("function", ["NotifyFunction", "EscalateFunction", "DigestFunction"])
@pytest.mark.parametrize(("lead", "executive"), itertools.product(["", A, B], ["", A, B, C]))
def test_every_rung_reaches_exactly_one_person(resources: Resources, function: str, lead: str, executive: str) -> None:
    contacts = _contacts(resources, function, {"OnCallEmail": A, "LeadEmail": lead, "ExecutiveEmail": executive})
    expected = [A, lead or A, executive or lead or A]
    assert [person and person.email for person in map(contacts.person, (1, 2, 3))] == expected


def test_nobody_gets_an_sms_who_gave_no_number(resources: Resources) -> None:
    contacts = _contacts(resources, "NotifyFunction", {"OnCallEmail": A, "LeadPhone": "+12025550102"})
    assert [person and person.phone for person in map(contacts.person, (1, 2, 3))] == [
        None,
        "+12025550102",
        "+12025550102",
    ]


def test_no_person_has_a_subscription_that_a_deployment_would_have_to_replace(template: Template) -> None:
    """SNS refuses a second one of an address with another filter, and CloudFormation creates before it deletes.

    So swapping two people, or making the lead on call, would roll back. What is left is one address on a topic alone.
    """
    found = [item["Properties"] for item in template["Resources"].values() if item["Type"] == "AWS::SNS::Subscription"]
    assert [one["TopicArn"] for one in found] == [{"Ref": "OperatorTopic"}]
    assert "FilterPolicy" not in found[0]


@pytest.mark.parametrize("operator", ["", B])
def test_alarms_reach_the_operator_or_else_on_call(template: Template, operator: str) -> None:
    properties = template["Resources"]["OperatorSubscription"]["Properties"]
    told = _resolve(properties, {"OperatorEmail": operator, "OnCallEmail": A}, template["Conditions"])
    assert told["Endpoint"] == (operator or A)


def test_every_parameter_is_explained_grouped_and_used(template: Template) -> None:
    interface = template["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(template["Parameters"])
    assert sorted(interface["ParameterLabels"]) == sorted(template["Parameters"])
    text = str([template["Resources"], template["Conditions"], template["Globals"]])
    for name, parameter in template["Parameters"].items():
        assert len(parameter["Description"]) > 20, name
        assert f"{{'Ref': '{name}'}}" in text or f"${{{name}}}" in text, f"{name} is not used"


def test_all_but_the_brand_and_one_address_have_a_default(template: Template) -> None:
    asked = {name for name, parameter in template["Parameters"].items() if "Default" not in parameter}
    assert asked == {"BrandHandles", "OnCallEmail"}


def test_every_default_is_allowed(template: Template) -> None:
    for name, parameter in template["Parameters"].items():
        if "Default" not in parameter:
            continue
        default = parameter["Default"]
        assert re.fullmatch(parameter.get("AllowedPattern", ".*"), str(default)), name
        assert default in parameter.get("AllowedValues", [default]), name


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "BrandHandles",
            ["AcmeAir", "AcmeAir+Acme_Help,Acme"],
            ["", "@AcmeAir", "AcmeAir,", "AcmeAir+", "a" * 16, "Acme Air"],
        ),
        (
            "ReaderModelId",
            ["", "global.amazon.nova-2-lite-v1:0", "anthropic.claude-haiku-4-5-20251001-v1:0", "zai.glm-4.7"],
            ["arn:aws:bedrock:us-east-1::foundation-model/x", "nova lite", "*", ".nova"],
        ),
        ("OnCallEmail", ["jo@example.com"], ["", "jo", "jo@example", "jo @example.com"]),
        ("OnCallPhone", ["", "+14155550123"], ["14155550123", "+1 415 555 0123", "+0123456789"]),
        (
            "DigestTimezone",
            ["UTC", "Etc/GMT+5", "America/Argentina/Ushuaia"],
            ["", "Europe/", "/etc/localtime", "../UTC"],
        ),
        (
            "SignInUrl",
            ["", "https://sign-in.example.com", "http://127.0.0.1:4599"],
            ["sign-in.example.com", "https://example.com/login"],
        ),
        ("XApiUrl", ["https://api.x.com", "http://127.0.0.1:8080"], ["api.twitter.com", "https://x.com/2/"]),
    ],
)
def test_a_slip_is_told_before_anything_is_deployed(
    template: Template, name: str, good: list[str], bad: list[str]
) -> None:
    parameter = template["Parameters"][name]
    assert parameter["ConstraintDescription"]
    assert all(re.fullmatch(parameter["AllowedPattern"], text) for text in good)
    assert not any(re.fullmatch(parameter["AllowedPattern"], text) for text in bad)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_what_it_reads_and_nothing_else(name: str, resources: Resources, root: Path) -> None:
    told = resources("AWS::Lambda::Function")[name]["Environment"]["Variables"]
    own = {variable for variable in told if not variable.startswith(NOT_READ_HERE)}
    assert own == settings_of(entry_file(name.removesuffix("Function").lower()))


def test_every_setting_is_set_for_some_function(resources: Resources) -> None:
    functions = resources("AWS::Lambda::Function").values()
    told = {name for function in functions for name in function["Environment"]["Variables"]}
    assert {name for name in told if not name.startswith(NOT_READ_HERE)} == set(SETTINGS)


def test_the_template_and_the_program_have_the_same_defaults(template: Template, resources: Resources) -> None:
    compared = 0
    for function in resources("AWS::Lambda::Function").values():
        for name, value in function["Environment"]["Variables"].items():
            parameter = (
                template["Parameters"].get(value["Ref"], {}) if isinstance(value, dict) and "Ref" in value else {}
            )
            if name in SETTINGS and "Default" in parameter:
                setting = SETTINGS[name]
                assert setting.default is not None, name
                assert setting.read(str(parameter["Default"])) == setting.read(setting.default), name
                compared += 1
    assert compared


def test_the_stack_says_which_version_it_is(template: Template, root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert template["Outputs"]["Version"]["Value"] == project["version"], "see RELEASING.md"
