"""What is asked of a deployed stack."""

import pytest

from infra.ops.stack import Stack, StackError


def _stack(**resources: str) -> Stack:
    return Stack({}, {}, resources)


def test_a_function_is_called_by_its_alias() -> None:
    stack = _stack(ApiFunction="api-1", ApiFunctionAliaslive="arn:aws:lambda:eu-west-1:1:function:api-1:live")
    assert stack.function("ApiFunction").endswith(":live")


def test_a_stack_of_an_older_release_has_no_aliases() -> None:
    assert _stack(ApiFunction="api-1").function("ApiFunction") == "api-1"


def test_a_function_that_is_not_there_is_named() -> None:
    with pytest.raises(StackError, match="has no ApiFunction"):
        _stack().function("ApiFunction")
