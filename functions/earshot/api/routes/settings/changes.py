"""The log of changes of the terms, the policy and the brands, and taking one back."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from earshot.api.auth.roles import NotAllowedError, Role, is_allowed
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.routes.settings.texts import TextIfMatch, expected_etag
from earshot.api.schemas.settings.changes import PutBack, SettingChange, SettingChanges
from earshot.reports.settings.admin import SettingName


@app.get(
    "/settings/changes",
    role=Role.LEAD,
    operation_id="list_changes",
    summary="Who changed which setting",
    tags=["settings"],
    responses=json_responses(SettingChanges, 400),
)
def list_changes(
    setting: Annotated[SettingName | None, Query(description="Only the changes of this setting")] = None,
) -> SettingChanges:
    """The last 30 changes of each, latest first, also those that the commands made."""
    found = app.deps.settings.changes(*([setting] if setting else []))
    return SettingChanges(items=[SettingChange.of(one) for one in found])


@app.post(
    "/settings/changes/<change_id>/revert",
    role=Role.LEAD,
    operation_id="revert_change",
    summary="Take a change back",
    tags=["settings"],
    responses=json_responses(PutBack, 400, 404, 409, 412),
)
def revert_change(
    change_id: Annotated[str, Path(max_length=40, description="`id` of a change")], if_match: TextIfMatch = None
) -> PutBack:
    """Puts again what stood there before it, and so takes back what was put since as well. It is logged as a change.
    What the brands were takes an admin to put."""
    deps = app.deps
    setting = deps.settings.change(change_id).setting
    if setting is SettingName.BRANDS and not is_allowed(app.identity.role, Role.ADMIN):
        raise NotAllowedError(Role.ADMIN, app.identity.role)
    expected = expected_etag(setting, if_match)
    put = deps.settings.revert(change_id, deps.clock(), app.identity.name, expected)
    return PutBack(setting=setting, text=put.text, etag=put.etag)
