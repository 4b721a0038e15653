"""Who asks: what the gateway's authorizer found in the token that it has verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from earshot.api.auth.roles import Role, role_of
from earshot.errors import EarshotError

# The identity token has an address, the access token a name; both have a subject.
_NAMES = ("email", "cognito:username", "username", "sub")


class IdentityError(EarshotError):
    """The request names nobody. The gateway lets none such through: this is the second lock on the door."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The name that somebody goes by in a case's log, and their strongest group, None where they are in none."""

    name: str
    group: Role | None


def identity_of(event: Mapping[str, Any]) -> Identity:
    """Who asks. IdentityError where the event carries no claims."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims") or {}
    for name in _NAMES:
        if isinstance(claims.get(name), str) and claims[name].strip():
            return Identity(claims[name].strip(), role_of(claims))
    raise IdentityError("Sign in first, and send the token as 'Authorization: Bearer ...'.")
