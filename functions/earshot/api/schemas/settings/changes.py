"""The log of changes, as responses have it."""

from typing import Literal

from pydantic import Field

from earshot.api.schemas.base import Schema, Time
from earshot.reports.settings.admin import LoggedChange, SettingName
from earshot.reports.settings.text_diff import diff_of


class DiffLine(Schema):
    """A line that was added or removed, or one that stands beside it."""

    kind: Literal["added", "removed", "same"]
    text: str


class SettingChange(Schema):
    """Who put what, and when. `by` is empty where it was put before there was a log."""

    id: str
    setting: SettingName
    at: Time | None
    by: str
    lines: list[DiffLine] = Field(description="What it changed")
    complete: bool = Field(description="Whether `lines` has all of it; at most 200 are shown")
    reverts: str | None = Field(description="The change that this one took back")
    can_revert: bool = Field(description="Whether what stood there before is kept")

    @classmethod
    def of(cls, logged: LoggedChange) -> "SettingChange":
        """A change with what it changed."""
        change = logged.change
        lines, complete = diff_of(change.before or "", change.text)
        return cls(
            id=logged.id,
            setting=logged.setting,
            at=change.at,
            by=change.by,
            lines=[DiffLine.model_validate(line) for line in lines],
            complete=complete,
            reverts=None if change.reverts is None else f"{logged.setting}-{change.reverts}",
            can_revert=logged.can_revert,
        )


class SettingChanges(Schema):
    """The last changes, latest first: 30 of each setting, and of the roster."""

    items: list[SettingChange]


class PutBack(Schema):
    """What was put again."""

    setting: SettingName
    text: str
    etag: str
