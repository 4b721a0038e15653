"""What a route returns, and how the OpenAPI document describes it: its body, and the problems a client can meet."""

from collections.abc import Mapping
from typing import TypeVar

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from earshot.api.etags import is_not_modified, weak_etag
from earshot.api.problem import PROBLEM_JSON, TITLES, Problem
from earshot.api.schemas.base import Schema

SchemaType = TypeVar("SchemaType", bound=Schema)
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


def csv_answer(table: str, filename: str | None = None, headers: Mapping[str, str] | None = None) -> Response[str]:
    """A table as CSV, which a browser saves as ``filename`` where one is given; ``headers`` are sent as well."""
    saved = {} if filename is None else {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(200, f"{CSV}; charset=utf-8", table, {**saved, **(headers or {})})


def unless_known(body: SchemaType, if_none_match: str | None) -> Response[SchemaType | None]:
    """The body with its entity tag, or 304 where the header ``If-None-Match`` names that."""
    etag = weak_etag(body.model_dump_json())
    if is_not_modified(if_none_match, etag):
        return Response(304, headers={"ETag": etag})
    return Response(200, "application/json", body, {"ETag": etag})


def problem_responses(*statuses: int) -> Responses:
    """A problem document for each of ``statuses``."""
    return {
        status: {"description": TITLES[status], "content": {PROBLEM_JSON: {"model": Problem}}}
        for status in sorted(statuses)
    }
