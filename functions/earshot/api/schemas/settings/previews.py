"""What a text would do, before it is put."""

from collections.abc import Iterable
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from earshot.api.schemas.base import Schema, Time
from earshot.api.schemas.mentions import Author
from earshot.api.schemas.settings.texts import MAX_CHARACTERS, BrandList, PolicyParts, QuietHours, TermLists
from earshot.cases.policy.policy import Policy
from earshot.reports.settings import terms_backtest as backtests
from earshot.reports.settings import week_preview as weeks
from earshot.triage.judgement import Intent, Severity


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise ValueError("there is no such time zone; write one as Europe/Berlin") from None


class PolicyDraft(Schema):
    """A policy in TOML, and on whose clocks the week is shown."""

    text: str = Field(max_length=MAX_CHARACTERS)
    timezone: Annotated[str, AfterValidator(_time_zone), Field(max_length=60)] = "UTC"


class Page(Schema):
    """A rung that is paged at a time, unless somebody has acknowledged the case. No people: nobody would be told."""

    rung: int
    at: Time
    people: list[str]


class Arrival(Schema):
    """A complaint that comes in at a time: when its answer is late, and whom it pages.

    `waits_for` is the calendar outside of whose hours nobody is paged at first.
    """

    at: Time
    severity: Severity
    due_at: Time
    waits_for: str | None
    pages: list[Page]


class PolicyPreview(Schema):
    """A policy, and the coming week under it with today's roster.

    `left_out` are quiet hours of some topics or authors, which the week does not show.
    """

    parsed: PolicyParts
    week: list[Arrival]
    left_out: list[QuietHours]

    @classmethod
    def of(cls, policy: Policy, week: Iterable[weeks.Arrival]) -> "PolicyPreview":
        """The preview of a policy."""
        return cls(
            parsed=PolicyParts.of(policy),
            week=[Arrival.model_validate(one) for one in week],
            left_out=[QuietHours.of(one) for one in weeks.narrow_quiet_hours(policy)],
        )


class JudgedPost(Schema):
    """A post whose case would page newly, or no longer. `case_id` is null where it has none."""

    id: str
    source: str
    author: Author
    text: str
    created_at: Time
    link: str | None
    case_id: str | None
    severity_before: Severity
    severity_after: Severity
    intent_before: Intent
    intent_after: Intent
    reasons: list[str] = Field(description="What is said for the judgement after the change")

    @classmethod
    def of(cls, judged: backtests.Judged) -> "JudgedPost":
        """A post with both judgements."""
        mention = judged.post.mention
        return cls(
            id=mention.id,
            source=mention.source,
            author=Author.model_validate(mention.author),
            text=mention.text,
            created_at=mention.created_at,
            link=mention.link,
            case_id=judged.post.conversation,
            severity_before=judged.before.severity,
            severity_after=judged.after.severity,
            intent_before=judged.before.intent,
            intent_after=judged.after.intent,
            reasons=[reason.text for reason in judged.after.reasons],
        )


class TermsBacktest(Schema):
    """What other terms change among the posts of the last week: who would page newly, and who no longer.

    Of each the first 50 are shown. Posts are judged by their words, with both terms, without encoder, reader and their
    author's history.
    """

    parsed: TermLists
    looked_at: int
    since: Time | None = Field(description="The oldest post that was looked at")
    complete: bool = Field(description="False: there were more posts than one request has time for")
    newly_count: int
    no_longer_count: int
    changed: int = Field(description="How many get another severity or intent, and page as before")
    newly: list[JudgedPost]
    no_longer: list[JudgedPost]

    @classmethod
    def of(cls, parsed: TermLists, found: backtests.Backtest) -> "TermsBacktest":
        """What a back-test found."""
        return cls(
            parsed=parsed,
            looked_at=found.looked_at,
            since=found.since,
            complete=found.complete,
            newly_count=found.newly_count,
            no_longer_count=found.no_longer_count,
            changed=found.changed,
            newly=[JudgedPost.of(one) for one in found.newly],
            no_longer=[JudgedPost.of(one) for one in found.no_longer],
        )


class BrandsPreview(Schema):
    """The brands in a text, and a line for each source that would be read newly, or no longer."""

    parsed: BrandList
    changes: list[str]
