"""The routes of silences: which there are, putting one in place, and ending it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from pydantic import Field

from earshot.alerting.mute.silence import new_silence, scope_of
from earshot.api.auth.roles import Role
from earshot.api.resolver import answers, app, dependencies_of_request, identity_of_request
from earshot.api.schemas.cases import Shape, Time
from earshot.api.schemas.staff import Instant
from earshot.cases.policy import quiet_hours as quiet

SilenceId = Annotated[str, Path(max_length=100, description="`id` of a silence")]


class NewSilence(Shape):
    """Whom nobody is to be alerted of, until when, and why. What is left empty is about all; not all three may be.

    A case must be of one of the severities, one of the topics and one of the authors that are named.
    """

    severities: list[str] = Field([], max_length=10, description="What can wait: `high`. Critical goes through")
    topics: list[str] = Field([], max_length=50, description="`topic` of a case: `outage`")
    authors: list[str] = Field([], max_length=100, description="Handles or ids, 50 at most")
    ends: Instant = Field(description="At most 30 days ahead")
    why: str = Field(description="1 to 200 characters")


class Silence(Shape):
    """Nobody is alerted about what it covers, from `begins` until before `ends`. An empty list is about all."""

    id: str
    severities: list[str]
    topics: list[str]
    authors: list[str] = Field(description="Handles in lower case and without `@`, or ids")
    begins: Time
    ends: Time
    by: str = Field(description="Who put it in place")
    why: str
    ended_by: str | None = Field(description="Who ended it before its time")
    in_force: bool

    @classmethod
    def of(cls, silence: quiet.Silence) -> "Silence":
        """As it stands now."""
        scope = silence.scope
        return cls(
            id=silence.id,
            severities=list(scope.severities),
            topics=list(scope.topics),
            authors=list(scope.authors),
            begins=silence.begins,
            ends=silence.ends,
            by=silence.by,
            why=silence.why,
            ended_by=silence.ended_by,
            in_force=silence.is_in_force(dependencies_of_request().clock()),
        )


class Silences(Shape):
    """Silences, the latest first."""

    items: list[Silence]


@app.get(
    "/silences",
    group=Role.VIEWER,
    operation_id="list_silences",
    summary="Silences",
    tags=["silences"],
    responses=answers(Silences, 400),
)
def list_silences(
    over: Annotated[bool, Query(description="Also those that have ended in the last 30 days")] = False,
) -> Silences:
    """Those in force, at most 100."""
    told = [Silence.of(silence) for silence in reversed(dependencies_of_request().silences.silences())]
    return Silences(items=[silence for silence in told if over or silence.in_force])


@app.post(
    "/silences",
    group=Role.AGENT,
    operation_id="put_silence",
    summary="Put a silence in place",
    tags=["silences"],
    status_code=201,
    responses=answers(Silence, 400, 415, status=201, description="The silence"),
)
def put_silence(wish: Annotated[NewSilence, Body()]) -> Silence:
    """From now on. What is alerted already goes on; what falls due meanwhile waits for the end, and alerts then."""
    desk, by = dependencies_of_request(), identity_of_request().name
    scope = scope_of(wish.severities, wish.topics, wish.authors)
    silence = new_silence(scope, wish.ends, wish.why, by, desk.clock(), desk.silences.silences())
    desk.silences.put_silence(silence)
    return Silence.of(silence)


@app.delete(
    "/silences/<silence_id>",
    group=Role.AGENT,
    operation_id="end_silence",
    summary="End a silence",
    tags=["silences"],
    responses=answers(Silence, 400, 404),
)
def end_silence(silence_id: SilenceId) -> Silence:
    """Now. What waits for its end alerts within the hour. Ending it twice changes nothing."""
    desk = dependencies_of_request()
    return Silence.of(desk.silences.end_silence(silence_id, desk.clock(), identity_of_request().name))
