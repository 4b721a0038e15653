"""A deployed stack, as CloudFormation describes it: on AWS or in the embedded cloud."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import EarshotError

_WHICH = "choose the account and region with AWS_PROFILE and AWS_REGION."


class StackError(EarshotError):
    """No such stack: the message says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack's parameters and outputs, and the physical id of each logical one (a queue's is its address)."""

    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: Mapping[str, str]

    @property
    def brand_handles(self) -> tuple[str, ...]:
        """Whom the stack listens for; none where CloudFormation does not tell."""
        handles = self.parameters.get("BrandHandles", "").split(",")
        return tuple(handle.strip() for handle in handles if handle.strip())


def describe(cloudformation: Any, name: str) -> Stack:
    """The stack as it stands. StackError where there is none, or where the credentials do not reach it."""
    try:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except (ClientError, BotoCoreError) as error:
        region = cloudformation.meta.region_name
        why = error.response["Error"]["Message"] if isinstance(error, ClientError) else error
        raise StackError(
            f"No stack '{name}' can be read in {region} ({why}): name it with --stack, and {_WHICH}"
        ) from error
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    return Stack(
        parameters={one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", [])},
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        resources={
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
        },
    )


def deployed(name: str, *, local: bool) -> tuple[Any, Stack]:
    """A session of boto3, or anything with its ``client``, and the stack of this name; StackError as ``describe``.

    ``local``: the stack of the embedded cloud that `earshot run` has started; EngineError where none runs.
    """
    if local:
        from infra.local.engine.engine import running
        from infra.local.run import PORT

        session: Any = running(PORT)
        return session, describe(session.client("cloudformation"), name)

    import boto3

    try:
        session = boto3.Session()
        cloudformation = session.client("cloudformation")
    except BotoCoreError as error:
        raise StackError(f"AWS cannot be asked for stack '{name}' ({error}): {_WHICH}") from error
    return session, describe(cloudformation, name)
