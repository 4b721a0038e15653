"""What the routes work with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from earshot.alerting.mute.silence_table import SilenceTable
from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.contacts import Team
from earshot.api.case_actions import ActionResult
from earshot.cases.alert_state.outlook import Outlook, Suppression
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.policy.policy import Policy
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.mentions.brands.brands import Brands
from earshot.mentions.mention import Mention
from earshot.mentions.source_table import SourceTable
from earshot.mentions.sources.contract import Source
from earshot.reports.health import Health, SmsSpending, health_of


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the routes work with, wired once per function.

    ``spend_limits`` are US dollars a month by service, ``brands`` and ``policy`` return those that are in force,
    ``listened_to`` the sources, ``submit`` queues posts, and ``problems`` are what an operator put and cannot be used.
    ``report_action`` logs and counts each action of staff, ``report_bulk_action`` one for many customers. ``team``
    reads who is alerted, and ``suppression`` what may keep an alert back.
    """

    cases: CaseTable
    queries: CaseQueries
    sources: SourceTable
    sms_budget: SmsSpending
    roster_admin: RosterAdmin
    team: Callable[[], Team]
    silences: SilenceTable
    incidents: IncidentTable
    brands: Callable[[], Brands]
    listened_to: Callable[[], Sequence[Source]]
    submit: Callable[[Sequence[Mention]], int]
    problems: Callable[[], tuple[str, ...]]
    spend_limits: Mapping[str, float]
    clock: Callable[[], datetime]
    report_action: Callable[[ActionResult], None]
    report_bulk_action: Callable[[str, int], None]
    policy: Callable[[], Policy]
    suppression: Callable[[], Suppression]

    def health(self, limits: Mapping[str, float]) -> Health:
        """The state of each source and setting, and what the services in ``limits`` have cost this month."""
        return health_of(self.listened_to(), limits, self.sources, self.sms_budget, self.clock(), self.problems())

    @property
    def outlook(self) -> Outlook:
        """What will become of the alerts of cases now. For one request: what it reads, it reads once."""
        return Outlook(self.clock(), self.policy(), cache(self.suppression))
