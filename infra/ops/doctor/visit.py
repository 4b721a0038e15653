"""One visit of the doctor: which checks apply, and what they find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

from botocore.exceptions import BotoCoreError

from earshot.reports.doctor.finding import Finding, Level, failure
from infra.aws_session import AwsSession, caller_session
from infra.ops.doctor.account_facts import AwsAccount, SharedSession
from infra.ops.doctor.check import examine
from infra.ops.doctor.checks.account import CREDENTIALS
from infra.ops.doctor.doctor import BeforeDeployment, Deployed
from infra.ops.stack import Stack, StackError, describe

_SIGN_IN = "Sign in and choose a region: aws sso login or aws configure, AWS_PROFILE and AWS_REGION"


def visit_embedded(session: AwsSession, stack: Stack, now: datetime) -> Iterator[Finding]:
    """What the doctor finds of a stack in the embedded cloud, which has no account to be asked about."""
    return examine(tuple(Deployed(shared(session), stack, None, now).checks()))


def visit(name: str, now: datetime, *, before: bool = False) -> Iterator[Finding]:
    """What the doctor finds of a stack; where there is none of this ``name``, what can be found before there is one.

    ``before``: as before a deployment, with no stack expected.
    """
    try:
        session = shared(caller_session())
        account = AwsAccount(session)
        found = tuple(examine([BeforeDeployment(session, account, {}, now).caller()]))
    except BotoCoreError as error:
        yield failure(CREDENTIALS, str(error), _SIGN_IN)
        return
    yield from found
    if all(one.level is not Level.FAILURE for one in found):
        yield from visit_account(session, account, None if before else name, {}, now)


def visit_account(
    session: AwsSession, account: AwsAccount, name: str | None, parameters: Mapping[str, str], now: datetime
) -> Iterator[Finding]:
    """What is found of an account and of its stack ``name``; None: before there is one, with these ``parameters``."""
    try:
        stack = None if name is None else describe(session.client("cloudformation"), name)
    except StackError as error:
        stack = None
        yield failure("stack", str(error), "Deploy one, earshot deploy, or name yours: earshot doctor --stack NAME")
    given = parameters if stack is None else stack.parameters
    there = BeforeDeployment(session, account, given, now)
    own = there.own_checks() if stack is None else Deployed(session, stack, account, now).checks()
    yield from examine((*there.checks(), *own))


def shared(session: AwsSession) -> AwsSession:
    """A session that the checks may share."""
    return cast("AwsSession", SharedSession(session))
