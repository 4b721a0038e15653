"""The resolver that all routes hang on, what they work with, and how their answers are documented."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from earshot.alerting.mute.silence_table import SilenceTable
from earshot.alerting.roster.admin import RosterAdmin
from earshot.api.auth.identity import Identity
from earshot.api.auth.roles import NotAllowedError, Role, may
from earshot.api.case_actions import ActionResult
from earshot.api.problem import PROBLEM_JSON, TABLE, TITLES, Problem, TooManyActionsError, answer_problem
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.policy.policy import Policy
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.mentions.feeds import Feed
from earshot.mentions.source_table import SourceTable
from earshot.reports.health import Booked

# Where the document of a route says who may call it: a group, or that to be signed in is enough.
GROUP_FIELD = "x-earshot-role"
SIGNED_IN = "signed in"
# So many acts of one person within a minute of the clock: more is a script that has gone wrong, or stolen a token.
MOST_ACTS = 60


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the routes work with. ``report`` is told of every act of staff, ``limits`` are US dollars a month.

    ``texts`` is the budget for text messages, ``policy`` gives the service-level policy in force, ``brands`` are the
    handles that are listened for.
    """

    cases: CaseTable
    queries: CaseQueries
    sources: SourceTable
    texts: Booked
    staffing: RosterAdmin
    silences: SilenceTable
    incidents: IncidentTable
    feeds: tuple[Feed, ...]
    limits: Mapping[str, float]
    clock: Callable[[], datetime]
    report: Callable[[ActionResult], None]
    policy: Callable[[], Policy]
    brands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """A route as it was registered: its method, its path (``/cases/<case_id>``), its name, and who may call it."""

    method: str
    rule: str
    operation_id: str
    group: Role | None


class StaffResolver(APIGatewayHttpResolver):
    """Routes that each say who may call them: without ``group`` none can be registered, nor by a router.

    ``group`` is the weakest group that may; None leaves the route to whoever is signed in.
    """

    def __init__(self) -> None:
        super().__init__(enable_validation=True)
        self.declared: list[Declared] = []

    def route(self, rule: str, method: str, *, group: Role | None, operation_id: str, **told: Any) -> Any:
        """Register a route; its document tells the group, and the problems that every such route has."""
        self.declared.append(Declared(method, rule, operation_id, group))
        always = {403: group is not None, 429: method != "GET"}
        told["responses"] |= problems(*(status for status, can_be in always.items() if can_be))
        told["openapi_extensions"] = {GROUP_FIELD: SIGNED_IN if group is None else str(group)}
        return super().route(rule, method, operation_id=operation_id, **told)

    def get(self, rule: str, **told: Any) -> Any:
        """A route that looks."""
        return self.route(rule, "GET", **told)

    def post(self, rule: str, **told: Any) -> Any:
        """A route that acts."""
        return self.route(rule, "POST", **told)

    def put(self, rule: str, **told: Any) -> Any:
        """A route that stores."""
        return self.route(rule, "PUT", **told)

    def delete(self, rule: str, **told: Any) -> Any:
        """A route that removes."""
        return self.route(rule, "DELETE", **told)

    def _call_route(self, route: Any, route_arguments: dict[str, str]) -> Any:
        # Powertools runs what one can register for before a route after it has validated the request: too late, for
        # whoever may not ask is told nothing else. Asked of the very route that was matched, nothing slips past.
        if route.openapi_extensions is not None:  # else it is Powertools' own answer where nothing is
            admit(route)
        return super()._call_route(route, route_arguments)


def admit(route: Any) -> None:
    """Let the person of the request in hand through to a route of the resolver.

    NotAllowedError where they may not, TooFastError where they have acted more than ``MOST_ACTS`` times in this
    minute. Looking is not counted: the gateway's throttle sees to that.
    """
    told, given = route.openapi_extensions[GROUP_FIELD], identity_of_request().group
    if told != SIGNED_IN and not may(given, Role(told)):
        raise NotAllowedError(Role(told), given)
    if route.method != "GET":
        desk, now = dependencies_of_request(), dependencies_of_request().clock()
        minute = int(now.timestamp()) // 60
        if not desk.cases.take_slot(f"acts#{identity_of_request().name}#{minute}", MOST_ACTS, now):
            raise TooManyActionsError(MOST_ACTS, 60 - int(now.timestamp()) % 60)


def dependencies_of_request() -> Dependencies:
    """What the route in hand works with."""
    return app.context["desk"]


def identity_of_request() -> Identity:
    """Who asks."""
    return app.context["person"]


def problems(*statuses: int) -> dict[int, Any]:
    """What a route answers where it meets one of these problems."""
    return {
        number: {"description": TITLES[number], "content": {PROBLEM_JSON: {"model": Problem}}}
        for number in sorted(statuses)
    }


CSV = "text/csv"


def answers(model: type | None, *statuses: int, status: int = 200, description: str = "As asked") -> dict[int, Any]:
    """What a route answers: ``model`` (None: CSV), or one of the problems. Every route can find nobody signed in."""
    given = {CSV: {"schema": {"type": "string"}}} if model is None else {"application/json": {"model": model}}
    good = {status: {"description": description, "content": given}}
    return good | problems(401, *statuses)


app = StaffResolver()


@app.exception_handler(list(TABLE))
def _on_problem(error: Exception) -> Response:
    if any(fault["loc"][:1] == ("response",) for fault in getattr(error, "errors", list)()):
        raise error  # the answer is at fault, not the request: that is a defect, and must look like one
    return answer_problem(error, app.current_event.path)
