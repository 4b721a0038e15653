"""The adapters of a deployed stack: each table, topic and setting of it, wired in one place."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from earshot.alerting.alert_topic import AlertTopic
from earshot.alerting.mute.silence_table import SilenceTable
from earshot.alerting.recipients.subscriptions import Subscriptions
from earshot.alerting.roster.table import RosterTable
from earshot.alerting.sms.budget_table import SmsBudget
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.policy.table import PolicyTable
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.mentions.queue import MentionQueue
from earshot.mentions.source_table import SourceTable
from earshot.settings import SETTINGS, Settings
from earshot.triage.terms.table import TermsTable
from infra.aws_session import AwsSession
from infra.ops.stack import Stack

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CASE_TABLE, SOURCE_TABLE, ALERT_TOPIC = "CaseTableName", "SourceTableName", "AlertTopicArn"


class StackAdapters:
    """Makes adapters for the tables and topics that a stack's outputs name. StackError where an output is missing."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        self._session = session
        self._stack = stack

    @cached_property
    def _dynamodb(self) -> DynamoDBClient:
        return self._session.client("dynamodb")

    def case_table(self) -> CaseTable:
        """Cases and conversations, kept as long as the stack keeps them."""
        retention = timedelta(days=int(self._stack.output("RetentionDays")))
        return CaseTable(self._dynamodb, self._stack.output(CASE_TABLE), retention)

    def case_queries(self) -> CaseQueries:
        """Lists of cases."""
        return CaseQueries(self._dynamodb, self._stack.output(CASE_TABLE))

    def incidents(self) -> IncidentTable:
        """Incidents and their members."""
        return IncidentTable(self._dynamodb, self._stack.output(CASE_TABLE))

    def silences(self) -> SilenceTable:
        """Silences."""
        return SilenceTable(self._dynamodb, self._stack.output(CASE_TABLE))

    def roster(self) -> RosterTable:
        """People, rotations, overrides and absences."""
        return RosterTable(self._dynamodb, self._stack.output(CASE_TABLE))

    def policy(self) -> PolicyTable:
        """The text of the service-level policy."""
        return PolicyTable(self._dynamodb, self._stack.output(CASE_TABLE))

    def sms_budget(self) -> SmsBudget:
        """What SMS have cost this month."""
        return SmsBudget(self._dynamodb, self._stack.output(CASE_TABLE))

    def sources(self) -> SourceTable:
        """Checkpoints and spending of the sources."""
        return SourceTable(self._dynamodb, self._stack.output(SOURCE_TABLE))

    def terms(self) -> TermsTable:
        """The text of the brand's terms."""
        return TermsTable(self._dynamodb, self._stack.output(SOURCE_TABLE))

    def mention_queue(self) -> MentionQueue:
        """The queue that feeds the classifier."""
        return MentionQueue(self._session.client("sqs"), self._stack.output("MentionQueueUrl"))

    def subscriptions(self) -> Subscriptions:
        """Who is subscribed to the alerts."""
        return Subscriptions(self._session.client("sns"), self._stack.output(ALERT_TOPIC))

    def alert_topic(self) -> AlertTopic:
        """The topic that alerts are published to."""
        price = self._stack.parameters.get("SmsMaxPrice") or SETTINGS["SMS_MAX_PRICE"].default
        return AlertTopic(self._session.client("sns"), self._stack.output(ALERT_TOPIC), float(price or 0))

    def settings(self, function: str) -> Settings:
        """The settings of a deployed function (``DigestFunction``). StackError where there is no such function."""
        name = self._stack.resource(function)
        configuration = self._session.client("lambda").get_function_configuration(FunctionName=name)
        return Settings(dict(configuration.get("Environment", {}).get("Variables", {})))
