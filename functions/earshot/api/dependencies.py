"""What the routes work with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.mute.silence_table import SilenceTable
from earshot.alerting.roster.admin import Reachability, RosterAdmin
from earshot.alerting.roster.contacts import Team
from earshot.alerting.roster.people import People, SignIn
from earshot.alerting.roster.roster import Person, Roster
from earshot.alerting.roster.sign_ins import SignInTable
from earshot.api.auth.signature import Keys
from earshot.api.auth.user_pool import UserPool
from earshot.api.case_actions import ActionResult
from earshot.api.people.presence_table import PresenceTable
from earshot.api.people.snippet_table import SnippetTable
from earshot.cases.alert_state.outlook import Outlook, Suppression
from earshot.cases.inbox.inbox import Inbox
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.policy.policy import Policy
from earshot.cases.store.batch_reads import BatchReads
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.mentions.brands.brands import Brands
from earshot.mentions.ledger.table import LedgerTable
from earshot.mentions.mention import Mention
from earshot.mentions.source_table import SourceTable
from earshot.mentions.sources.contract import Source
from earshot.reports.attention import needs_attention
from earshot.reports.counts import MentionCounting
from earshot.reports.doctor.finding import Finding
from earshot.reports.health import Health, SmsSpending, health_of
from earshot.reports.settings.admin import SettingsAdmin
from earshot.triage.learned.adjustment import Adjustment
from earshot.triage.voice_table import VoiceFailure


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the routes work with, wired once per function.

    ``spend_limits`` are US dollars a month by service, ``brands`` and ``policy`` return those that are in force,
    ``listened_to`` the sources, ``submit`` queues posts, and ``problems`` are what an operator put and cannot be used.
    ``submission_keys`` are the secrets that sign posts; UnavailableError where they cannot be read.
    ``report_action`` logs and counts each action of staff, ``report_bulk_action`` one for many customers. ``team``
    reads who is alerted, and ``suppression`` what may keep an alert back. ``recipients_of`` says whom an alert of a
    rung would reach. ``note_sign_in`` notes who is at work, as far as it can. ``names_of`` gives all names of who asks.
    ``reachability`` says how people are reached; None where SNS does not answer.
    """

    cases: CaseTable
    queries: CaseQueries
    counting: MentionCounting
    inbox: Inbox
    voices: Callable[[], tuple[VoiceFailure, ...]]
    sources: SourceTable
    ledger: LedgerTable
    sms_budget: SmsSpending
    roster_admin: RosterAdmin
    sign_ins: SignInTable
    note_sign_in: Callable[[SignIn], None]
    names_of: Callable[[str], frozenset[str]]
    reachability: Callable[[Sequence[Person]], Sequence[Reachability] | None]
    presence: PresenceTable
    snippets: SnippetTable
    recipients_of: Callable[[int, Channel, datetime], Recipients]
    roster_admin_for: Callable[..., RosterAdmin]
    team: Callable[[], Team]
    silences: SilenceTable
    incidents: IncidentTable
    brands: Callable[[], Brands]
    listened_to: Callable[[], Sequence[Source]]
    submit: Callable[[Sequence[Mention]], int]
    submission_keys: Keys
    problems: Callable[[], tuple[str, ...]]
    spend_limits: Mapping[str, float]
    clock: Callable[[], datetime]
    report_action: Callable[[ActionResult], None]
    report_bulk_action: Callable[[str, int], None]
    policy: Callable[[], Policy]
    suppression: Callable[[], Suppression]
    settings: SettingsAdmin
    batch_reads: BatchReads
    learned: Callable[[], Adjustment]
    user_pool: Callable[[], UserPool]

    @property
    def users(self) -> UserPool:
        """The accounts of staff, of which a request reads only who asks for them."""
        return self.user_pool()

    def health(self, limits: Mapping[str, float]) -> Health:
        """The state of each source and setting, and what the services in ``limits`` have cost this month."""
        thinning, problems = self.brands().thinning, self.problems()
        return health_of(self.listened_to(), limits, self.sources, self.sms_budget, self.clock(), problems, thinning)

    def attention(self, health: Health) -> tuple[Finding, ...]:
        """What somebody must look at now, beside the sources."""
        return needs_attention(health.spending, self.voices(), self.inbox.untold(health.at), health.at)

    @property
    def people(self) -> People:
        """All colleagues, as they are now."""
        return self.people_of(self.roster_admin.roster())

    def people_of(self, roster: Roster) -> People:
        """All colleagues, with a roster that was read already."""
        return People.of(roster, self.sign_ins.since(self.clock()))

    @property
    def outlook(self) -> Outlook:
        """What will become of the alerts of cases now. For one request: what it reads, it reads once."""
        return Outlook(self.clock(), self.policy(), cache(self.suppression))
