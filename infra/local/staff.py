"""A member of staff who can sign in to the embedded cloud."""

import secrets
from pathlib import Path

from infra.local.cloud import Cloud

EMAIL = "agent@example.com"
ROLE = "lead"


def sign_in(cloud: Cloud, password_file: Path) -> str:
    """A token for the API that is valid for an hour; the user is created where there is none."""
    password = password_of(password_file)
    add_user(cloud, EMAIL, password, ROLE)
    answer = cloud.engine.client("cognito-idp").admin_initiate_auth(
        UserPoolId=cloud.stack.outputs["UserPoolId"],
        ClientId=cloud.stack.outputs["UserPoolClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": EMAIL, "PASSWORD": password},
    )
    return answer["AuthenticationResult"].get("IdToken", "")


def add_user(cloud: Cloud, email: str, password: str, group: str | None) -> None:
    """Create a user who can sign in at once, or set the password of the existing one."""
    cognito, pool = cloud.engine.client("cognito-idp"), cloud.stack.outputs["UserPoolId"]
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=email)
    except cognito.exceptions.UserNotFoundException:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            TemporaryPassword=password,
            MessageAction="SUPPRESS",
        )
        if group:
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)


def write_header(token: str, file: Path) -> None:
    """Write the token as a header for curl (``curl -H @FILE``), in a file that only its owner can read."""
    file.touch(mode=0o600)
    file.write_text(f"Authorization: Bearer {token}\n", encoding="utf-8")


def password_of(file: Path) -> str:
    """The password in ``file``, which is created with a random one if needed."""
    if not file.exists():
        file.touch(mode=0o600)
        # One character of each kind that the pool's policy asks for, then random ones.
        file.write_text(f"Aa1!{secrets.token_urlsafe(18)}", encoding="utf-8")
    return file.read_text(encoding="utf-8")
