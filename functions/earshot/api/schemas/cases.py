"""A case as responses have it, and the lists that hold cases."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from pydantic import Field

from earshot.api.schemas.base import Schema, Time
from earshot.api.schemas.mentions import Author, Mention, Reason
from earshot.cases.alert_state.alert_state import AlertState as DomainAlertState
from earshot.cases.alert_state.alert_state import AlertStatus
from earshot.cases.alert_state.alert_state import alert_state as stored_state
from earshot.cases.case.case import Case as DomainCase
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.recovery import RecoveryOutcome, RecoveryStatus
from earshot.cases.case.response import Timeliness
from earshot.cases.case.status import Outcome, Status
from earshot.cases.store.answer_size import listed
from earshot.cases.store.queries import Page
from earshot.cases.stored_mention import StoredMention
from earshot.triage.judgement import Intent, Severity

# Gives the state of a case's alerts: ``alert_state``, or one that looks ahead.
StateOf = Callable[[DomainCase], DomainAlertState]


class IncidentFacts(Schema):
    """What many customers complain about at once. `count` is how many customers, `usual` how many are usual an hour."""

    id: str
    label: str = Field(description="What it is about, in a word or two")
    count: int
    usual: float
    began_at: Time = Field(description="When the first complaint was posted")
    latest_at: Time = Field(description="When the latest complaint was posted")
    ended_at: Time | None = Field(description="Null while it goes on")


class Recovery(Schema):
    """How a complainer came back after the reply: their latest praise or complaint, in any conversation.

    `silent`, which only a single case says: they have posted neither within 14 days."""

    turn: RecoveryStatus
    at: Time
    mention_id: str | None

    @classmethod
    def of(cls, outcome: RecoveryOutcome | None) -> "Recovery | None":
        """None if the author has not come back yet."""
        return outcome and cls(turn=outcome.status, at=outcome.at, mention_id=outcome.mention_id)


class AlertState(Schema):
    """What became of the latest alert of the case, or what keeps it from being sent. `text` says it in a sentence."""

    status: AlertStatus
    rung: int | None = Field(description="The rung that it is about")
    until: Time | None = Field(description="When an alert that waits is sent, at the earliest")
    why: str | None = Field(description="What mutes it, who snoozed it, which incident alerts, why nobody is alerted")
    next_rung: int | None = Field(description="The rung that is alerted next unless somebody acts; null: nobody else")
    next_at: Time | None
    text: str = Field(description="A sentence without a full stop, with times in UTC")

    @classmethod
    def of(cls, state: DomainAlertState) -> "AlertState":
        """The state as the domain has it."""
        return cls(
            status=state.status,
            rung=state.rung,
            until=state.until,
            why=state.why,
            next_rung=state.next_rung,
            next_at=state.next_at,
            text=state.text(),
        )


class Undoable(Schema):
    """The last act of a person, which they can undo while nothing else happens to the case."""

    what: str = Field(description="The act, as the log has it")
    by: str
    until: Time = Field(description="The last moment at which it can be undone")


class Case(Schema):
    """What the brand owes one customer. `text`, `link` and `reasons` are those of its most urgent post. A list has the
    first 2,000 characters of a longer text, the last of them `…`: `GET /cases/{case_id}` has all of it."""

    id: str
    etag: str = Field(description="For `If-Match`: the action is done only if the case has not changed since")
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
    topic: str = Field(description="What is at stake, in one word; `other` if no rule says")
    status: Status
    opened_at: Time
    waiting_since: Time = Field(description="When the post was written that is owed an answer")
    due_at: Time = Field(description="When the answer is overdue")
    timeliness: Timeliness = Field(description="Whether the wait is past 80 % of its target, or past all of it")
    first_response_at: Time | None
    first_response_seconds: int | None
    acknowledged_at: Time | None
    acknowledged_by: str | None = Field(description="Whose it is, or was when it was answered or resolved")
    assigned_by: str | None = Field(description="Who gave it to them; null: they took it themselves")
    acknowledgement_expires_at: Time | None = Field(description="When the case opens again if there is no reply")
    resolved_at: Time | None
    resolved_by: str | None
    outcome: Outcome | None = Field(description="How it ended, if somebody said so")
    corrected_by: str | None = Field(description="Who corrected its intent or severity")
    confirmed_by: str | None = Field(description="Who confirmed its intent and severity")
    snoozed_until: Time | None = Field(description="Nobody is alerted before then")
    snoozed_by: str | None
    reach: int = Field(description="Followers of everybody who posted or reposted it")
    reposts: int
    rung: int | None = Field(description="The rung of the ladder that was alerted last")
    alerting: Alerting
    alert_state: AlertState
    undoable: Undoable | None = Field(description="Null if there is nothing to undo")
    recovery: Recovery | None = Field(description="Null if the author has not come back since the reply")
    grouped_until: Time | None = Field(description="When the alert that is due will be sent, grouped with others")
    muted_by: str | None = Field(description="What its ladder waited for: quiet hours, or whose silence")
    incident: IncidentFacts | None = Field(description="Set if the case is that of an incident, not of a customer")
    incident_id: str | None = Field(description="The incident that it belongs to, whose case alerts instead")

    @classmethod
    def of(cls, case: DomainCase, state_of: StateOf = stored_state) -> "Case":
        """The parts of a case, side by side. ``state_of`` gives the state of its alerts."""
        done = case.undoable
        judged, response, ladder = case.assessment, case.response, case.ladder
        taken, resolution, headline = case.acknowledgement, case.resolution, case.posts.headline
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
            assigned_by=taken.assigned_by,
            acknowledgement_expires_at=taken.expires_at,
            resolved_at=resolution.at,
            resolved_by=resolution.by,
            outcome=resolution.outcome,
            corrected_by=judged.corrected_by,
            confirmed_by=judged.confirmed_by,
            snoozed_until=ladder.snoozed_until,
            snoozed_by=ladder.snoozed_by,
            reach=case.posts.spread.reach,
            reposts=case.posts.spread.reposts,
            rung=ladder.rung,
            alerting=ladder.alerting,
            alert_state=AlertState.of(state_of(case)),
            undoable=Undoable.model_validate(done) if done is not None and done.is_open(case.version) else None,
            recovery=Recovery.of(case.recovery.outcome),
            grouped_until=ladder.delivery.grouped_until,
            muted_by=ladder.muted_by,
            incident=case.incident and IncidentFacts.model_validate(case.incident),
            incident_id=case.incident_id,
        )

    @classmethod
    def listed(cls, case: DomainCase, state_of: StateOf = stored_state) -> "Case":
        """A case as one of many, with the beginning of a long text."""
        return cls.of(replace(case, posts=case.posts.with_text(listed(case.posts.headline.text))), state_of)


class CasePage(Schema):
    """A page of cases; `next_cursor` is null on the last page."""

    items: list[Case]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[DomainCase], state_of: StateOf = stored_state) -> "CasePage":
        """A page as the query returned it. ``state_of`` gives the state of each case's alerts."""
        return cls(items=[Case.listed(case, state_of) for case in page.items], next_cursor=page.next_cursor)


class Praise(Schema):
    """Praise that nobody has answered yet."""

    case: Case
    former_complainer: bool = Field(description="Whether its author has complained before")
    complaints: int = Field(description="How many of the author's ten latest other cases were complaints by then")

    @classmethod
    def of(cls, case: DomainCase) -> "Praise":
        """The praise that a case is about."""
        earlier = case.recovery.earlier_complaints
        return cls(case=Case.listed(case), former_complainer=earlier > 0, complaints=earlier)


class PraisePage(Schema):
    """A page of praise; `next_cursor` is null on the last page."""

    items: list[Praise]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[DomainCase]) -> "PraisePage":
        """A page as the query returned it."""
        return cls(items=[Praise.of(case) for case in page.items], next_cursor=page.next_cursor)


class AuthorCase(Schema):
    """A case that the author opened."""

    kind: Literal["case"] = "case"
    case: Case


class AuthorMention(Schema):
    """A post by the author."""

    kind: Literal["mention"] = "mention"
    mention: Mention


class AuthorPage(Schema):
    """A page of an author's posts and cases, newest first; `next_cursor` is null on the last page."""

    items: list[AuthorCase | AuthorMention]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[DomainCase | StoredMention]) -> "AuthorPage":
        """A page as the query returned it."""
        return cls(items=list(map(_author_item, page.items)), next_cursor=page.next_cursor)


def _author_item(item: DomainCase | StoredMention) -> AuthorCase | AuthorMention:
    if isinstance(item, StoredMention):
        return AuthorMention(mention=Mention.of(item))
    return AuthorCase(case=Case.listed(item))
