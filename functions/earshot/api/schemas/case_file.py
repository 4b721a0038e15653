"""A case in full: its posts, its log and its alerts."""

from pydantic import Field

from earshot.api.schemas.base import Schema, Time
from earshot.api.schemas.cases import Case
from earshot.api.schemas.mentions import Mention
from earshot.cases.store.queries import CaseFile as StoredCaseFile


class LogEntry(Schema):
    """One entry of a case's log: when, who (a person, or `earshot`), what, and why."""

    at: Time
    by: str
    what: str
    text: str


class Delivery(Schema):
    """What the carrier reported about a text message to one number, if the stack tracks deliveries."""

    at: Time
    to: str = Field(description="The last digits of the number")
    delivered: bool
    response: str = Field(description="The carrier's own words")


class Alert(Schema):
    """One message to staff, sent or held back."""

    at: Time
    rung: int
    channel: str
    reason: str
    to: list[str] | None = Field(
        None,
        description="Names from the roster; empty: nobody on this channel; null: the addresses of the template's "
        "parameters",
    )
    unreachable: list[str] = Field([], description="Names of people whom no alert can reach")
    subject: str | None = Field(description="Null for a text message")
    text: str
    held_back: str | None = Field(None, description="Why it was not sent; null if it was")
    deliveries: list[Delivery] = Field([], description="Empty if nothing is known, as for every email")


class CaseFile(Schema):
    """A case with its conversation (oldest first, with the brand's own posts), its log and its alerts."""

    case: Case
    mentions: list[Mention]
    complete: bool = Field(description="False if only the latest 500 posts of a longer conversation are given")
    log: list[LogEntry]
    alerts: list[Alert]

    @classmethod
    def of(cls, file: StoredCaseFile) -> "CaseFile":
        """A case file as it is stored."""
        return cls(
            case=Case.of(file.case),
            mentions=[Mention.of(stored) for stored in file.mentions],
            complete=file.complete,
            log=[LogEntry.model_validate(entry) for entry in file.log],
            alerts=[Alert.model_validate(alert) for alert in file.alerts],
        )
