"""What the routes work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from earshot.alerting.mute.silence_table import SilenceTable
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.contacts import Team
from earshot.api.case_actions import ActionResult, CaseAction
from earshot.cases.alert_state.outlook import Outlook, Suppression
from earshot.cases.case.key import check_case_id
from earshot.cases.inbox.inbox import Inbox
from earshot.cases.incidents.listing_again import list_again
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.policy.policy import Policy
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.mentions.brands.brands import Brands
from earshot.mentions.source_table import SourceTable
from earshot.reports.attention import needs_attention
from earshot.reports.doctor.finding import Finding
from earshot.reports.health import Health, SmsSpending, health_of
from earshot.triage.voice_table import VoiceFailure


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the routes work with, wired once per function.

    ``spend_limits`` are US dollars a month by service, ``brands`` and ``policy`` return those that are in force, and
    ``problems`` what an operator put and cannot be used. ``report_action`` logs and counts each action of staff,
    ``report_bulk_action`` one for many customers. ``team`` reads who is alerted, and ``suppression`` what may keep an
    alert back.
    """

    cases: CaseTable
    queries: CaseQueries
    inbox: Inbox
    voices: Callable[[], tuple[VoiceFailure, ...]]
    sources: SourceTable
    sms_budget: SmsSpending
    roster_admin: RosterAdmin
    team: Callable[[], Team]
    silences: SilenceTable
    incidents: IncidentTable
    brands: Callable[[], Brands]
    problems: Callable[[], tuple[str, ...]]
    spend_limits: Mapping[str, float]
    clock: Callable[[], datetime]
    report_action: Callable[[ActionResult], None]
    report_bulk_action: Callable[[str, int], None]
    policy: Callable[[], Policy]
    suppression: Callable[[], Suppression]

    def health(self, limits: Mapping[str, float]) -> Health:
        """The state of each source and setting, and what the services in ``limits`` have cost this month."""
        feeds = self.brands().feeds
        return health_of(feeds, limits, self.sources, self.sms_budget, self.clock(), self.problems())

    def attention(self, health: Health) -> tuple[Finding, ...]:
        """What somebody must look at now, beside the sources."""
        return needs_attention(health.spending, self.voices(), self.inbox.untold(health.at), health.at)

    def action_on(self, case_id: str, by: str, if_match: str | None = None) -> CaseAction:
        """What ``by`` can do with a case now. NotFoundError: ``case_id`` is the id of none."""
        key, policy = check_case_id(case_id), self.policy()
        return CaseAction(self.cases, key, by=by, at=self.clock(), policy=policy, if_match=if_match)

    def finish(self, result: ActionResult) -> None:
        """Log and count what was done with a case; an incident that goes on is live again."""
        self.report_action(result)
        list_again(self.incidents, result.case)

    @property
    def outlook(self) -> Outlook:
        """What will become of the alerts of cases now. For one request: what it reads, it reads once."""
        return Outlook(self.clock(), self.policy(), cache(self.suppression))
