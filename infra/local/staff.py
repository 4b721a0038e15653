"""A member of staff who can sign in to the embedded cloud, and calls to the API in their name."""

import secrets
from pathlib import Path

from infra.local.cloud import Cloud

EMAIL = "agent@example.com"
GROUP = "lead"


def sign_in(cloud: Cloud, password_file: Path) -> str:
    """A token that the API takes, for a user who is made where there is none yet. It is good for an hour."""
    cognito = cloud.engine.client("cognito-idp")
    pool, client = cloud.stack.outputs["UserPoolId"], cloud.stack.outputs["UserPoolClientId"]
    password = _password(password_file)
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=EMAIL)
    except cognito.exceptions.UserNotFoundException:
        attributes = [{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}]
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=EMAIL,
            UserAttributes=attributes,
            TemporaryPassword=password,
            MessageAction="SUPPRESS",
        )
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=EMAIL, GroupName=GROUP)
    cognito.admin_set_user_password(UserPoolId=pool, Username=EMAIL, Password=password, Permanent=True)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": EMAIL, "PASSWORD": password},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


def write_header(token: str, file: Path) -> None:
    """The token as a header that curl reads from a file (``curl -H @FILE``), for its owner's eyes alone."""
    file.touch(mode=0o600)
    file.write_text(f"Authorization: Bearer {token}\n", encoding="utf-8")


def _password(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        # One of each kind that the pool's policy asks for, and then enough of chance.
        file.write_text(f"Aa1!{secrets.token_urlsafe(18)}", encoding="utf-8")
    return file.read_text(encoding="utf-8")
