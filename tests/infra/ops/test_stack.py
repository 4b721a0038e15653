"""What is asked of a deployed stack."""

import pytest
from botocore.stub import Stubber

from infra.aws_session import caller_session
from infra.ops.stack import Stack, StackError, describe, open_stack


def _stack(**resources: str) -> Stack:
    return Stack({}, {}, resources)


def test_what_the_credentials_may_not_list_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    client = caller_session("eu-west-1").client("cloudformation")
    with Stubber(client) as stubber:
        there = {"StackName": "earshot", "CreationTime": 0, "StackStatus": "CREATE_COMPLETE"}
        stubber.add_response("describe_stacks", {"Stacks": [there]})
        stubber.add_client_error("list_stack_resources", "AccessDenied", "not authorized to ListStackResources")
        with pytest.raises(StackError, match="not authorized to ListStackResources"):
            describe(client, "earshot")


def test_an_endpoint_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    with pytest.raises(StackError, match=r"'earshot' .*nonsense"):
        open_stack("earshot")


@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({"AWS_REGION": "eu-north-1"}, "eu-north-1"),
        ({"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "us-east-1"}, "eu-north-1"),
        ({"AWS_DEFAULT_REGION": "us-east-1"}, "us-east-1"),
    ],
)
def test_the_region_is_that_of_the_variables_that_messages_and_documents_name(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], region: str
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert caller_session().client("cloudformation").meta.region_name == region
    assert caller_session("ap-south-1").client("cloudformation").meta.region_name == "ap-south-1"


def test_a_function_is_called_by_its_alias() -> None:
    stack = _stack(ApiFunction="api-1", ApiFunctionAliaslive="arn:aws:lambda:eu-west-1:1:function:api-1:live")
    assert stack.function("ApiFunction").endswith(":live")


def test_a_stack_of_an_older_release_has_no_aliases() -> None:
    assert _stack(ApiFunction="api-1").function("ApiFunction") == "api-1"


def test_a_function_that_is_not_there_is_named() -> None:
    with pytest.raises(StackError, match="has no ApiFunction"):
        _stack().function("ApiFunction")
