"""The adapters: each table, queue, topic and secret, made when it is first needed.

An adapter is imported by the property that makes it, so that a function loads only what it uses: cold starts depend on
it. The type of a property is that of the class which it returns.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property, partial
from secrets import token_bytes
from typing import TYPE_CHECKING

from earshot.aws.clients import Clients, MakeClient, make_client
from earshot.runtime import Clock, TimeLeft, utc_now
from earshot.settings import Settings

if TYPE_CHECKING:
    from earshot.triage.voice_table import Voice


class Adapters:
    """Each adapter is made once. A setting is read only by an adapter that needs it: SettingError then.

    ``make_client`` gives the client of an AWS service: that of boto3, or one of the embedded cloud.
    """

    def __init__(
        self, environ: Mapping[str, str], clock: Clock = utc_now, make_client: MakeClient = make_client
    ) -> None:
        self.settings = Settings(environ)
        self.clock = clock
        self.time_left = TimeLeft()
        self.clients = Clients(make_client, clock, self.time_left, _report_circuit)

    @cached_property
    def x_token(self):
        from earshot.mentions.sources.x.token import XToken

        return XToken(self.clients.secretsmanager, self.settings.x_secret_id, self.clock)

    @cached_property
    def mention_queue(self):
        from earshot.mentions.queue import MentionQueue

        return MentionQueue(self.clients.sqs, self.settings.mention_queue_url)

    @cached_property
    def dead_letter_queue(self):
        from earshot.mentions.queue import DeadLetterQueue

        return DeadLetterQueue(self.clients.sqs, self.settings.mention_dead_letter_queue_url)

    @cached_property
    def source_table(self):
        from earshot.mentions.source_table import SourceTable

        return SourceTable(self.clients.dynamodb, self.settings.source_table)

    @cached_property
    def feed_states(self):
        """The leases, checkpoints and states of feeds."""
        from earshot.mentions.source_table import SourcesOf
        from earshot.mentions.sources.rss.checkpoint import FEED_CHECKPOINTS

        return SourcesOf(self.clients.dynamodb, self.settings.source_table, FEED_CHECKPOINTS)

    @cached_property
    def ledger_table(self):
        """What is kept of what each source heard, missed and cost."""
        from earshot.mentions.ledger.table import LedgerTable

        return LedgerTable(self.clients.dynamodb, self.settings.source_table)

    @cached_property
    def feeds_table(self):
        from earshot.mentions.sources.rss.table import FeedsTable

        return FeedsTable(self.clients.dynamodb, self.settings.source_table)

    @cached_property
    def brands_table(self):
        from earshot.mentions.brands.table import BrandsTable

        return BrandsTable(self.clients.dynamodb, self.settings.source_table)

    @cached_property
    def terms_table(self):
        from earshot.triage.terms.table import TermsTable

        return TermsTable(self.clients.dynamodb, self.settings.source_table)

    def logged_text(self, name: str):
        """The text of a setting (``terms``, ``policy``, ``brands``) with the log of its changes."""
        from earshot.aws.settings.logged_text import LoggedText

        tables = {"terms": "terms_table", "policy": "policy_table", "brands": "brands_table"}
        return LoggedText(getattr(self, tables[name]), self.clients.dynamodb, self.change_log(name))

    def change_log(self, name: str):
        """The log of a setting's changes: of a text, or of the ``roster``."""
        from earshot.aws.settings.change_log import ChangeLog

        return ChangeLog(self.clients.dynamodb, self.settings.source_table, name)

    @cached_property
    def learned_table(self):
        from earshot.triage.learned.table import LearnedTable

        return LearnedTable(self.clients.dynamodb, self.settings.source_table)

    @cached_property
    def retention(self):
        from earshot.cases.store.formats.retention import Retention

        return Retention(timedelta(days=self.settings.retention_days), self.settings.retention_by_source)

    @cached_property
    def case_table(self):
        from earshot.cases.store.case_table import CaseTable

        return CaseTable(self.clients.dynamodb, self.settings.case_table, self.retention)

    @cached_property
    def batch_reads(self):
        from earshot.cases.store.batch_reads import BatchReads

        return BatchReads(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def notification_log(self):
        from earshot.aws.parallel import AT_ONCE
        from earshot.cases.store.notification_log import NotificationLog

        return NotificationLog(self.clients.dynamodb, self.settings.case_table, self.retention, AT_ONCE)

    @cached_property
    def case_queries(self):
        """Queries whose cursors are good in this process alone."""
        from earshot.cases.store.queries import CaseQueries

        return CaseQueries(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def kept_counts(self):
        from earshot.reports.kept_counts import KeptCounts

        retention, client = timedelta(days=self.settings.retention_days), self.clients.dynamodb
        table = self.settings.case_table
        return KeptCounts(self.case_queries, client, table, retention, self.clock)

    @cached_property
    def encoder(self):
        from pathlib import Path

        from earshot.telemetry.classify import report_encoder_failed
        from earshot.triage.encoder.encoder import WEIGHTS_FILE, Encoder
        from earshot.triage.voice_table import Voice

        def report(error: Exception) -> None:
            report_encoder_failed(error)
            self.note_voice(Voice.ENCODER, str(error))

        return Encoder(report, Path(self.settings.encoder_weights or WEIGHTS_FILE))

    @cached_property
    def voice_table(self):
        from earshot.triage.voice_table import VoiceTable

        return VoiceTable(self.clients.dynamodb, self.settings.source_table)

    @cached_property
    def _voice_log(self):
        from earshot.triage.voice_table import VoiceLog

        return VoiceLog(self.voice_table.note_failure, self.clock)

    def note_voice(self, voice: "Voice", why: str) -> None:
        """A voice has failed: the console says it. Where that cannot be noted, nothing waits for it."""
        from earshot.fallbacks import or_else
        from earshot.telemetry.classify import report_voice_unnoted

        or_else(partial(self._voice_log.failed, voice, why), None, report_voice_unnoted)()

    @cached_property
    def policy_table(self):
        from earshot.cases.policy.table import PolicyTable

        return PolicyTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def incident_table(self):
        from earshot.cases.incidents.table import IncidentTable

        return IncidentTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def alert_topic(self):
        from earshot.alerting.alert_topic import AlertTopic

        return AlertTopic(self.clients.publisher, self.settings.alert_topic_arn)

    @cached_property
    def roster_table(self):
        from earshot.alerting.roster.table import RosterTable

        return RosterTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def subscriptions(self):
        from earshot.alerting.recipients.subscriptions import Subscriptions

        return Subscriptions(self.clients.sns, self.settings.alert_topic_arn)

    @cached_property
    def mailbox_table(self):
        from earshot.alerting.recipients.mailbox_table import MailboxTable

        return MailboxTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def sms_sender(self):
        from earshot.alerting.sms.sender import SmsSender

        return SmsSender(self.clients.publisher, self.settings.sms_max_price)

    @cached_property
    def silence_table(self):
        from earshot.alerting.mute.silence_table import SilenceTable

        return SilenceTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def link_table(self):
        from earshot.alerting.links.table import LinkTable

        return LinkTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def signing_secret(self):
        from earshot.alerting.links.signing_secret import SigningSecret

        return SigningSecret(self.clients.secretsmanager, self.settings.link_secret_id, self.clock)

    @cached_property
    def reader_model(self):
        from earshot.aws.clients import MODEL_ATTEMPTS
        from earshot.triage.reader.bedrock import BedrockModel

        return BedrockModel(self.clients.bedrock, self.settings.reader_model_id, MODEL_ATTEMPTS)

    def cursor_keys(self, *, fresh: bool = False) -> tuple[bytes, ...]:
        """The keys that cursors are signed with, made of the secret of the links.

        Where the secret cannot be read a key of this process takes its place: the first page of a list never waits for
        it, and at worst a cursor is refused.
        """
        from earshot.cases.store.cursor import key_of
        from earshot.errors import LinkError
        from earshot.telemetry.api import report_cursor_key_unknown

        try:
            return tuple(map(key_of, self.signing_secret(fresh=fresh)))
        except LinkError:
            report_cursor_key_unknown()
            return (self._own_key,)

    @cached_property
    def _own_key(self) -> bytes:
        return token_bytes()

    @cached_property
    def sms_budget(self):
        from earshot.alerting.sms.budget_table import SmsBudgetTable

        return SmsBudgetTable(self.clients.dynamodb, self.settings.case_table)

    @cached_property
    def receipt_table(self):
        from earshot.alerting.sms.receipt_table import ReceiptTable

        retention = timedelta(days=self.settings.retention_days)
        return ReceiptTable(self.clients.dynamodb, self.settings.case_table, retention)

    @cached_property
    def webhook_targets(self):
        from earshot.alerting.webhooks.target_secret import TargetSecret

        return TargetSecret(self.clients.secretsmanager, self.settings.webhook_secret_id, self.clock)

    @cached_property
    def digest_log(self):
        from earshot.reports.digest.log import DigestLog

        return DigestLog(self.clients.dynamodb, self.settings.case_table)


def _report_circuit(service: str, reason: str | None) -> None:
    from earshot.telemetry.circuits import report_circuit

    report_circuit(service, reason)
