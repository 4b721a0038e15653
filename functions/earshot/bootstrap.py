"""The one place where parts are wired: the functions, the replay, the demo and the commands take them from here.

A part is imported by the property that makes it, so that a function loads only what it uses: cold starts depend on it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING
from uuid import uuid4

from earshot.fallbacks import or_else
from earshot.staff import Staff

if TYPE_CHECKING:
    from earshot.alerting.alert import Alert, Channel
    from earshot.alerting.roster.people import SignIn
    from earshot.cases.case.case import Case
    from earshot.reports.digest.period import DigestPeriod


class Bootstrap(Staff):
    """The parts of Earshot above its adapters, each made once."""

    @cached_property
    def policy(self):
        from earshot.cases.policy.policy import DEFAULT_POLICY
        from earshot.cases.policy.toml_file import parse_policy
        from earshot.reloaded_config import ReloadedConfig

        return ReloadedConfig(self.policy_table.read, parse_policy, DEFAULT_POLICY, self.clock, "the policy")

    @cached_property
    def classifier(self):
        from earshot.cases.classifier import Classifier
        from earshot.runtime import back_off
        from earshot.triage.terms.terms import normalize_handles

        brands = self.brands
        return Classifier(
            self.case_table,
            self.sentiment.measure,
            lambda: normalize_handles(brands.now().handles),
            self.all_terms,
            self.policy.now,
            self.clock,
            back_off,
            self.batch_reads,
            self.second_opinion,
            self.encoder.read,
            self.is_worth_measuring,
        )

    @cached_property
    def is_worth_measuring(self):
        """Tells about which posts Comprehend is asked. Where it never is, nobody need find out."""
        from earshot.triage.sentiment.selection import every_post, unsure_posts

        asks = self.settings.comprehend_monthly_spend_limit > 0
        return unsure_posts if asks and self.settings.comprehend_posts == "unsure" else every_post

    @cached_property
    def incident_detector(self):
        from earshot.aws.parallel import AT_ONCE
        from earshot.cases.incidents.complaint_index import Complaints
        from earshot.cases.incidents.detector import IncidentDetector

        complaints = Complaints(self.clients.dynamodb, self.settings.case_table)
        return IncidentDetector(self.case_table, complaints, self.incident_table, AT_ONCE)

    @cached_property
    def sms_gate(self):
        from earshot.alerting.sms.budget_notice import BudgetNotice
        from earshot.alerting.sms.gate import SmsGate
        from earshot.telemetry.notify import report_sms_unaccounted

        limit = self.settings.sms_monthly_spend_limit
        notice = BudgetNotice(self.alert_topic, self.team, limit)
        return SmsGate(self.sms_budget, self.recipient_finder, self.sms_prices, limit, notice, report_sms_unaccounted)

    @cached_property
    def link_issuer(self):
        """Issues links, or none where no address is set below which they would lead anywhere."""
        from earshot.alerting.links.issuer import LinkIssuer
        from earshot.alerting.messages.compose import no_link
        from earshot.telemetry.notify import report_without_link

        if not self.settings.link_base_url:
            return no_link
        return LinkIssuer(self.settings.link_base_url, self.signing_secret, self.link_table, report_without_link)

    def notifier(self, pause: Callable[[float], None]):
        """The notifier; ``pause`` waits for a number of seconds."""
        from earshot.alerting.notifier import POLL_SECONDS, SEND_SECONDS, WORK_SECONDS, Notifier
        from earshot.alerting.notifier_lock import NotifierLock
        from earshot.alerting.rate_limit import EmailRateLimit
        from earshot.aws.parallel import AT_ONCE
        from earshot.telemetry.notify import report_mutes_unknown

        def wait() -> bool:
            if has_time := self.time_left() >= WORK_SECONDS:
                pause(POLL_SECONDS)
            return has_time

        return Notifier(
            store=self.case_table,
            log=self.notification_log,
            # No other instance of the function has this name, nor had this one before it was frozen.
            lock=NotifierLock(self.clients.dynamodb, self.settings.case_table, uuid4().hex),
            publish=self._publish,
            wait_for_email=EmailRateLimit(self.case_table.take_slot, self.clock, pause, self.time_left).wait,
            clock=self.clock,
            recipients_of=self.recipient_finder.recipients_of,
            link_to=self.link_issuer,
            policy=self.policy.now,
            silences=or_else(self.silence_table.silences, (), partial(report_mutes_unknown, "silences")),
            incidents=or_else(self.incident_table.live, (), partial(report_mutes_unknown, "incidents")),
            allow_sms=self._allows_sms,
            refund_sms=self._refund_sms,
            is_incident=self._is_incident,
            at_once=AT_ONCE,
            require_time=partial(self.time_left.require, SEND_SECONDS),
            wait=wait,
            person_of=self.recipient_finder.person,
            address_of=self._console_address,
        )

    def _console_address(self, case_id: str) -> str | None:
        """Where the console shows a case, below the address of the links in alerts; None where there is none."""
        from urllib.parse import quote

        base = self.settings.link_base_url
        return f"{base}/console/index.html#/cases/{quote(case_id, safe='')}" if base else None

    def _is_incident(self, cases: "Sequence[Case]") -> bool:
        """Whether an incident covers some of the cases that are due; False where that cannot be said."""
        from earshot.telemetry.watch import report_incidents, report_incidents_failed

        def look() -> bool:
            found = self.incident_detector.look_at(cases, self.clock(), self.policy.now())
            report_incidents(replace(found, left=0))
            return found.left > 0

        return or_else(look, False, report_incidents_failed)()

    def _publish(self, alert: "Alert", now: datetime) -> str:
        """Send an alert by its channel; returns the id of the message."""
        from earshot.alerting.alert import Channel

        return (self._sms_delivery.send if alert.channel is Channel.SMS else self.alert_topic.publish)(alert, now)

    def _allows_sms(self, alert: "Alert", now: datetime) -> bool:
        from earshot.telemetry.notify import report_over_sms_budget

        is_allowed = self.sms_gate.allows(alert, now)
        if not is_allowed:
            report_over_sms_budget(alert, is_limited=self.settings.sms_monthly_spend_limit > 0)
        return is_allowed

    def _refund_sms(self, alert: "Alert", now: datetime) -> None:
        self.sms_gate.refund(alert, now)

    def webhook_delivery(self, pause: Callable[[float], None]):
        """The delivery of alerts to webhooks; ``pause`` waits for a number of seconds."""
        from earshot.alerting.webhooks.client import WebhookClient
        from earshot.alerting.webhooks.delivery import WebhookDelivery
        from earshot.alerting.webhooks.delivery_log import DeliveryLogTable

        log = DeliveryLogTable(self.clients.dynamodb, self.settings.case_table)
        return WebhookDelivery(log, WebhookClient().post, self.clock, pause)

    @property
    def spend_limits(self) -> Mapping[str, float]:
        """What each paid service may cost in a month, in US dollars."""
        reader = {"reader": self.settings.reader_monthly_spend_limit} if self.settings.reader_model_id else {}
        return {
            "x": self.settings.x_monthly_spend_limit,
            "comprehend": self.settings.comprehend_monthly_spend_limit,
            **reader,
            "sms": self.settings.sms_monthly_spend_limit,
        }

    def check_budgets(self, now: datetime) -> None:
        """Report the budgets of the month of ``now`` of which most is used."""
        from earshot.reports.health import spending_of
        from earshot.telemetry.budgets import report_budgets, report_budgets_unknown

        read = partial(spending_of, self.spend_limits, self.source_table, self.sms_budget, now)
        report_budgets(or_else(read, (), report_budgets_unknown)())

    def setting_problems(self) -> tuple[str, ...]:
        """What an operator put and cannot be used, with the remedy, as far as this function knows."""
        problems = {
            "brands": self.brands.problem,
            "feeds": self.stored_feeds.problem,
            "accounts": self.stored_accounts.problem,
        }
        return tuple(f"The last good {what} stay in force: {problem}" for what, problem in problems.items() if problem)

    def gather_digest(self, period: "DigestPeriod", now: datetime):
        """What the digest of ``period`` says at ``now``."""
        from earshot.cases.removal.sweep.purse import swept
        from earshot.reports.digest.digest import gather_digest
        from earshot.reports.health import health_of

        return gather_digest(
            period,
            self.settings.digest_hour,
            self.settings.digest_timezone,
            queries=self.case_queries,
            authors=self.case_table,
            health=health_of(
                self.sources,
                self.spend_limits,
                self.source_table,
                self.sms_budget,
                now,
                self.setting_problems(),
                self.brands.now().thinning,
            ),
            now=now,
            last_look=self.learned_table.last_look(),
            ledger=self.ledger_table,
            swept=swept(self.source_table, now),
        )

    def suppression(self):
        """What may keep an alert back, for whoever asks what will become of it; nothing where it cannot be read."""
        from earshot.cases.alert_state.outlook import Suppression
        from earshot.telemetry.api import report_outlook_unknown

        incidents = or_else(self.incident_table.live, (), report_outlook_unknown)
        return Suppression(incidents(), or_else(self.silence_table.silences, (), report_outlook_unknown)())

    def _recipients_of(self, rung: int, channel: "Channel", at: datetime):
        return self.recipient_finder.recipients_of(rung, channel, at)

    def _note_sign_in(self, sign_in: "SignIn") -> None:
        """Note that somebody signed in. Where that fails colleagues do not find them yet: they work all the same."""
        from earshot.telemetry.api import report_sign_in_unknown

        or_else(partial(self.sign_in_table.note, sign_in), None, report_sign_in_unknown)()

    @cached_property
    def settings_admin(self):
        from earshot.reports.settings.admin import SettingsAdmin

        return SettingsAdmin(self.logged_text, self.change_log, lambda: self.brands_of_parameters()[0])

    @cached_property
    def api(self):
        from earshot.api.dependencies import Dependencies
        from earshot.cases.store.queries import CaseQueries
        from earshot.telemetry.api import report_action, report_bulk_action

        return Dependencies(
            parts=self,
            cases=self.case_table,
            queries=CaseQueries(self.clients.dynamodb, self.settings.case_table, self.cursor_keys),
            inbox=self.inbox,
            voices=self.voice_table.failures,
            sign_ins=self.sign_in_table,
            note_sign_in=self._note_sign_in,
            names_of=self.own_names.of,
            reachability=self.reachability,
            recipients_of=self._recipients_of,
            roster_admin_for=self.roster_admin_for,
            team=self.team,
            incidents=self.incident_table,
            brands=self.brands.now,
            listened_to=lambda: self.sources,
            submit=lambda mentions: self.mention_queue.send(mentions),
            submission_keys=self.submission_keys,
            problems=self.setting_problems,
            spend_limits=self.spend_limits,
            clock=self.clock,
            report_action=report_action,
            report_bulk_action=report_bulk_action,
            policy=self.policy.now,
            suppression=self.suppression,
            learned=self.adjustment.now,
        )

    @cached_property
    def link_api(self):
        from earshot.api.links.app import LinkDependencies
        from earshot.cases.incidents.listing_again import list_again
        from earshot.telemetry.api import report_action

        return LinkDependencies(
            self.case_table,
            self.link_table,
            self.signing_secret,
            self.clock,
            report_action,
            self.policy.now,
            self.suppression,
            partial(list_again, self.incident_table),
        )
