"""The resolver with which all routes register. It checks the sender's role and limits how often a person acts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Required, TypedDict, TypeVar, Unpack, cast

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import ResponseBuilder, Route
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError

from earshot.api.auth.identity import Identity
from earshot.api.auth.roles import NotAllowedError, Role, is_allowed
from earshot.api.dependencies import Dependencies
from earshot.api.problem import PROBLEM_TYPES, MethodError, TooManyActionsError, is_our_fault, problem_response
from earshot.api.responses import Responses, problem_responses

# The field of the document that says which role may call a route, or that everybody who is signed in may.
ROLE_FIELD = "x-earshot-role"
SIGNED_IN = "signed in"
# One person, in one minute of the clock. More is a script that went wrong, or a stolen token.
MAX_ACTIONS_PER_MINUTE = 60
RouteFunction = TypeVar("RouteFunction", bound=Callable[..., Any])


class RouteDocumentation(TypedDict, total=False):
    """What the OpenAPI document says about a route, and ``status_code``, the status of a success.

    ``security`` is what proves who asks, where that is no token.
    """

    summary: str
    tags: list[str]
    responses: Required[Responses]
    status_code: int
    security: list[dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    """A registered route: method, path (``/cases/<case_id>``), operation id, and the lowest role that may call it."""

    method: str
    rule: str
    operation_id: str
    role: Role | None


class StaffResolver(APIGatewayHttpResolver):
    """A resolver whose routes must each state a role, so that none can be registered without one.

    ``role`` is the lowest role that may call the route; None allows everybody who is signed in.
    """

    def __init__(self) -> None:
        super().__init__(enable_validation=True)  # pyright: ignore[reportUnknownMemberType] - Powertools' annotations
        self.declared_routes: list[DeclaredRoute] = []
        self._request: tuple[Dependencies, Identity] | None = None

    def answer(self, event: Mapping[str, Any], context: Any, deps: Dependencies, identity: Identity) -> dict[str, Any]:
        """Route the request of ``identity``, and return the response in payload format 2.0."""
        self._request = deps, identity
        try:
            return self.resolve(event, context)
        finally:
            self._request = None

    @property
    def deps(self) -> Dependencies:
        """What the route of the current request works with."""
        return self._current[0]

    @property
    def identity(self) -> Identity:
        """Who sent the current request."""
        return self._current[1]

    @property
    def _current(self) -> tuple[Dependencies, Identity]:
        assert self._request is not None, "only routes ask, while their request is being answered"
        return self._request

    def route(  # pyright: ignore[reportIncompatibleMethodOverride] - a role is required
        self,
        rule: str,
        method: str,
        *,
        role: Role | None,
        operation_id: str,
        **documentation: Unpack[RouteDocumentation],
    ) -> Callable[[RouteFunction], RouteFunction]:
        """Register a route. The document also gets the role and the problems that all such routes share."""
        self.declared_routes.append(DeclaredRoute(method, rule, operation_id, role))
        shared = [status for status, applies in {403: role is not None, 429: method != "GET"}.items() if applies]
        documentation["responses"] = documentation["responses"] | problem_responses(*shared)
        extensions = {ROLE_FIELD: SIGNED_IN if role is None else str(role)}
        return super().route(rule, method, operation_id=operation_id, openapi_extensions=extensions, **documentation)

    def get(  # pyright: ignore[reportIncompatibleMethodOverride] - a role is required
        self, rule: str, *, role: Role | None, operation_id: str, **documentation: Unpack[RouteDocumentation]
    ) -> Callable[[RouteFunction], RouteFunction]:
        """Register a route that reads."""
        return self.route(rule, "GET", role=role, operation_id=operation_id, **documentation)

    def post(  # pyright: ignore[reportIncompatibleMethodOverride] - a role is required
        self, rule: str, *, role: Role | None, operation_id: str, **documentation: Unpack[RouteDocumentation]
    ) -> Callable[[RouteFunction], RouteFunction]:
        """Register a route that acts or adds."""
        return self.route(rule, "POST", role=role, operation_id=operation_id, **documentation)

    def put(  # pyright: ignore[reportIncompatibleMethodOverride] - a role is required
        self, rule: str, *, role: Role | None, operation_id: str, **documentation: Unpack[RouteDocumentation]
    ) -> Callable[[RouteFunction], RouteFunction]:
        """Register a route that replaces."""
        return self.route(rule, "PUT", role=role, operation_id=operation_id, **documentation)

    def delete(  # pyright: ignore[reportIncompatibleMethodOverride] - a role is required
        self, rule: str, *, role: Role | None, operation_id: str, **documentation: Unpack[RouteDocumentation]
    ) -> Callable[[RouteFunction], RouteFunction]:
        """Register a route that removes."""
        return self.route(rule, "DELETE", role=role, operation_id=operation_id, **documentation)

    def methods_at(self, path: str) -> list[str]:
        """The methods that a path supports, in the order of registration."""
        return [one.method for one in self.declared_routes if re.fullmatch(re.sub("<[^>]+>", "[^/]+", one.rule), path)]

    def _call_route(self, route: Route, route_arguments: dict[str, str]) -> ResponseBuilder[Any]:
        # A middleware would run after Powertools has validated the request, and its errors would tell a sender without
        # the role about the route. Here the role is checked for exactly the route that was matched.
        if route.openapi_extensions is not None:  # Powertools' own route for "not found" has none
            self._check_role(route.openapi_extensions[ROLE_FIELD])
            self._check_rate(route.method)
        result = super()._call_route(route, route_arguments)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return cast("ResponseBuilder[Any]", result)

    def _check_role(self, needed: str) -> None:
        """NotAllowedError: the sender's role is too low."""
        if needed != SIGNED_IN and not is_allowed(self.identity.role, Role(needed)):
            raise NotAllowedError(Role(needed), self.identity.role)

    def _check_rate(self, method: str) -> None:
        """TooManyActionsError: ``MAX_ACTIONS_PER_MINUTE`` is exceeded. Reads do not count: the gateway limits those."""
        if method == "GET":
            return
        now = self.deps.clock()
        minute, second = divmod(int(now.timestamp()), 60)
        if not self.deps.cases.take_slot(f"acts#{self.identity.name}#{minute}", MAX_ACTIONS_PER_MINUTE, now):
            raise TooManyActionsError(MAX_ACTIONS_PER_MINUTE, 60 - second)


app = StaffResolver()


@app.exception_handler(list(PROBLEM_TYPES))
def _on_problem(error: Exception) -> Response[str]:
    if is_our_fault(error):
        raise error  # a defect: it must reach the alarm, not the client
    path, method = app.current_event.path, app.current_event.http_method
    # Powertools says "not found" for a known path with another method as well.
    methods = app.methods_at(path) if isinstance(error, NoRouteError) else []
    if methods and method not in methods:
        return problem_response(MethodError(", ".join(methods)), path)
    return problem_response(error, path)
