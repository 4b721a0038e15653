"""The routes of the roster: who works here, who is on call, and who stands in."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query

from earshot.api.auth.roles import Role
from earshot.api.case_actions import ChangedError
from earshot.api.etags import names
from earshot.api.resolver import answers, app, dependencies_of_request
from earshot.api.schemas import staff as shapes

PersonId = Annotated[str, Path(description="A name of your choice: 1 to 40 small letters, digits, `.`, `_`, `-`")]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=4096, description="`etag` of the roster as you saw it: 412 if it has changed"),
]
Version = Annotated[int | None, Query(ge=0, description="`version` as it was read: 409 where it has changed since")]


@app.get(
    "/staff",
    group=Role.VIEWER,
    operation_id="list_staff",
    summary="The roster",
    tags=["staff"],
    responses=answers(shapes.Staff),
)
def list_staff() -> Response[shapes.Staff]:
    """Everybody with the state of their addresses, the rotations, and the overrides."""
    staffing = dependencies_of_request().staffing
    roster = staffing.roster()
    members = [shapes.Member.of(reached) for reached in staffing.reachability(roster)]
    whole = shapes.Roster.model_validate(roster)
    staff = shapes.Staff(
        version=whole.version,
        etag=whole.etag,
        people=members,
        rotations=whole.rotations,
        overrides=whole.overrides,
    )
    return Response(200, "application/json", staff, {"ETag": whole.etag})


@app.get(
    "/on-call",
    group=Role.VIEWER,
    operation_id="on_call",
    summary="Who is on call",
    tags=["staff"],
    responses=answers(shapes.OnCall),
)
def on_call() -> shapes.OnCall:
    """Now, and who is next, on each rung."""
    desk = dependencies_of_request()
    now = desk.clock()
    return shapes.OnCall(at=now, rungs=[shapes.Rung.model_validate(rung) for rung in desk.staffing.on_call(now)])


@app.put(
    "/staff/people/<person_id>",
    group=Role.LEAD,
    operation_id="put_person",
    summary="Add or change somebody",
    tags=["staff"],
    responses=answers(shapes.Roster, 400, 404, 409, 412, 415),
)
def put_person(
    person_id: PersonId,
    person: Annotated[shapes.PersonDetails, Body()],
    version: Version = None,
    if_match: IfMatch = None,
) -> shapes.Roster:
    """Their addresses are subscribed; AWS asks the owner of a mailbox to confirm."""
    staffing = dependencies_of_request().staffing
    return shapes.Roster.model_validate(staffing.put_person(person.stored(person_id), _version(version, if_match)))


@app.delete(
    "/staff/people/<person_id>",
    group=Role.LEAD,
    operation_id="remove_person",
    summary="Remove somebody",
    tags=["staff"],
    responses=answers(shapes.Roster, 400, 404, 409, 412),
)
def remove_person(person_id: PersonId, version: Version = None, if_match: IfMatch = None) -> shapes.Roster:
    """From every rotation and override, and from the alert topic."""
    return shapes.Roster.model_validate(
        dependencies_of_request().staffing.remove_person(person_id, _version(version, if_match))
    )


@app.put(
    "/staff/rotations/<rung>",
    group=Role.LEAD,
    operation_id="put_rotation",
    summary="Say who takes a rung in turn",
    tags=["staff"],
    responses=answers(shapes.Roster, 400, 404, 409, 412, 415),
)
def put_rotation(
    rung: Annotated[int, Path(ge=1, le=3, description="1 on call, 2 lead, 3 executive")],
    rotation: Annotated[shapes.RotationDetails, Body()],
    version: Version = None,
    if_match: IfMatch = None,
) -> shapes.Roster:
    """In place of the rung's last rotation."""
    return shapes.Roster.model_validate(
        dependencies_of_request().staffing.set_rotation(rotation.stored(rung), _version(version, if_match))
    )


@app.post(
    "/staff/overrides",
    group=Role.AGENT,
    operation_id="add_override",
    summary="Have somebody stand in",
    tags=["staff"],
    status_code=201,
    responses=answers(shapes.Roster, 400, 409, 412, 415, status=201, description="The roster with the override"),
)
def add_override(
    override: Annotated[shapes.NewOverride, Body()], version: Version = None, if_match: IfMatch = None
) -> shapes.Roster:
    """They get the rung's alerts from `begins` until before `ends`, whoever's turn it is."""
    desk = dependencies_of_request()
    return shapes.Roster.model_validate(
        desk.staffing.add_override(override.stored(), desk.clock(), _version(version, if_match))
    )


def _version(version: int | None, if_match: str | None) -> int | None:
    """The version that the roster must have for the change, which is written under that condition; None for any."""
    if if_match is None:
        return version
    roster = dependencies_of_request().staffing.roster()
    if not names(if_match, roster.etag):
        raise ChangedError("The roster has changed since you read it: read it again, and decide anew.", roster.etag)
    return roster.version if version is None else version
