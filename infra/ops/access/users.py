"""Who may sign in to a deployed stack: the accounts of its user pool, and the group that is each one's role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

from earshot.alerting.roster.roster import Role
from earshot.api.auth.user_pool import User, UserPool
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.stack import Stack

USER_POOL = "UserPoolId"
_REMEDY = (
    "Your credentials need cognito-idp:ListUsers, ListUsersInGroup and the Admin* actions that docs/operating.md lists "
    "under 'Staff accounts'."
)


class DeployedUsers:
    """The accounts of one stack. Each method raises EarshotError where AWS refuses, UserError as ``UserPool`` does."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        self._pool = UserPool(session.client("cognito-idp"), stack.output(USER_POOL))

    def users(self) -> list[User]:
        """Every account, by address."""
        with explained("The accounts cannot be read", _REMEDY):
            return self._pool.users()

    def add(self, email: str, role: Role, *, by_mail: bool) -> str | None:
        """Create an account with a role. AWS mails the invitation, or else the temporary password is returned."""
        with explained(f"No account for {email} can be created", _REMEDY):
            return self._pool.add(email, role, by_mail=by_mail)

    def set_role(self, email: str, role: Role | None) -> None:
        """Give an account one role, or none."""
        with _changing(email):
            self._pool.set_role(email, role)

    def disable(self, email: str) -> None:
        """Let an account sign in no more, and renew nothing. A token that was issued lasts for an hour at most."""
        with _changing(email):
            self._pool.disable(email)

    def enable(self, email: str) -> None:
        """Let an account sign in again."""
        with _changing(email):
            self._pool.enable(email)

    def reset(self, email: str, *, by_mail: bool) -> str | None:
        """End every session and make the account choose a new password.

        AWS mails how, or else a temporary password is returned.
        """
        with _changing(email):
            return self._pool.reset(email, by_mail=by_mail)


def lines(users: list[User]) -> Iterator[str]:
    """One line for each account."""
    for user in users:
        yield f"{user.email}: {user.roles[0] if user.roles else 'no role'}, {user.state}"
    if not users:
        yield "Nobody can sign in: begin with `earshot users add`."


def _changing(email: str) -> AbstractContextManager[None]:
    return explained(f"The account of {email} cannot be changed", _REMEDY)
