"""What the routes work with. Types are imported for the type checker alone: cold starts depend on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
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
    from earshot.cases.removal.table import RemovalTable
    from earshot.cases.store.batch_reads import BatchReads
    from earshot.cases.store.case_table import CaseTable
    from earshot.cases.store.queries import CaseQueries
    from earshot.mentions.brands.brands import Brands
    from earshot.mentions.ledger.table import LedgerTable
    from earshot.mentions.mention import Mention
    from earshot.mentions.source_table import SourceTable
    from earshot.mentions.sources.contract import Source
    from earshot.mentions.sources.youtube.units_table import UnitsTable
    from earshot.reports.counts import MentionCounting
    from earshot.reports.doctor.finding import Finding
    from earshot.reports.health import Health, SmsSpending
    from earshot.reports.settings.admin import SettingsAdmin
    from earshot.triage.learned.adjustment import Adjustment
    from earshot.triage.voice_table import VoiceFailure


class Parts(Protocol):
    """What few requests ask for, each made when it is first asked for; ``Bootstrap`` has them."""

    @cached_property
    def batch_reads(self) -> "BatchReads": ...

    @cached_property
    def kept_counts(self) -> "MentionCounting": ...

    @cached_property
    def ledger_table(self) -> "LedgerTable": ...

    @cached_property
    def presence_table(self) -> "PresenceTable": ...

    @cached_property
    def removals(self) -> "RemovalTable": ...

    @cached_property
    def roster_admin(self) -> "RosterAdmin": ...

    @cached_property
    def settings_admin(self) -> "SettingsAdmin": ...

    @cached_property
    def silence_table(self) -> "SilenceTable": ...

    @cached_property
    def sms_budget(self) -> "SmsSpending": ...

    @cached_property
    def snippet_table(self) -> "SnippetTable": ...

    @cached_property
    def source_table(self) -> "SourceTable": ...

    @cached_property
    def units_table(self) -> "UnitsTable": ...

    @cached_property
    def user_pool(self) -> "UserPool": ...


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the routes work with, wired once per function. ``parts`` has what few requests ask for.

    ``spend_limits`` are US dollars a month by service, ``brands`` and ``policy`` return those that are in force,
    ``listened_to`` the sources, ``submit`` queues posts, and ``problems`` are what an operator put and cannot be used.
    ``submission_keys`` are the secrets that sign posts; UnavailableError where they cannot be read.
    ``report_action`` logs and counts each action of staff, ``report_bulk_action`` one for many customers. ``team``
    reads who is alerted, and ``suppression`` what may keep an alert back. ``recipients_of`` says whom an alert of a
    rung would reach. ``note_sign_in`` notes who is at work, as far as it can. ``names_of`` gives all names of who asks.
    ``reachability`` says how people are reached; None where SNS does not answer.
    """

    parts: Parts
    cases: "CaseTable"
    queries: "CaseQueries"
    inbox: "Inbox"
    voices: "Callable[[], tuple[VoiceFailure, ...]]"
    sign_ins: "SignInTable"
    note_sign_in: "Callable[[SignIn], None]"
    names_of: "Callable[[str], frozenset[str]]"
    reachability: "Callable[[Sequence[Person]], Sequence[Reachability] | None]"
    recipients_of: "Callable[[int, Channel, datetime], Recipients]"
    roster_admin_for: "Callable[..., RosterAdmin]"
    team: "Callable[[], Team]"
    incidents: "IncidentTable"
    brands: "Callable[[], Brands]"
    listened_to: "Callable[[], Sequence[Source]]"
    submit: "Callable[[Sequence[Mention]], int]"
    submission_keys: "Keys"
    problems: "Callable[[], tuple[str, ...]]"
    spend_limits: "Mapping[str, float]"
    clock: "Callable[[], datetime]"
    report_action: "Callable[[ActionResult], None]"
    report_bulk_action: "Callable[[str, int], None]"
    policy: "Callable[[], Policy]"
    suppression: "Callable[[], Suppression]"
    learned: "Callable[[], Adjustment]"

    @property
    def users(self) -> "UserPool":
        """The accounts of staff."""
        return self.parts.user_pool

    @property
    def settings(self) -> "SettingsAdmin":
        """The terms, the policy and the brands, with the log of their changes."""
        return self.parts.settings_admin

    @property
    def batch_reads(self) -> "BatchReads":
        """Many posts at once."""
        return self.parts.batch_reads

    @property
    def counting(self) -> "MentionCounting":
        """How many mentions there were on a day."""
        return self.parts.kept_counts

    @property
    def sources(self) -> "SourceTable":
        """The state of each source, and what each service has cost."""
        return self.parts.source_table

    @property
    def ledger(self) -> "LedgerTable":
        """What was heard and missed."""
        return self.parts.ledger_table

    @property
    def units(self) -> "UnitsTable":
        """What was used of YouTube's units."""
        return self.parts.units_table

    @property
    def sms_budget(self) -> "SmsSpending":
        """What text messages have cost."""
        return self.parts.sms_budget

    @property
    def roster_admin(self) -> "RosterAdmin":
        """The roster, without a log of what is changed: for reading."""
        return self.parts.roster_admin

    @property
    def silences(self) -> "SilenceTable":
        """What is silenced."""
        return self.parts.silence_table

    @property
    def removals(self) -> "RemovalTable":
        """The receipts of what was removed."""
        return self.parts.removals

    @property
    def presence(self) -> "PresenceTable":
        """Who looks at which case."""
        return self.parts.presence_table

    @property
    def snippets(self) -> "SnippetTable":
        """What people have saved to answer with."""
        return self.parts.snippet_table

    def health(self, limits: Mapping[str, float]) -> "Health":
        """The state of each source and setting, and what the services in ``limits`` have cost this month."""
        from earshot.reports.health import health_of

        thinning, problems = self.brands().thinning, self.problems()
        return health_of(self.listened_to(), limits, self.sources, self.sms_budget, self.clock(), problems, thinning)

    def attention(self, health: "Health") -> "tuple[Finding, ...]":
        """What somebody must look at now, beside the sources."""
        from earshot.reports.attention import needs_attention

        return needs_attention(health.spending, self.voices(), self.inbox.untold(health.at), health.at)

    @property
    def people(self) -> "People":
        """All colleagues, as they are now."""
        return self.people_of(self.roster_admin.roster())

    def people_of(self, roster: "Roster") -> "People":
        """All colleagues, with a roster that was read already."""
        from earshot.alerting.roster.people import People

        return People.of(roster, self.sign_ins.since(self.clock()))

    @property
    def outlook(self) -> "Outlook":
        """What will become of the alerts of cases now. For one request: what it reads, it reads once."""
        from earshot.cases.alert_state.outlook import Outlook

        return Outlook(self.clock(), self.policy(), cache(self.suppression))
