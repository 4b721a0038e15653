"""The terms, the policy and the brands: the text, and what it means."""

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from earshot.api.schemas.base import Schema, Time
from earshot.aws.settings.stored_text import PutText
from earshot.cases.policy import policy as policies
from earshot.cases.policy.quiet_hours import QuietHours as QuietHoursOfPolicy
from earshot.cases.policy.summary import summary_of
from earshot.mentions.brands import brands as brand_file
from earshot.timestamps import parse_rfc3339

if TYPE_CHECKING:
    from earshot.triage.terms.terms import Terms

# As JSON has it; the text itself has 400 KB at most.
MAX_CHARACTERS = 400_000


class NewText(Schema):
    """The text that is to be put, in TOML."""

    text: str = Field(max_length=MAX_CHARACTERS)


class SettingText(Schema):
    """A text as it was put. Where none ever was, `is_put` is false, and the text is what holds instead."""

    text: str
    is_put: bool
    put_at: Time | None
    etag: str = Field(description="For `If-Match`")
    problem: str | None = Field(description="Why the text cannot be used, so that the last good one is in force")


class TermLists(Schema):
    """What is in each list of the terms. `voices` gives the brand of each voice."""

    products: list[str]
    competitors: list[str]
    vip_authors: list[str]
    always_urgent: list[str]
    never_urgent: list[str]
    disabled_rules: list[str]
    voices: dict[str, str]

    @classmethod
    def of(cls, terms: "Terms") -> "TermLists":
        """The lists, those without an order sorted."""
        return cls(
            products=list(terms.products),
            competitors=list(terms.competitors),
            vip_authors=sorted(terms.vip_authors),
            always_urgent=list(terms.always_urgent),
            never_urgent=list(terms.never_urgent),
            disabled_rules=sorted(terms.disabled_rules),
            voices=dict(terms.voices),
        )


class TermsText(SettingText):
    """The terms of the brands. `parsed` is null where the text cannot be used."""

    parsed: TermLists | None


class TargetTime(Schema):
    """How long a customer may wait: minutes within the hours of `calendar`; null: around the clock."""

    name: str = Field(description="A severity or an intent")
    minutes: int
    calendar: str | None


class LadderStep(Schema):
    """Which rung is paged how many minutes after the case came in."""

    rung: int
    after_minutes: int


class LadderSteps(Schema):
    """Whom a case of this severity pages, until somebody acknowledges it."""

    severity: str
    steps: list[LadderStep]


class QuietHours(Schema):
    """What is not critical pages nobody outside the hours of a calendar. An empty list matches everything."""

    outside: str
    severities: list[str]
    topics: list[str]
    authors: list[str]

    @classmethod
    def of(cls, quiet: QuietHoursOfPolicy) -> "QuietHours":
        """Quiet hours of a policy."""
        scope = quiet.scope
        return cls(
            outside=quiet.outside.name,
            severities=list(scope.severities),
            topics=list(scope.topics),
            authors=list(scope.authors),
        )


class PolicyParts(Schema):
    """What is in a policy; `summary` has all of it in words, a line for each."""

    targets: list[TargetTime]
    ladders: list[LadderSteps]
    acknowledgement_expires_minutes: float | None = Field(description="Null: never")
    quiet_hours: list[QuietHours]
    summary: list[str]

    @classmethod
    def of(cls, policy: policies.Policy) -> "PolicyParts":
        """The parts of a policy, with its defaults."""
        lasts = policy.acknowledgement_timeout
        return cls(
            targets=[
                TargetTime(name=name, minutes=one.minutes, calendar=one.calendar and one.calendar.name)
                for name, one in policy.targets.items()
            ],
            ladders=[
                LadderSteps(severity=name, steps=[LadderStep.model_validate(step) for step in steps])
                for name, steps in policy.ladders.items()
            ],
            acknowledgement_expires_minutes=None if lasts is None else lasts.total_seconds() / 60,
            quiet_hours=[QuietHours.of(one) for one in policy.quiet_hours],
            summary=list(summary_of(policy)),
        )


class PolicyText(SettingText):
    """The service-level policy. `parsed` is null where the text cannot be used."""

    parsed: PolicyParts | None


class Brand(Schema):
    """One brand: its accounts, what else is searched for, and who speaks for it. The first handle is its name."""

    name: str
    handles: list[str]
    search_terms: list[str]
    voices: list[str]


class BrandList(Schema):
    """The brands, and the sources that are read for them."""

    brands: list[Brand]
    sources: list[str]

    @classmethod
    def of(cls, brands: brand_file.Brands) -> "BrandList":
        """Each brand with what belongs to it."""
        accounts, first = brands.accounts, brands.names[0]
        return cls(
            brands=[
                Brand(
                    name=name,
                    handles=[one for one in brands.handles if accounts.brands.get(one.lower(), one) == name],
                    search_terms=[term for term, brand in accounts.terms.items() if (brand or first) == name],
                    voices=sorted(voice for voice, brand in brands.voices.items() if brand == name),
                )
                for name in brands.names
            ],
            sources=[feed.key for feed in brands.feeds],
        )


class BrandsText(SettingText):
    """The brands. `parsed` is null where the text cannot be used."""

    parsed: BrandList | None


def put_time(put: PutText) -> datetime | None:
    """When a text was put, None where none ever was."""
    return parse_rfc3339(put.put_at, "put_at") if put.put_at else None
