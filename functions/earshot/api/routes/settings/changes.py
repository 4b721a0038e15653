"""The log of changes of the terms, the policy, the brands and the roster, and taking one back."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from earshot.alerting.roster.logged_store import roster_before, text_of
from earshot.api.auth.roles import NotAllowedError, Role, is_allowed
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.routes.settings.texts import TextIfMatch, expected_etag
from earshot.api.routes.staff import expected_version
from earshot.api.schemas.settings.changes import PutBack, SettingChange, SettingChanges
from earshot.reports.settings.admin import LoggedChange, SettingName


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
    What the brands were takes an admin to put. Of the roster `If-Match` takes the `etag` of `GET /staff`."""
    deps = app.deps
    found = deps.settings.change(change_id)
    setting = found.setting
    if setting is SettingName.ROSTER:
        return _put_roster_back(found, if_match)
    if setting is SettingName.BRANDS and not is_allowed(app.identity.role, Role.ADMIN):
        raise NotAllowedError(Role.ADMIN, app.identity.role)
    expected = expected_etag(setting, if_match)
    put = deps.settings.revert(found, deps.clock(), app.identity.name, expected)
    return PutBack(setting=setting, text=put.text, etag=put.etag)


def _put_roster_back(found: LoggedChange, if_match: str | None) -> PutBack:
    before, version = roster_before(found.change), expected_version(None, if_match)
    if before is None:
        raise found.nothing_before()
    name = app.identity.name
    roster = app.deps.roster_admin_for(lambda: name, found.change.number).put_back(before, version)
    return PutBack(setting=found.setting, text=text_of(roster), etag=roster.etag)
