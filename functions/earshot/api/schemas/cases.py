"""What goes over the wire, and how it is validated and documented. Field by field it follows the domain's words."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from earshot.cases.case.case import Case as StoredCase
from earshot.cases.case.ladder import SNOOZES, Alerting
from earshot.cases.case.recovery import RecoveryStatus
from earshot.cases.case.response import Timeliness
from earshot.cases.case.status import Outcome, Status
from earshot.cases.ingest import StoredMention
from earshot.cases.store.case_file import CaseFile as StoredCaseFile
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Analyzer, Intent, Severity

Time = Annotated[
    datetime, PlainSerializer(rfc3339, return_type=str), WithJsonSchema({"type": "string", "format": "date-time"})
]


def _iso_day(value: object) -> date:
    """Only 2026-11-21: Pydantic alone would also take seconds since 1970."""
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("write the day as 2026-11-21")


Day = Annotated[date, BeforeValidator(_iso_day), WithJsonSchema({"type": "string", "format": "date"})]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
# How whoever resolves a case may say that it ended: that it is no complaint is said by a route of its own.
ENDINGS = tuple(str(outcome) for outcome in Outcome if outcome is not Outcome.NOT_A_COMPLAINT)
OptionalText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class Shape(BaseModel):
    """Read from the attributes of the domain's own objects."""

    model_config = ConfigDict(from_attributes=True, frozen=True, extra="forbid", populate_by_name=True)


class NewNote(Shape):
    """A remark for colleagues."""

    text: Text


class Why(Shape):
    """What the log should say."""

    why: OptionalText = ""


class Resolution(Why):
    """How it ended, and what the log should say."""

    outcome: Literal[ENDINGS] | None = None


class Correction(Why):
    """What the case should have been judged to be; what is left out is right."""

    intent: Intent | None = None
    severity: Severity | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Correction":
        if self.intent is None and self.severity is None:
            raise ValueError("give an intent, a severity, or both")
        return self


class Snooze(Shape):
    """For how many minutes nobody is to be alerted."""

    minutes: Literal[SNOOZES] = SNOOZES[0]


class Author(Shape):
    """Who wrote a post."""

    id: str
    handle: str | None
    name: str | None
    followers: int | None = Field(description="None where the source does not say")
    verified: bool


class Reason(Shape):
    """One rule that fired, and the points of urgency it gave. The points add up to the urgency, within 0 and 100."""

    rule: str
    points: int
    text: str


class Sentiment(Shape):
    """Four shares that add up to one, the greatest of them, and who measured them."""

    label: str
    positive: float
    negative: float
    neutral: float
    mixed: float
    analyzer: Analyzer


class IncidentFacts(Shape):
    """What many customers have in common: `count` is how many customers, `usual` how many an hour would be usual."""

    id: str
    label: str = Field(description="What it is about, in a word or two")
    count: int
    usual: float
    began_at: Time = Field(description="The first complaint")
    latest_at: Time = Field(description="The latest complaint")
    ended_at: Time | None = Field(description="Null: it runs still")


class Recovery(Shape):
    """How a complainer came back after the answer: the last praise or complaint of theirs, in any conversation."""

    turn: RecoveryStatus
    at: Time
    mention_id: str


class Case(Shape):
    """What the brand owes one customer. `text`, `link` and `reasons` are those of its most urgent post."""

    id: str
    etag: str = Field(description="For `If-Match`: an act with it is done only if the case is still as it is here")
    brand: str
    source: str
    conversation_id: str
    author: Author
    text: str
    link: str | None
    language: str | None
    intent: Intent
    urgency: int
    severity: Severity
    reasons: list[Reason]
    topic: str = Field(description="What is at stake, in one word; `other` where no rule knows")
    status: Status
    opened_at: Time
    waiting_since: Time = Field(description="The post that an answer is owed to")
    due_at: Time = Field(description="When the answer is late")
    timeliness: Timeliness = Field(description="What the log says of the wait: at 80 % of its time, and at its end")
    first_response_at: Time | None
    first_response_seconds: int | None
    acknowledged_at: Time | None
    acknowledged_by: str | None
    acknowledgement_expires_at: Time | None = Field(description="When the case is open again, where nobody answers")
    resolved_at: Time | None
    resolved_by: str | None
    outcome: Outcome | None = Field(description="How it ended, where somebody said so")
    corrected_by: str | None = Field(description="Who corrected its intent or severity")
    confirmed_by: str | None = Field(description="Who says that it was judged rightly")
    snoozed_until: Time | None = Field(description="Until then nobody is alerted")
    snoozed_by: str | None
    reach: int = Field(description="Followers of all who spread it")
    reposts: int
    rung: int | None = Field(description="The rung of the ladder that was alerted last")
    alerting: Alerting
    recovery: Recovery | None = Field(description="Null where the author has not come back since the answer")
    held_until: Time | None = Field(description="The alert that is due is sent then, together with others")
    hushed: str | None = Field(description="Why its ladder waited: quiet hours, or a silence, and whose")
    incident: IncidentFacts | None = Field(description="Set where the case stands for an incident, not for a customer")
    incident_id: str | None = Field(description="The incident that it belongs to, which alerts in its place")

    @classmethod
    def of(cls, case: StoredCase) -> "Case":
        """A case as it is stored, with the parts of it side by side."""
        judged, response, ladder = case.assessment, case.response, case.ladder
        taken, resolution, headline = case.acknowledgement, case.resolution, case.headline
        back = case.recovery.outcome
        return cls(
            id=case.id,
            etag=case.etag,
            brand=case.brand,
            source=case.key.source,
            conversation_id=case.key.conversation_id,
            author=Author.model_validate(case.author),
            text=headline.text,
            link=headline.link,
            language=headline.language,
            intent=judged.intent,
            urgency=judged.urgency,
            severity=judged.severity,
            reasons=[Reason.model_validate(reason) for reason in judged.reasons],
            topic=case.topic,
            status=case.status,
            opened_at=response.opened_at,
            waiting_since=response.waiting_since,
            due_at=response.due_at,
            timeliness=response.timeliness,
            first_response_at=response.first_response_at,
            first_response_seconds=response.first_response_seconds,
            acknowledged_at=taken.at,
            acknowledged_by=taken.by,
            acknowledgement_expires_at=taken.expires_at,
            resolved_at=resolution.at,
            resolved_by=resolution.by,
            outcome=resolution.outcome,
            corrected_by=judged.corrected_by,
            confirmed_by=judged.confirmed_by,
            snoozed_until=ladder.snoozed_until,
            snoozed_by=ladder.snoozed_by,
            reach=case.spread.reach,
            reposts=case.spread.reposts,
            rung=ladder.rung,
            alerting=ladder.alerting,
            recovery=back and Recovery(turn=back.status, at=back.at, mention_id=back.mention_id),
            held_until=ladder.grouped_until,
            hushed=ladder.muted_by,
            incident=case.incident and IncidentFacts.model_validate(case.incident),
            incident_id=case.incident_id,
        )


class Mention(Shape):
    """One post, and what it was taken to mean. `text` is whole and unaltered."""

    id: str
    source: str
    author: Author
    text: str
    created_at: Time
    conversation_id: str
    link: str | None
    own: bool = Field(description="The brand wrote it")
    language: str | None
    intent: Intent
    sentiment: Sentiment | None = Field(description="None where the language cannot be judged")
    urgency: int
    severity: Severity
    reasons: list[Reason]

    @classmethod
    def of(cls, stored: StoredMention) -> "Mention":
        """A post and its judgement side by side."""
        mention, judgement = stored.mention, stored.judgement
        return cls(
            id=mention.id,
            source=mention.source,
            author=Author.model_validate(mention.author),
            text=mention.text,
            created_at=mention.created_at,
            conversation_id=mention.conversation_id,
            link=mention.link,
            own=mention.own,
            language=judgement.language,
            intent=judgement.intent,
            sentiment=judgement.sentiment and Sentiment.model_validate(judgement.sentiment),
            urgency=judgement.urgency,
            severity=judgement.severity,
            reasons=[Reason.model_validate(reason) for reason in judgement.reasons],
        )


class LogEntry(Shape):
    """One line of a case's log: when, who (a person, or `earshot`), what, and why."""

    at: Time
    by: str
    what: str
    text: str


class Delivery(Shape):
    """What became of a text message on its way to one number, where the stack follows them."""

    at: Time
    to: str = Field(description="The end of the number")
    delivered: bool
    response: str = Field(description="The carrier's words")


class Alert(Shape):
    """One message to staff: sent, or held back."""

    at: Time
    rung: int
    channel: str
    reason: str
    to: list[str] | None = Field(
        None, description="Names from the roster; empty: nobody on this channel; null: by the template's parameters"
    )
    unreachable: list[str] = Field([], description="Names of those whom no alert reaches")
    subject: str | None = Field(description="None for an SMS")
    text: str
    held_back: str | None = Field(None, description="Why it was not sent; null: it was")
    deliveries: list[Delivery] = Field([], description="Empty: nothing is known, as of every email")


class CaseFile(Shape):
    """A case with its conversation (oldest first, the brand's own posts among it), its log and its alerts."""

    case: Case
    mentions: list[Mention]
    complete: bool = Field(description="False where only the latest 500 posts of a longer conversation are given")
    log: list[LogEntry]
    alerts: list[Alert]

    @classmethod
    def of(cls, file: StoredCaseFile) -> "CaseFile":
        """A case file as it was read."""
        return cls(
            case=Case.of(file.case),
            mentions=[Mention.of(stored) for stored in file.mentions],
            complete=file.complete,
            log=[LogEntry.model_validate(entry) for entry in file.log],
            alerts=[Alert.model_validate(alert) for alert in file.alerts],
        )


class CasePage(Shape):
    """Cases, and the cursor of the next page: null after the last one."""

    items: list[Case]
    next_cursor: str | None


class AuthorCase(Shape):
    """A case that the author opened."""

    kind: Literal["case"] = "case"
    case: Case


class AuthorMention(Shape):
    """A post that the author wrote."""

    kind: Literal["mention"] = "mention"
    mention: Mention


class AuthorPage(Shape):
    """What an author wrote and opened, the newest first."""

    items: list[AuthorCase | AuthorMention]
    next_cursor: str | None


def author_item(item: StoredCase | StoredMention) -> AuthorCase | AuthorMention:
    """A case or a post, told apart by its kind."""
    if isinstance(item, StoredMention):
        return AuthorMention(mention=Mention.of(item))
    return AuthorCase(case=Case.of(item))
