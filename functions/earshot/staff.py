"""Whom alerts go to and how they get there, wired: the roster, the mailboxes, the phones.

A part is imported by the property that makes it, as in ``bootstrap``.
"""

from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from earshot.fallbacks import or_else
from earshot.voices import Listening

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from earshot.alerting.alert import Alert
    from earshot.alerting.roster.roster import Person


class Staff(Listening):
    """The parts that know who is alerted, each made once."""

    @cached_property
    def roster_admin(self):
        from earshot.alerting.roster.admin import RosterAdmin

        return RosterAdmin(self.roster_table, self.subscriptions, self.mailbox_table)

    def roster_admin_for(self, by: "Callable[[], str]", reverts: int | None = None):
        """The roster, of which every change is logged as made ``by`` somebody; to take back the change ``reverts``."""
        from earshot.alerting.roster.logged_store import LoggedRosterStore

        store = LoggedRosterStore(self.roster_table, self.change_log("roster"), by, self.clock, reverts)
        return replace(self.roster_admin, store=store)

    @cached_property
    def contacts(self):
        from earshot.alerting.roster.contacts import Contacts

        return Contacts(self.settings.rung_emails, self.settings.rung_phones)

    def team(self):
        """The roster as it is now, and whom the template's parameters name."""
        from earshot.alerting.roster.contacts import Team

        return Team(self.roster_table.roster(), self.contacts)

    @cached_property
    def mailbox_keeper(self):
        from earshot.alerting.recipients.keeper import MailboxKeeper
        from earshot.telemetry.escalate import report_mailbox_not_kept

        return MailboxKeeper(self.mailbox_table, self.subscriptions, report_mailbox_not_kept)

    @cached_property
    def recipient_finder(self):
        from earshot.alerting.recipients.finder import RecipientFinder
        from earshot.telemetry.notify import report_recipients_unknown

        return RecipientFinder(
            self.roster_table.roster,
            self.contacts,
            self.subscriptions,
            self.mailbox_table.mailbox_log,
            report_recipients_unknown,
            self._is_failing_phone,
        )

    @cached_property
    def _sms_delivery(self):
        """The delivery of text messages, which notes the receipts to come where SNS writes receipts."""
        from earshot.alerting.sms.delivery import SmsDelivery
        from earshot.alerting.sms.delivery_tracking import DeliveryTracking
        from earshot.telemetry.notify import report_sms_unaccounted, report_sms_unsent

        tracking = DeliveryTracking(self.receipt_table, self._sms_costs, report_sms_unaccounted)
        track = tracking.track if self.settings.sms_delivery_status else None
        return SmsDelivery(self.sms_sender, track, self._mark_refused, report_sms_unsent)

    def _mark_refused(self, phone: str, now: datetime) -> None:
        """Let a number that SNS refuses count as unreachable, so that the next attempt goes to somebody else."""
        from earshot.telemetry.notify import report_sms_unaccounted

        mark = partial(self.receipt_table.mark_failing, phone, now)
        or_else(mark, None, partial(report_sms_unaccounted, "that SNS refuses a number"))()
        self.recipient_finder.forget()

    def _sms_costs(self, alert: "Alert") -> "Mapping[str, int]":
        """The estimate for each number that an SMS is sent to, in millionths of a US dollar."""
        from earshot.alerting.sms.cost import alert_costs

        return alert_costs(alert, self.sms_prices)

    @cached_property
    def sms_prices(self):
        from earshot.alerting.sms.cost import Prices

        return Prices(self.settings.sms_part_price, self.settings.sms_part_prices)

    def _is_failing_phone(self, phone: str) -> bool:
        """Whether the last SMS to a number failed; a number that cannot be looked up counts as one that works."""
        from earshot.telemetry.notify import report_sms_unaccounted

        is_failing = partial(self.receipt_table.is_failing, phone, self.clock())
        return or_else(is_failing, False, partial(report_sms_unaccounted, "whether a number fails"))()

    @cached_property
    def sign_in_table(self):
        from earshot.alerting.roster.sign_ins import SignInTable

        return SignInTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def own_names(self):
        from earshot.alerting.roster.people import People
        from earshot.api.people.own_names import OwnNames

        def people() -> People:
            return People.of(self.roster_table.roster(), self.sign_in_table.since(self.clock()))

        return OwnNames(people, self.clock)

    def reachability(self, persons: "Sequence[Person]"):
        """How people are reached; None where SNS does not answer: what is noted for them they are told later."""
        from earshot.telemetry.api import report_addresses_unknown

        def read():
            return list(self.roster_admin.reachability(persons, self.clock()))

        return or_else(read, None, report_addresses_unknown)()

    @cached_property
    def presence_table(self):
        from earshot.api.people.presence_table import PresenceTable

        return PresenceTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def inbox(self):
        from earshot.aws.parallel import AT_ONCE
        from earshot.cases.inbox.inbox import Inbox
        from earshot.cases.inbox.working_set import WorkingSet

        working_set = WorkingSet(self.clients.dynamodb, self.settings.case_table, self.clock, AT_ONCE)
        return Inbox(working_set, self.case_table)

    @cached_property
    def submission_secrets(self):
        from earshot.api.auth.submission_secrets import SubmissionSecrets

        return SubmissionSecrets(self.clients.secretsmanager, self.settings.link_secret_id, self.clock)

    def submission_keys(self, *, fresh: bool = False) -> tuple[str, ...]:
        """The secrets that may have signed posts. UnavailableError where they cannot be read."""
        from earshot.api.unavailable import UnavailableError
        from earshot.aws.secrets import SecretError
        from earshot.telemetry.api import report_submission_secret_unread

        try:
            return self.submission_secrets(fresh=fresh)
        except SecretError as error:
            report_submission_secret_unread(error)
            raise UnavailableError(may_have_acted=False) from None

    @cached_property
    def snippet_table(self):
        from earshot.api.people.snippet_table import SnippetTable

        return SnippetTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def user_pool(self):
        from earshot.api.auth.user_pool import UserPool

        return UserPool(self.clients.cognito, self.settings.user_pool_id)
