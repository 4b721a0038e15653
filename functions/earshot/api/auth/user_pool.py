"""The accounts of staff: the user pool that they sign in with, and the group that is each one's role.

For the API and the commands. What AWS refuses is raised as it is; what is wrong with an account, as UserError.
"""

import re
import secrets
import string
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from earshot.alerting.roster.roster import Role
from earshot.errors import NoUserError, UserAddressError, UserError

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

PASSWORD_LENGTH = 20  # the pool wants 14
# Without letters and digits that look alike, since somebody types it.
_KINDS = (
    "".join(set(string.ascii_lowercase) - set("lo")),
    "".join(set(string.ascii_uppercase) - set("IO")),
    "23456789",
    "!#%+-=?",
)
_EMAIL = re.compile(r"\A[!-?A-~]++@[!-\-/-?A-~]++(?:\.[!-\-/-?A-~]++)++")


@dataclass(frozen=True, slots=True)
class User:
    """An account. ``status`` is Cognito's, ``roles`` the groups that give it a role, the highest first."""

    email: str
    roles: tuple[Role, ...]
    status: str
    is_enabled: bool
    created_at: datetime | None

    @property
    def role(self) -> Role | None:
        """What the account may do: the highest of its roles."""
        return self.roles[0] if self.roles else None

    @property
    def state(self) -> str:
        """What the account is waiting for, in words."""
        if not self.is_enabled:
            return "disabled"
        return {
            "FORCE_CHANGE_PASSWORD": "has a temporary password",
            "RESET_REQUIRED": "has to choose a new password",
            "CONFIRMED": "active",
        }.get(self.status, self.status.lower())


class UserPool:
    """The accounts of one user pool."""

    def __init__(self, client: "CognitoIdentityProviderClient", pool: str) -> None:
        self._client = client
        self._pool = pool

    def users(self) -> list[User]:
        """Every account, by address."""
        roles = {role: self._names_in(role) for role in reversed(Role)}
        pages = self._client.get_paginator("list_users").paginate(UserPoolId=self._pool)
        found = [
            User(
                email=_email_of(user.get("Attributes", []), user.get("Username", "")),
                roles=tuple(role for role, names in roles.items() if user.get("Username") in names),
                status=user.get("UserStatus", ""),
                is_enabled=user.get("Enabled", True),
                created_at=user.get("UserCreateDate"),
            )
            for page in pages
            for user in page["Users"]
        ]
        return sorted(found, key=lambda user: user.email.lower())

    def names_of(self, email: str) -> frozenset[str]:
        """All names of an account, in lower case: its address, user name and subject. NoUserError: there is none."""
        with self._account(email):
            found = self._client.admin_get_user(UserPoolId=self._pool, Username=email)
        attributes = {one["Name"]: one.get("Value", "") for one in found.get("UserAttributes", [])}
        names = (email, found.get("Username", ""), attributes.get("email", ""), attributes.get("sub", ""))
        return frozenset(name.casefold() for name in names if name)

    def add(self, email: str, role: Role, *, by_mail: bool = True) -> str | None:
        """Create an account with a role. AWS mails the invitation, or else the temporary password is returned.

        UserAddressError where the address is none, UserError where it has an account already.
        """
        if not _EMAIL.fullmatch(email):
            raise UserAddressError(f"{email!r} is no email address of one person: write it as mia@example.com.")
        password = temporary_password()
        create = partial(
            self._client.admin_create_user,
            UserPoolId=self._pool,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            TemporaryPassword=password,
        )
        try:
            if by_mail:
                create(DesiredDeliveryMediums=["EMAIL"])
            else:
                create(MessageAction="SUPPRESS")
        except self._client.exceptions.UsernameExistsException:
            raise UserError(
                f"{email} has an account already: change its role with `earshot users group`, or give it a new "
                "password with `earshot users reset`."
            ) from None
        self._join(email, role)
        return None if by_mail else password

    def set_role(self, email: str, role: Role | None) -> None:
        """Give an account one role, or none. NoUserError where there is no such account."""
        with self._account(email):
            # Joined first: a process that dies in between leaves nobody without a role.
            if role is not None:
                self._join(email, role)
            groups = self._client.admin_list_groups_for_user(UserPoolId=self._pool, Username=email)["Groups"]
            for group in groups:
                name = group.get("GroupName", "")
                if name in set(Role) and name != role:
                    self._client.admin_remove_user_from_group(UserPoolId=self._pool, Username=email, GroupName=name)

    def disable(self, email: str) -> None:
        """Let an account sign in no more, and renew nothing. A token that was issued lasts for an hour at most."""
        with self._account(email):
            self._client.admin_disable_user(UserPoolId=self._pool, Username=email)
            self._client.admin_user_global_sign_out(UserPoolId=self._pool, Username=email)

    def enable(self, email: str) -> None:
        """Let an account sign in again."""
        with self._account(email):
            self._client.admin_enable_user(UserPoolId=self._pool, Username=email)

    def reset(self, email: str, *, by_mail: bool = True) -> str | None:
        """End every session and make the account choose a new password.

        AWS mails how, or else a temporary password is returned.
        """
        with self._account(email):
            password = None if by_mail else temporary_password()
            if password is not None:
                self._client.admin_set_user_password(
                    UserPoolId=self._pool, Username=email, Password=password, Permanent=False
                )
            elif self._status(email) == "FORCE_CHANGE_PASSWORD":
                # Nobody has signed in yet: the invitation is sent again, since there is no password to reset.
                self._client.admin_create_user(UserPoolId=self._pool, Username=email, MessageAction="RESEND")
            else:
                self._client.admin_reset_user_password(UserPoolId=self._pool, Username=email)
            self._client.admin_user_global_sign_out(UserPoolId=self._pool, Username=email)
            return password

    def _join(self, email: str, role: Role) -> None:
        self._client.admin_add_user_to_group(UserPoolId=self._pool, Username=email, GroupName=role)

    def _status(self, email: str) -> str:
        return self._client.admin_get_user(UserPoolId=self._pool, Username=email).get("UserStatus", "")

    def _names_in(self, role: Role) -> set[str]:
        pages = self._client.get_paginator("list_users_in_group").paginate(UserPoolId=self._pool, GroupName=role)
        return {user.get("Username", "") for page in pages for user in page["Users"]}

    @contextmanager
    def _account(self, email: str) -> Generator[None]:
        try:
            yield
        except self._client.exceptions.UserNotFoundException:
            raise NoUserError(
                f"{email} has no account: `earshot users list` shows those that there are, and `earshot users add` "
                "creates one."
            ) from None


def temporary_password() -> str:
    """A random password that the pool accepts, and that can be typed."""
    letters = [secrets.choice(kind) for kind in _KINDS]
    letters += [secrets.choice("".join(_KINDS)) for _ in range(PASSWORD_LENGTH - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


def _email_of(attributes: "Sequence[AttributeTypeTypeDef]", name: str) -> str:
    return next((one.get("Value", name) for one in attributes if one["Name"] == "email"), name)
