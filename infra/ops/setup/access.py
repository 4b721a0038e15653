"""The token of X that a stack has, and the first accounts of its staff."""

from __future__ import annotations

from pathlib import Path

from earshot.api.auth.roles import Role
from earshot.aws.secrets import read_secret
from earshot.errors import EarshotError
from infra.aws_session import AwsSession
from infra.ops.access.secrets import checked_bearer_token
from infra.ops.access.users import DeployedUsers
from infra.ops.stack import Stack


def read_token_file(file: Path) -> str:
    """The bearer token in a file. EarshotError where it cannot be read, or holds none."""
    try:
        return checked_bearer_token(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise EarshotError(f"{file} cannot be read ({type(error).__name__}).") from None


def stored_token(session: AwsSession, stack: Stack) -> str | None:
    """The token in the stack's secret, None where it is empty or broken. SecretError where AWS refuses."""
    text = read_secret(session.client("secretsmanager"), stack.output("XSecretArn"))
    try:
        return None if text is None else checked_bearer_token(text)
    except EarshotError:
        return None


def make_administrator(session: AwsSession, stack: Stack, email: str, *, by_mail: bool = True) -> str | None:
    """Give somebody an account with the role of an administrator. Where they have an account, it gets the role.

    AWS mails a temporary password, good for 7 days, or else it is returned. EarshotError where AWS refuses.
    """
    accounts = DeployedUsers(session, stack)
    if any(one.email.casefold() == email.casefold() for one in accounts.users()):
        accounts.set_role(email, Role.ADMIN)
        return None
    return accounts.add(email, Role.ADMIN, by_mail=by_mail)
