"""Roles: groups of the Cognito user pool. Each role may do everything that the roles listed before it may do."""

from collections.abc import Mapping
from typing import Any, cast

from earshot.alerting.roster.roster import Role
from earshot.errors import EarshotError

# Cognito writes this claim into the identity token and the access token.
CLAIM = "cognito:groups"


class NotAllowedError(EarshotError):
    """The sender's role is too low. ``needed`` is the lowest role that is allowed."""

    def __init__(self, needed: Role, given: Role | None) -> None:
        has = "You have no role" if given is None else f"Your role is '{given}'"
        super().__init__(
            f"{has}, and this needs '{needed}' or higher. Ask whoever manages your staff's Cognito accounts to add "
            "you to that group, then sign in again."
        )
        self.needed = needed


def role_of(claims: Mapping[str, Any]) -> Role | None:
    """The highest role among a token's groups, None if there is none.

    API Gateway's JWT authorizer turns a list into the text ``[lead agent]``. Cognito forbids spaces in a group's name
    but allows every other character, so names are split at spaces only, and one pair of brackets is removed.
    """
    given: object = claims.get(CLAIM)
    if isinstance(given, str):
        given = (given[1:-1] if given.startswith("[") and given.endswith("]") else given).split()
    if not isinstance(given, list):
        return None
    groups = cast("list[object]", given)
    return max((role for role in Role if role in groups), key=list(Role).index, default=None)


def is_allowed(given: Role | None, needed: Role | None) -> bool:
    """Whether the role ``given`` is enough; ``needed`` None means that every signed-in person is allowed."""
    if needed is None:
        return True
    return given is not None and list(Role).index(given) >= list(Role).index(needed)
