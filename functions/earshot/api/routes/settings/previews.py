"""What a text would do, before it is put. Nothing is changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.openapi.params import Body

from earshot.api.auth.roles import Role
from earshot.api.dependencies import Dependencies
from earshot.api.resolver import app
from earshot.api.responses import json_responses
from earshot.api.schemas.settings.previews import BrandsPreview, PolicyDraft, PolicyPreview, TermsBacktest
from earshot.api.schemas.settings.texts import BrandList, NewText, TermLists
from earshot.cases.stored_mention import StoredMention
from earshot.errors import BrandsError, TermsError
from earshot.reports.settings.admin import SettingName
from earshot.reports.settings.source_changes import source_changes
from earshot.reports.settings.terms_backtest import backtest_terms
from earshot.reports.settings.week_preview import preview_week

if TYPE_CHECKING:
    from earshot.triage.terms.terms import Terms


@app.post(
    "/settings/policy/preview",
    role=Role.LEAD,
    operation_id="preview_policy",
    summary="A week under another policy",
    tags=["settings"],
    responses=json_responses(PolicyPreview, 400, 415),
)
def preview_policy(draft: Annotated[PolicyDraft, Body()]) -> PolicyPreview:
    """For four times of each of the coming seven days: when a complaint that comes in then is late, and who is paged
    at each rung, with the roster as it is. Silences are left out."""
    deps = app.deps
    policy = deps.settings.policy(draft.text)
    return PolicyPreview.of(policy, preview_week(policy, deps.team(), deps.clock(), ZoneInfo(draft.timezone)))


@app.post(
    "/settings/terms/backtest",
    role=Role.LEAD,
    operation_id="backtest_terms",
    summary="Other terms on the last week's posts",
    tags=["settings"],
    responses=json_responses(TermsBacktest, 400, 415),
)
def backtest_other_terms(draft: Annotated[NewText, Body()]) -> TermsBacktest:
    """Who would have been paged newly, and who no longer: of 2,000 posts at most, the newest first."""
    deps = app.deps
    parsed = deps.settings.terms(draft.text)
    before, after = _in_force(deps), _with_brands(deps, parsed)
    return TermsBacktest.of(TermLists.of(parsed), backtest_terms(before, after, _Posts(deps), deps.clock))


@app.post(
    "/settings/brands/preview",
    role=Role.LEAD,
    operation_id="preview_brands",
    summary="What other brands would read",
    tags=["settings"],
    responses=json_responses(BrandsPreview, 400, 415),
)
def preview_brands(draft: Annotated[NewText, Body()]) -> BrandsPreview:
    """Which sources would be read newly, and which no longer."""
    deps = app.deps
    brands = deps.settings.brands_in(draft.text)
    try:
        before = deps.settings.brands()
    except BrandsError:
        before = None
    changes = source_changes(before, brands, deps.sources.states)
    return BrandsPreview(parsed=BrandList.of(brands), changes=list(changes))


@dataclass(frozen=True, slots=True)
class _Posts:
    """The stored posts, as a back-test reads them."""

    deps: Dependencies

    def keys(self, day: date) -> Iterable[str]:
        return self.deps.queries.mention_keys(day)

    def posts(self, keys: list[str]) -> Iterable[StoredMention]:
        found = self.deps.batch_reads.read(posts=keys).posts.values()
        return (one for one in found if isinstance(one, StoredMention))


def _in_force(deps: Dependencies) -> "Terms":
    """The terms as they were put; none where those cannot be used."""
    from earshot.triage.terms.terms import NO_TERMS

    try:
        return _with_brands(deps, deps.settings.terms(deps.settings.read(SettingName.TERMS).text))
    except TermsError:
        return _with_brands(deps, NO_TERMS)


def _with_brands(deps: Dependencies, terms: "Terms") -> "Terms":
    """As the classifier has them: with the brands' handles and voices, and what was learned from staff."""
    brands = deps.settings.brands()
    return terms.for_brands(brands.handles, brands.voices, deps.learned())
