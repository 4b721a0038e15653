"""A case in full: its posts, its log and its alerts."""

from datetime import datetime

from pydantic import Field

from earshot.api.schemas.base import Schema, Time
from earshot.api.schemas.cases import Case, Recovery, StateOf
from earshot.api.schemas.mentions import Mention
from earshot.cases.store.case_file import AlertOutcome
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
    """One message to staff: sent, about to be sent, refused or held back."""

    at: Time
    rung: int = Field(description="0: a notice to a colleague, outside of the ladder")
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
    outcome: AlertOutcome = Field(
        AlertOutcome.SENT,
        description="`sending`: it was to be sent, which was not confirmed: it may have arrived, and is tried again; "
        "`refused`: it was certainly not sent, and is tried again; `withheld`: it was not to be sent on this channel",
    )
    attempts: int = Field(1, description="Attempts that may have arrived: more than one where one was not confirmed")
    held_back: str | None = Field(None, description="Why it was not sent; null if it was")
    deliveries: list[Delivery] = Field([], description="Empty if nothing is known, as for every email")


class CaseFile(Schema):
    """A case with the customer's posts and the brand's answers to them (oldest first), its log and its alerts."""

    case: Case
    mentions: list[Mention]
    statements: list[Mention] = Field(
        description="What the brand said in the same conversation to nobody in particular, or in reply to a post that "
        "is not known (`may_answer`). It answers nobody until staff say so"
    )
    complete: bool = Field(
        description="False if there is more than fits into one answer: the latest are given, of posts 500 at most"
    )
    log: list[LogEntry]
    alerts: list[Alert]

    @classmethod
    def of(cls, file: StoredCaseFile, now: datetime, state_of: StateOf) -> "CaseFile":
        """A case file as it is stored; ``now`` tells whether its customer is silent by now."""
        recovery = Recovery.of(file.case.recovery.known_at(now))
        return cls(
            case=Case.of(file.case, state_of).model_copy(update={"recovery": recovery}),
            mentions=[Mention.of(stored) for stored in file.mentions],
            statements=[Mention.of(stored) for stored in file.statements],
            complete=file.complete,
            log=[LogEntry.model_validate(entry) for entry in file.log],
            alerts=[Alert.model_validate(alert) for alert in file.alerts],
        )
