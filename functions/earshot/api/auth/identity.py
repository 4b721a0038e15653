"""Who sends a request: the claims of the token that API Gateway's JWT authorizer has verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from earshot.api.auth.roles import Role, role_of
from earshot.errors import EarshotError

# The identity token has an email address, the access token a user name; both have a subject.
_NAME_CLAIMS = ("email", "cognito:username", "username", "sub")


class IdentityError(EarshotError):
    """The request carries no identity. The gateway rejects such requests first: this is a second check."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person of staff: the name that case logs show, and their highest role, None without any.

    ``account`` are all names by which the token knows their account.
    """

    name: str
    role: Role | None
    account: frozenset[str] = frozenset()


def identity_of(event: Mapping[str, Any]) -> Identity:
    """The sender of an HTTP API event (payload format 2.0). IdentityError: the event has no usable claims."""
    authorizer: dict[str, Any] = event.get("requestContext", {}).get("authorizer") or {}
    jwt: dict[str, Any] = authorizer.get("jwt") or {}
    claims: dict[str, Any] = jwt.get("claims") or {}
    given = [name for claim in _NAME_CLAIMS if isinstance(name := claims.get(claim), str)]
    if names := [name.strip() for name in given if name.strip()]:
        return Identity(names[0], role_of(claims), frozenset(name.casefold() for name in names))
    raise IdentityError("Sign in first, and send the token as 'Authorization: Bearer ...'.")
