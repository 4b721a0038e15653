"""How the OpenAPI document describes what a route returns: its body, and the problems that a client can meet."""

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from earshot.api.problem import PROBLEM_JSON, TITLES, Problem

CSV = "text/csv"
Responses = dict[int, OpenAPIResponse]
NOT_MODIFIED: Responses = {304: {"description": "Not modified: what `If-None-Match` names is still current"}}


def json_responses(model: type, *problems: int, status: int = 200, description: str = "Success") -> Responses:
    """``model`` as JSON with ``status``, or one of ``problems``. Every route can also return 401."""
    success: OpenAPIResponse = {"description": description, "content": {"application/json": {"model": model}}}
    return {status: success, **problem_responses(401, *problems)}


def csv_responses(*problems: int) -> Responses:
    """CSV, or one of ``problems``. Every route can also return 401."""
    success: OpenAPIResponse = {"description": "Success", "content": {CSV: {"schema": {"type": "string"}}}}
    return {200: success, **problem_responses(401, *problems)}


def json_or_csv_responses(model: type, *problems: int) -> Responses:
    """``model`` as JSON or, if the client accepts it, CSV; or one of ``problems``."""
    success: OpenAPIResponse = {
        "description": "Success",
        "content": {"application/json": {"model": model}, CSV: {"schema": {"type": "string"}}},
    }
    return {200: success, **problem_responses(401, *problems)}


def problem_responses(*statuses: int) -> Responses:
    """A problem document for each of ``statuses``."""
    return {
        status: {"description": TITLES[status], "content": {PROBLEM_JSON: {"model": Problem}}}
        for status in sorted(statuses)
    }
