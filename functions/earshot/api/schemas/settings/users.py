"""The accounts of staff, as requests and responses have them."""

from pydantic import Field

from earshot.api.auth.roles import Role
from earshot.api.schemas.base import Schema, Time


class User(Schema):
    """An account, what it may do, and what it waits for. `role` null: it can sign in and nothing else."""

    email: str
    role: Role | None
    state: str = Field(description="`active`, `disabled`, `has a temporary password`")
    is_enabled: bool
    created_at: Time | None


class Users(Schema):
    """Every account, by address."""

    items: list[User]


class NewUser(Schema):
    """Whom to invite. AWS mails them a temporary password."""

    email: str = Field(max_length=200)
    role: Role


class UserAccess(Schema):
    """What an account may do: the one role that it has, and whether it can sign in."""

    role: Role | None
    enabled: bool = True
