"""The stack that ``--stack`` and ``--local`` name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.aws_session import AwsSession
    from infra.ops.stack import Stack


def open_stack(name: str, *, local: bool) -> tuple[AwsSession, Stack]:
    """The stack of this name, and a session that reaches it.

    ``local``: the stack of the embedded cloud that `earshot run` has started; EngineError where none runs. StackError
    where there is no such stack.
    """
    # Imported here: boto3 takes half a second, which `--help` does not need.
    from infra.ops import stack

    if not local:
        return stack.open_stack(name)
    from infra.local.engine import engine

    session = engine.running().session
    return session, stack.describe(session.client("cloudformation"), name)
