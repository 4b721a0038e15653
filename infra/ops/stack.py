"""A deployed stack, as CloudFormation describes it: on AWS or in the embedded cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import EarshotError
from infra.aws_session import AwsSession, caller_session

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient

_ALIAS = "live"
"""The template's AutoPublishAlias, after which SAM names the resource."""
_WHICH = "choose the account and region with AWS_PROFILE and AWS_REGION."


class StackError(EarshotError):
    """There is no such stack, or it is not Earshot's: the message says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack's parameters and outputs, and the physical id of each logical one (a queue's is its URL)."""

    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: Mapping[str, str]

    def output(self, name: str) -> str:
        """An output. StackError where the stack has none of this name: then it is another program's."""
        if name not in self.outputs:
            raise StackError(f"The stack has no output '{name}', so it is not Earshot's: name Earshot's with --stack.")
        return self.outputs[name]

    def resource(self, logical_id: str) -> str:
        """A physical id. StackError where the stack has no such resource: it may be of an older release."""
        if logical_id not in self.resources:
            raise StackError(
                f"The stack has no {logical_id}: deploy this release, or name Earshot's stack with --stack."
            )
        return self.resources[logical_id]

    def function(self, logical_id: str) -> str:
        """What to call a function by: its alias, as everything in the template does. StackError where there is none.

        A stack of an older release has no aliases: then it is the function's own name.
        """
        return self.resources.get(f"{logical_id}Alias{_ALIAS}") or self.resource(logical_id)


def describe(cloudformation: CloudFormationClient, name: str) -> Stack:
    """The stack as it is now. StackError where there is none, or where the credentials do not reach it."""
    try:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        pages = list(cloudformation.get_paginator("list_stack_resources").paginate(StackName=name))
    except (ClientError, BotoCoreError) as error:
        region = cloudformation.meta.region_name
        why = error.response.get("Error", {}).get("Message") if isinstance(error, ClientError) else error
        raise StackError(
            f"No stack '{name}' can be read in {region} ({why}): name it with --stack, and {_WHICH}"
        ) from error
    return Stack(
        parameters={one.get("ParameterKey", ""): one.get("ParameterValue", "") for one in stack.get("Parameters", [])},
        outputs={output.get("OutputKey", ""): output.get("OutputValue", "") for output in stack.get("Outputs", [])},
        resources={
            resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
            for page in pages
            for resource in page["StackResourceSummaries"]
        },
    )


def is_missing(error: StackError) -> bool:
    """Whether AWS said that there is no such stack, rather than that it may not be read, or nothing at all."""
    cause = error.__cause__
    return isinstance(cause, ClientError) and "does not exist" in str(cause)


def open_stack(name: str) -> tuple[AwsSession, Stack]:
    """The stack of this name on AWS, with the caller's credentials, and the session it was read with.

    StackError as ``describe``, or where there is no region.
    """
    try:
        session = caller_session()
        cloudformation = session.client("cloudformation")
    except (BotoCoreError, ValueError) as error:  # ValueError: an AWS_ENDPOINT_URL that is none
        raise StackError(f"AWS cannot be asked for stack '{name}' ({error}): {_WHICH}") from error
    return session, describe(cloudformation, name)
