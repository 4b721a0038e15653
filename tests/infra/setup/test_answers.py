"""What people answer to `earshot deploy`: what can be right is taken as the template takes it, all else is named."""

import re

import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from infra.ops.setup.answers import (
    AnswerError,
    checked,
    is_list,
    lists_in,
    read_email,
    read_handles,
    read_phone,
    read_stack_name,
)
from infra.ops.setup.sam import parameters_of_template
from infra.paths import ROOT
from infra.template_yaml import parse_template

KNOWN = parameters_of_template()
TEMPLATE = parse_template((ROOT / "template.yaml").read_text("utf-8"))["Parameters"]


def allowed(parameter: str, value: str) -> bool:
    return re.fullmatch(TEMPLATE[parameter]["AllowedPattern"], value) is not None


@pytest.mark.parametrize(
    ("typed", "taken"),
    [("@NimbusAir", "NimbusAir"), (" @NimbusAir + @NimbusHelp, OtherAir,,", "NimbusAir+NimbusHelp,OtherAir")],
)
def test_handles_lose_what_people_write_around_them(typed: str, taken: str) -> None:
    assert read_handles(typed) == taken
    assert allowed("BrandHandles", taken)


@pytest.mark.parametrize("typed", ["", "@", ",+", "nimbus-air!", "https://x.com/NimbusAir", "sixteen_letters_1"])
def test_what_no_handle_can_be_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError):
        read_handles(typed)


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("+14155550123", "+14155550123"),
        ("+1 (415) 555-0123", "+14155550123"),
        ("0044 20 7183 8750", "+442071838750"),
        ("+49/151.23456789", "+4915123456789"),
    ],
)
def test_numbers_are_taken_as_people_write_them(typed: str, taken: str) -> None:
    assert read_phone(typed) == taken


@pytest.mark.parametrize("typed", ["", "415 555 0123", "+0123456789", "+1", "+12345678901234567", "+1415555O123"])
def test_a_number_without_its_country_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError, match=re.escape("+14155550123")):
        read_phone(typed)


@given(st.text(max_size=40))
def test_what_is_taken_the_template_takes_too(typed: str) -> None:
    for parameter, read in (("OnCallPhone", read_phone), ("OnCallEmail", read_email), ("BrandHandles", read_handles)):
        try:
            taken = read(typed)
        except AnswerError:
            continue
        assert allowed(parameter, taken)


@pytest.mark.parametrize(
    "typed",
    ["", "mia", "mia@example", "@example.com", "no-reply@example.com", "DoNotReply@example.com"],
)
def test_an_address_that_nobody_reads_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError):
        read_email(typed)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("mia@example.com", False),
        ("stella.allister@example.com", False),
        ("oncall@example.com", False),
        ("all@example.com", True),
        ("support-team@example.com", True),
        ("ops@googlegroups.com", True),
        ("ops@lists.example.com", True),
    ],
)
def test_a_list_is_known_by_its_name(address: str, expected: bool) -> None:
    assert is_list(address) is expected
    assert list(lists_in({"OnCallEmail": address, "OnCallPhone": "+1"})) == ([address] if expected else [])


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(AnswerError) as caught:
        checked({"OnCallMail": "a@b.com", "LeadPhone": "12", "SearchTerms": "a\\b"}, KNOWN)
    assert all(name in str(caught.value) for name in ("OnCallMail", "LeadPhone", "SearchTerms"))
    assert checked({"LeadPhone": "+1 415 555 0123", "LeadEmail": "", "RetentionDays": " 30 "}, KNOWN) == {
        "LeadPhone": "+14155550123",
        "LeadEmail": "",
        "RetentionDays": "30",
    }


def test_the_names_are_those_of_the_template() -> None:
    assert set(TEMPLATE) == KNOWN


def test_a_stack_has_a_name_that_all_of_its_resources_can_have() -> None:
    # What the template names after the stack, and the most that AWS lets it have.
    resources = parse_template((ROOT / "template.yaml").read_text("utf-8"))["Resources"]
    assert resources["Settings"]["Properties"]["Name"] == {"Ref": "AWS::StackName"}
    botocore = get_session()
    longest = botocore.get_service_model("appconfig").shape_for("Name").metadata["max"]
    assert read_stack_name("e" * longest) == "e" * longest
    assert len("e" * longest + "-mentions") <= 80, "a queue's name"
    for refused in ("e" * (longest + 1), "", "1st", "earshot_prod", "earshot prod", "ö"):
        with pytest.raises(AnswerError):
            read_stack_name(refused)
