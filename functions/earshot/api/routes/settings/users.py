"""The accounts of staff, for admins: who may sign in, and with which role."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from earshot.api.auth.roles import Role
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.settings.users import NewUser, User, UserAccess, Users
from earshot.errors import NoUserError, UserError

Email = Annotated[str, Path(max_length=200, description="`email` of an account")]


@app.get(
    "/users",
    role=Role.ADMIN,
    operation_id="list_users",
    summary="Accounts",
    tags=["settings"],
    responses=json_responses(Users),
)
def list_users() -> Users:
    """Everybody who may sign in, with their role and state."""
    return Users(items=[User.model_validate(one) for one in app.deps.users.users()])


@app.post(
    "/users",
    role=Role.ADMIN,
    operation_id="invite_user",
    summary="Invite somebody",
    tags=["settings"],
    status_code=201,
    responses=json_responses(User, 400, 409, 415, status=201, description="The account"),
)
def invite_user(invited: Annotated[NewUser, Body()]) -> User:
    """AWS mails them a temporary password, good for 7 days."""
    app.deps.users.add(invited.email, invited.role)
    return _user(invited.email)


@app.put(
    "/users/<email>",
    role=Role.ADMIN,
    operation_id="set_user_access",
    summary="Change what an account may do",
    tags=["settings"],
    responses=json_responses(User, 400, 404, 409, 415),
)
def set_user_access(email: Email, access: Annotated[UserAccess, Body()]) -> User:
    """Its role, and whether it can sign in. A token that was issued lasts for an hour at most. Nobody can change their
    own account, so that an admin stays."""
    users = app.deps.users
    _refuse_own(email)
    users.set_role(email, access.role)
    (users.enable if access.enabled else users.disable)(email)
    return _user(email)


@app.post(
    "/users/<email>/reset",
    role=Role.ADMIN,
    operation_id="reset_user",
    summary="Make somebody choose a new password",
    tags=["settings"],
    responses=json_responses(User, 400, 404, 409),
)
def reset_user(email: Email) -> User:
    """Ends every session of theirs. AWS mails how to choose one, or the invitation again."""
    _refuse_own(email)
    app.deps.users.reset(email)
    return _user(email)


def _refuse_own(email: str) -> None:
    # By whatever name the account is asked for, and whatever the token calls it.
    if app.identity.account & app.deps.users.names_of(email):
        raise UserError("This is your own account: ask another admin, so that you do not lock yourself out.")


def _user(email: str) -> User:
    """An account as it is now."""
    for one in app.deps.users.users():
        if one.email.casefold() == email.casefold():
            return User.model_validate(one)
    raise NoUserError(f"{email} has no account: invite them first.")
