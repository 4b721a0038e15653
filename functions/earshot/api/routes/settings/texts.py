"""The terms, the policy and the brands: reading them, and putting others in their place."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from aws_lambda_powertools.event_handler.openapi.params import Body, Header

from earshot.api.auth.roles import Role
from earshot.api.case_actions import StaleEtagError
from earshot.api.etags import if_match_allows
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.settings.texts import (
    BrandList,
    BrandsText,
    NewText,
    PolicyParts,
    PolicyText,
    SettingText,
    TermLists,
    TermsText,
    put_time,
)
from earshot.errors import BrandsError, PolicyError, TermsError
from earshot.reports.settings.admin import SettingName

TextIfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=4096,
        description="`etag` of the text as you read it: 412 if somebody has put another",
    ),
]
Shown = TypeVar("Shown", bound=SettingText)


@app.get(
    "/settings/terms",
    role=Role.LEAD,
    operation_id="show_terms",
    summary="The brands' terms",
    tags=["settings"],
    responses=json_responses(TermsText),
)
def show_terms() -> TermsText:
    """The text as it was put, and what is in it."""
    return _shown(SettingName.TERMS, TermsText, lambda text: TermLists.of(app.deps.settings.terms(text)))


@app.put(
    "/settings/terms",
    role=Role.LEAD,
    operation_id="put_terms",
    summary="Put other terms",
    tags=["settings"],
    responses=json_responses(TermsText, 400, 409, 412, 415),
)
def put_terms(given: Annotated[NewText, Body()], if_match: TextIfMatch = None) -> TermsText:
    """In force within a minute. Those that cannot be used are refused with all that is wrong; the last ones stay."""
    _put(SettingName.TERMS, given.text, if_match)
    return show_terms()


@app.get(
    "/settings/policy",
    role=Role.LEAD,
    operation_id="show_policy",
    summary="The policy",
    tags=["settings"],
    responses=json_responses(PolicyText),
)
def show_policy() -> PolicyText:
    """Targets, ladders, calendars and quiet hours: the text as it was put, or the default one."""
    return _shown(SettingName.POLICY, PolicyText, lambda text: PolicyParts.of(app.deps.settings.policy(text)))


@app.put(
    "/settings/policy",
    role=Role.LEAD,
    operation_id="put_policy",
    summary="Put another policy",
    tags=["settings"],
    responses=json_responses(PolicyText, 400, 409, 412, 415),
)
def put_policy(given: Annotated[NewText, Body()], if_match: TextIfMatch = None) -> PolicyText:
    """In force within a minute, for new cases: clocks, ladders and acknowledgements that have started keep theirs."""
    _put(SettingName.POLICY, given.text, if_match)
    return show_policy()


@app.get(
    "/settings/brands",
    role=Role.LEAD,
    operation_id="show_brands",
    summary="The brands",
    tags=["settings"],
    responses=json_responses(BrandsText),
)
def show_brands() -> BrandsText:
    """Handles, search terms and voices: the text as it was put, or that of the stack's parameters."""
    return _shown(SettingName.BRANDS, BrandsText, lambda text: BrandList.of(app.deps.settings.brands_in(text)))


@app.put(
    "/settings/brands",
    role=Role.ADMIN,
    operation_id="put_brands",
    summary="Put other brands",
    tags=["settings"],
    responses=json_responses(BrandsText, 400, 409, 412, 415),
)
def put_brands(given: Annotated[NewText, Body()], if_match: TextIfMatch = None) -> BrandsText:
    """They replace the stack's parameters. A new handle or search term begins with a baseline; what is no longer named
    is not read any more."""
    _put(SettingName.BRANDS, given.text, if_match)
    return show_brands()


def expected_etag(setting: SettingName, if_match: str | None) -> str | None:
    """The entity tag of the text that a change may replace, None for any.

    StaleEtagError: ``if_match`` does not name the text as it is.
    """
    if if_match is None:
        return None
    etag = app.deps.settings.read(setting).etag
    if not if_match_allows(if_match, etag):
        raise StaleEtagError(f"Somebody has changed the {setting} since you read it: read it again.", etag)
    return etag


def _put(setting: SettingName, text: str, if_match: str | None) -> None:
    deps = app.deps
    deps.settings.put(setting, text, deps.clock(), app.identity.name, expected_etag(setting, if_match))


def _shown(setting: SettingName, schema: type[Shown], parse: Callable[[str], Any]) -> Shown:
    settings = app.deps.settings
    put = settings.read(setting)
    text = put.text or settings.default_text(setting)
    try:
        parsed, problem = parse(text), None
    except (TermsError, PolicyError, BrandsError) as error:
        parsed, problem = None, str(error)
    return schema.model_validate(
        {
            "text": text,
            "is_put": bool(put.text),
            "put_at": put_time(put),
            "etag": put.etag,
            "problem": problem,
            "parsed": parsed,
        }
    )
