"""A deployed stack, as CloudFormation describes it: on AWS or in the embedded cloud."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from earshot.errors import EarshotError


class StackError(EarshotError):
    """No such stack: the message says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack's outputs, and the physical id of each logical one (a queue's is its address)."""

    outputs: Mapping[str, str]
    resources: Mapping[str, str]


def describe(cloudformation: Any, name: str) -> Stack:
    """The stack as it stands. StackError where there is none, or where the credentials do not reach it."""
    try:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        region = cloudformation.meta.region_name
        raise StackError(
            f"No stack '{name}' can be read in {region} ({error.response['Error']['Message']}): "
            "name it with --stack, and choose the account and region with AWS_PROFILE and AWS_REGION."
        ) from error
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    return Stack(
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        resources={
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
        },
    )
