"""The token of X in its secret, and the accounts of staff."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from earshot.aws.secrets import read_secret
from earshot.errors import EarshotError
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.doctor.checks.sign_in import User
from infra.ops.doctor.stack_facts import StackFacts
from infra.ops.stack import Stack

if TYPE_CHECKING:
    from types_boto3_cognito_idp.type_defs import AdminCreateUserRequestTypeDef

ADMIN = "admin"


def read_token(text: str) -> str:
    """A bearer token, also of a file that holds the secret's JSON. EarshotError where it cannot be one, unquoted."""
    token = text.strip()
    if token.startswith("{"):
        try:
            token = str(json.loads(token)["bearer_token"]).strip()
        except (ValueError, KeyError, TypeError):
            raise EarshotError('The bearer token is no JSON of the form {"bearer_token": "..."}.') from None
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise EarshotError("The bearer token is empty or broken: copy it once more from X's developer portal.")
    return token


def read_token_file(file: Path) -> str:
    """The bearer token in a file. EarshotError where it cannot be read."""
    try:
        return read_token(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise EarshotError(f"{file} cannot be read ({type(error).__name__}).") from None


def stored_token(session: AwsSession, stack: Stack) -> str | None:
    """The token in the stack's secret, None where it is empty or broken. SecretError where AWS refuses."""
    text = read_secret(session.client("secretsmanager"), stack.output("XSecretArn"))
    try:
        return None if text is None else read_token(text)
    except EarshotError:
        return None


def store_token(session: AwsSession, stack: Stack, token: str) -> None:
    """Put the token into the stack's secret; functions use it within five minutes. EarshotError where AWS refuses."""
    with explained("The token of X cannot be stored", "Your credentials need secretsmanager:PutSecretValue on it."):
        session.client("secretsmanager").put_secret_value(
            SecretId=stack.output("XSecretArn"), SecretString=json.dumps({"bearer_token": token})
        )


def users(session: AwsSession, stack: Stack) -> tuple[User, ...]:
    """Who has an account. EarshotError where AWS refuses."""
    with explained("The accounts cannot be read", "Your credentials need cognito-idp:ListUsers and ListUsersInGroup."):
        return StackFacts(session, stack).users()


def create_user(session: AwsSession, stack: Stack, email: str, *, show: bool = False, group: str = ADMIN) -> str | None:
    """Give somebody an account and a role. Where they have one already, only the role is added.

    AWS mails them a temporary password, good for 7 days. ``show``: it sends none, and the password is returned.
    EarshotError where AWS refuses.
    """
    cognito, pool = session.client("cognito-idp"), stack.output("UserPoolId")
    needs = "Your credentials need cognito-idp:AdminCreateUser and AdminAddUserToGroup."
    with explained(f"{email} cannot get an account", needs):
        password = _password()
        request: AdminCreateUserRequestTypeDef = {
            "UserPoolId": pool,
            "Username": email,
            "UserAttributes": [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            "DesiredDeliveryMediums": ["EMAIL"],
            "TemporaryPassword": password,
        }
        if show:
            request["MessageAction"] = "SUPPRESS"
        try:
            cognito.admin_create_user(**request)
        except cognito.exceptions.UsernameExistsException:
            show = False
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    return password if show else None


def _password() -> str:
    # One character of each kind that the pool's policy asks for, then random ones.
    return f"Aa1!{secrets.token_urlsafe(18)}"
