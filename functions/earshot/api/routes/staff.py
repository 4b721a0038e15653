"""Staff: who is signed in, the roster, who is on call, and changes to the roster."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.people import SignIn
from earshot.api.auth.roles import Role, is_allowed
from earshot.api.case_actions import StaleEtagError
from earshot.api.etags import if_match_allows
from earshot.api.parameters import RosterIfMatch
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.routes import whole_app
from earshot.api.schemas.base import TimeInput
from earshot.api.schemas.staff import Me, NewOverride, OnCall, PersonDetails, Roster, RotationDetails, Staff

PersonId = Annotated[str, Path(description="An id of your choice: 1 to 40 lower-case letters, digits, `.`, `_`, `-`")]
Version = Annotated[int | None, Query(ge=0, description="`version` as you read it: 409 if the roster has changed")]


@app.get(
    "/me",
    role=None,
    operation_id="show_me",
    summary="Who you are",
    tags=["staff"],
    responses=json_responses(Me),
)
def show_me() -> Me:
    """Who is signed in, and what they may do. Colleagues then find you among `GET /people`."""
    identity, deps = app.identity, app.deps
    if identity.role is not None:
        deps.note_sign_in(SignIn(identity.name, identity.role, deps.clock()))
    allowed = [route.operation_id for route in whole_app().declared_routes if is_allowed(identity.role, route.role)]
    return Me(
        who=identity.name,
        names=sorted(deps.names_of(identity.name)),
        role=identity.role,
        brands=list(deps.brands().names),
        permissions=sorted(allowed),
    )


@app.get(
    "/staff",
    role=Role.VIEWER,
    operation_id="list_staff",
    summary="The roster",
    tags=["staff"],
    responses=json_responses(Staff),
)
def list_staff() -> Response[Staff]:
    """Everybody with the state of their addresses, the rotations and the overrides."""
    admin = app.deps.roster_admin
    roster = admin.roster()
    body = Staff.of(roster, admin.reachability(roster.people, app.deps.clock()))
    return Response(200, "application/json", body, {"ETag": body.etag})


@app.get(
    "/on-call",
    role=Role.VIEWER,
    operation_id="on_call",
    summary="Who is on call",
    tags=["staff"],
    responses=json_responses(OnCall),
)
def on_call() -> OnCall:
    """For each rung: who is on call now, and who is next."""
    now = app.deps.clock()
    return OnCall.of(now, app.deps.roster_admin.on_call(now))


@app.put(
    "/staff/people/<person_id>",
    role=Role.LEAD,
    operation_id="put_person",
    summary="Add or change a person",
    tags=["staff"],
    responses=json_responses(Roster, 400, 404, 409, 412, 415),
)
def put_person(
    person_id: PersonId,
    person: Annotated[PersonDetails, Body()],
    version: Version = None,
    if_match: RosterIfMatch = None,
) -> Roster:
    """AWS asks the owner of a mailbox that is new to confirm. An alert by SMS goes to a new number at once."""
    admin = _logged_admin()
    return Roster.model_validate(admin.put_person(person.stored(person_id), expected_version(version, if_match)))


@app.delete(
    "/staff/people/<person_id>",
    role=Role.LEAD,
    operation_id="remove_person",
    summary="Remove a person",
    tags=["staff"],
    responses=json_responses(Roster, 400, 404, 409, 412),
)
def remove_person(person_id: PersonId, version: Version = None, if_match: RosterIfMatch = None) -> Roster:
    """Also from every rotation and override. No alert goes to them any more; their mailbox is unsubscribed."""
    admin = _logged_admin()
    return Roster.model_validate(admin.remove_person(person_id, expected_version(version, if_match)))


@app.put(
    "/staff/rotations/<rung>",
    role=Role.LEAD,
    operation_id="put_rotation",
    summary="Set the rotation of a rung",
    tags=["staff"],
    responses=json_responses(Roster, 400, 404, 409, 412, 415),
)
def put_rotation(
    rung: Annotated[int, Path(ge=1, le=3, description="1 on call, 2 lead, 3 executive")],
    rotation: Annotated[RotationDetails, Body()],
    version: Version = None,
    if_match: RosterIfMatch = None,
) -> Roster:
    """It replaces the rung's previous rotation."""
    admin = _logged_admin()
    return Roster.model_validate(admin.set_rotation(rotation.stored(rung), expected_version(version, if_match)))


@app.post(
    "/staff/overrides",
    role=Role.LEAD,
    operation_id="add_override",
    summary="Add an override",
    tags=["staff"],
    status_code=201,
    responses=json_responses(Roster, 400, 409, 412, 415, status=201, description="The roster with the override"),
)
def add_override(
    override: Annotated[NewOverride, Body()], version: Version = None, if_match: RosterIfMatch = None
) -> Roster:
    """The person gets the rung's alerts from `begins` until `ends`, whoever's turn it is."""
    changed = _logged_admin().add_override(override.stored(), app.deps.clock(), expected_version(version, if_match))
    return Roster.model_validate(changed)


@app.delete(
    "/staff/overrides",
    role=Role.LEAD,
    operation_id="remove_override",
    summary="Take an override back",
    tags=["staff"],
    responses=json_responses(Roster, 400, 409, 412),
)
def remove_override(
    person: Annotated[str, Query(max_length=40, description="`person`, `rung`, `begins` and `ends` of the override")],
    rung: Annotated[int, Query(ge=1, le=3)],
    begins: Annotated[TimeInput, Query()],
    ends: Annotated[TimeInput, Query()],
    version: Version = None,
    if_match: RosterIfMatch = None,
) -> Roster:
    """The rung goes by its rotation again."""
    admin = _logged_admin()
    changed = admin.remove_override(
        NewOverride(person=person, rung=rung, begins=begins, ends=ends).stored(), expected_version(version, if_match)
    )
    return Roster.model_validate(changed)


def _logged_admin() -> RosterAdmin:
    """The roster, whose changes are logged as those of whoever is signed in."""
    name = app.identity.name
    return app.deps.roster_admin_for(lambda: name)


def expected_version(version: int | None, if_match: str | None) -> int | None:
    """The version that the roster must still have when the change is written; None for any.

    StaleEtagError: ``if_match`` does not name the current roster.
    """
    if if_match is None:
        return version
    roster = app.deps.roster_admin.roster()
    if not if_match_allows(if_match, roster.etag):
        raise StaleEtagError(
            "The roster has changed since you read it: read it again before you change it.", roster.etag
        )
    return roster.version if version is None else version
