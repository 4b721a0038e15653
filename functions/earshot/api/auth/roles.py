"""What somebody may do: the groups of the user pool, each of which may do all that the one before it may."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from earshot.errors import EarshotError

# What Cognito writes into both kinds of token.
CLAIM = "cognito:groups"


class Role(StrEnum):
    """A group of the user pool, the weakest first."""

    VIEWER = "viewer"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


class NotAllowedError(EarshotError):
    """Who asks is in no group that may. ``needed`` is the weakest that may."""

    def __init__(self, needed: Role, given: Role | None) -> None:
        has = "You are in no group" if given is None else f"You are in the group '{given}'"
        super().__init__(
            f"{has}, and this needs '{needed}' or above. Whoever keeps the staff's accounts in Cognito can put you "
            "into it; then sign in again."
        )
        self.needed = needed


def role_of(claims: Mapping[str, Any]) -> Role | None:
    """The strongest group that a token's claims name, None where they name none of ours.

    API Gateway's JWT authorizer hands a list over as the text ``[lead agent]``. No group's name has a space in it, but
    it may have any other sign: so nothing but spaces parts the names, and one pair of brackets goes.
    """
    given = claims.get(CLAIM)
    if isinstance(given, str):
        given = (given[1:-1] if given.startswith("[") and given.endswith("]") else given).split()
    if not isinstance(given, list):
        return None
    return max((group for group in Role if group in given), key=list(Role).index, default=None)


def may(given: Role | None, needed: Role | None) -> bool:
    """Whether ``given`` is enough; where nothing is ``needed``, signing in is."""
    if needed is None:
        return True
    return given is not None and list(Role).index(given) >= list(Role).index(needed)
