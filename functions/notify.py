"""The notifier: from the case table's stream to the alert topic.

The stream carries the keys of cases whose ladder made an alert due; what is sent is decided on the cases as they are
now, and what belongs together is one message. A record that fails is retried, halved away from its neighbours, and at
last named in the failure queue.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.alert import Alert, Channel, Recipients, alert_name
from earshot.alerting.alert_topic import DIGEST_RUNGS, AlertTopic
from earshot.alerting.grouping import DueAlert
from earshot.alerting.links.link import LINK_PATH, create_link, token_of
from earshot.alerting.links.signing_secret import LinkSecret
from earshot.alerting.links.table import LinkTable
from earshot.alerting.messages.compose import LinkTo, no_link
from earshot.alerting.mute.silence_table import SilenceTable
from earshot.alerting.notifier import Notifier, notify
from earshot.alerting.notifier_lock import NotifierLock
from earshot.alerting.rate_limit import EmailRateLimit
from earshot.alerting.recipients.finder import RecipientFinder
from earshot.alerting.recipients.subscriptions import Subscriptions
from earshot.alerting.roster.on_call import on_call
from earshot.alerting.roster.roster import Roster
from earshot.alerting.roster.table import RosterTable
from earshot.alerting.sms.budget_table import SmsBudget
from earshot.alerting.sms.cost import Prices
from earshot.alerting.sms.gate import SmsGate, SmsStop, subject_of, text_of
from earshot.alerting.sms.receipt import ExpectedReceipt
from earshot.alerting.sms.receipt_table import ReceiptTable
from earshot.cases.case.key import ConversationKey
from earshot.cases.incidents.detector import IncidentDetector
from earshot.cases.incidents.table import IncidentTable
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.policy.table import PolicyTable
from earshot.cases.policy.toml_file import parse_policy
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.queries import CaseQueries
from earshot.errors import ConflictError, LinkError
from earshot.reloaded_config import ReloadedConfig
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer

T = TypeVar("T")
LOOK_EVERY = timedelta(seconds=10)


def build(environ: Mapping[str, str], clock: Clock = utc_now, pause: Callable[[float], None] = time.sleep) -> Handler:
    """Wire the notifier."""
    settings = Settings(environ)
    dynamodb, sns = boto3.client("dynamodb"), boto3.client("sns")
    table = CaseTable(dynamodb, settings.case_table, timedelta(days=settings.retention_days))
    policy_table = PolicyTable(dynamodb, settings.case_table)
    policy = ReloadedConfig(policy_table.read, parse_policy, DEFAULT_POLICY, clock, "PolicyRefused")
    silence_table = SilenceTable(dynamodb, settings.case_table)
    incident_table = IncidentTable(dynamodb, settings.case_table)
    topic = AlertTopic(sns, settings.alert_topic_arn, settings.sms_max_price)
    roster = RosterTable(dynamodb, settings.case_table).roster
    receipts = ReceiptTable(dynamodb, settings.case_table, timedelta(days=settings.retention_days))
    is_followed = settings.sms_delivery_status

    def is_failing(phone: str) -> bool:
        try:
            return is_followed and receipts.is_failing(phone, clock())
        except (ClientError, BotoCoreError) as error:
            # What cannot be asked must hold no alert up: the number counts as one that takes messages.
            _on_texting_failure("whether a number fails", error)
            return False

    recipients = RecipientFinder(roster, Subscriptions(sns, settings.alert_topic_arn), _on_failure, is_failing)
    texting = texting_of(settings, SmsBudget(dynamodb, settings.case_table), recipients, roster, topic)

    def afford_sms(alert: Alert, now: datetime) -> bool:
        if texting.affords(alert, now):
            return True
        logger.warning("an alert goes by email alone: over the SMS budget", case=",".join(alert.case_ids))
        # Who sets no money aside for texting needs no alarm each time.
        metrics.add_metric("SmsBudgetSpent", MetricUnit.Count, int(settings.sms_monthly_spend_limit > 0))
        return False

    def publish(alert: Alert, now: datetime) -> str:
        message_id = topic.publish(alert, now)
        if is_followed and alert.channel is Channel.SMS:
            try:
                threads = tuple(str(ConversationKey.of_case(id)) for id in alert.case_ids)
                receipts.expect_receipt(message_id, ExpectedReceipt(threads, now, texting.costs(alert, now)))
            except Exception as error:  # noqa: BLE001
                # It is sent: nobody may be texted twice for the sake of its receipt.
                _on_texting_failure("the message's receipt", error)
        return message_id

    watch = IncidentDetector(table, CaseQueries(dynamodb, settings.case_table), incident_table)
    looked_at: datetime | None = None

    def look_for_incidents() -> bool:
        nonlocal looked_at
        # It reads all cases of the last hour: in a storm of many troubles not with every batch of the stream.
        if looked_at is not None and clock() - looked_at < LOOK_EVERY:
            return False
        looked_at = clock()
        try:
            watched = watch.detect(clock(), policy.now())
        except (ClientError, BotoCoreError, ConflictError):
            # The escalator looks again within a minute.
            logger.exception("incidents could not be looked for")
            return False
        metrics.add_metric("IncidentsRecognised", MetricUnit.Count, len(watched.opened))
        return bool(watched.opened or watched.joined)

    link_to = no_link
    if settings.link_base_url:
        secret = LinkSecret(boto3.client("secretsmanager"), settings.link_secret_id, clock)
        link_to = links_to(settings.link_base_url, secret, LinkTable(dynamodb, settings.case_table))
    work = Notifier(
        store=table,
        # Of a name that no other instance of this function has, nor had this one before it was frozen and died.
        board=NotifierLock(dynamodb, settings.case_table, uuid4().hex),
        publish=publish,
        wait_for_mail=EmailRateLimit(table.take_slot, clock, pause).wait,
        clock=clock,
        audience_of=recipients.audience_of,
        link_to=link_to,
        policy=policy.now,
        silences=_or_none("silences", silence_table.silences),
        incidents=_or_none("incidents", incident_table.live),
        afford_sms=afford_sms,
        look_for_incidents=look_for_incidents,
    )
    processor = BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)

    @metrics.log_metrics
    @logger.inject_lambda_context
    @tracer.capture_lambda_handler(capture_response=False)
    def handle(event: dict[str, Any], context: Any) -> Any:
        metrics.add_metric("AlertsDue", MetricUnit.Count, len(event["Records"]))
        # All at once, so that what belongs together is told together.
        notified = notify(map(_key, event["Records"]), work)
        for alert in notified.alerts:
            _tell(alert)
        for key, error in notified.failed.items():
            # The stream delivers the record again, and says nothing: without this line nobody would know why.
            logger.error("an alert could not be sent", case=ConversationKey.parse(key).case_id, exc_info=error)
            metrics.add_metric("AlertsFailed", MetricUnit.Count, 1)

        def on_record(record: Any) -> None:
            if (error := notified.failed.get(_key(record.raw_event))) is not None:
                raise error

        return process_partial_response(event, on_record, processor, context)

    return handle


def _key(record: Mapping[str, Any]) -> str:
    return record["dynamodb"]["Keys"]["pk"]["S"].removeprefix("THREAD#")


def _tell(alert: Alert) -> None:
    """One log line and the metrics of a message that was sent."""
    logger.info(
        "alert sent",
        case=alert.case_ids[0],
        cases=len(alert.case_ids),
        correlation=alert.correlation,
        rung=alert.rung,
        channel=alert.channel,
        reason=alert.reason,
    )
    if alert.audience is not None and alert.audience.everybody:
        metrics.add_metric("NobodyReachable", MetricUnit.Count, 1)
    metrics.add_metric(f"AlertsSentBy{alert.channel.title()}", MetricUnit.Count, 1)


def _or_none(what: str, read: Callable[[], tuple[T, ...]]) -> Callable[[], tuple[T, ...]]:
    """What ``read`` gives; none where it cannot be read: doubt must hold no alert back."""

    def read_or_none() -> tuple[T, ...]:
        try:
            return read()
        except (ClientError, BotoCoreError):
            logger.exception("what may keep alerts back cannot be read: they go out", asked=what)
            return ()

    return read_or_none


def texting_of(
    settings: Settings,
    budget: SmsBudget,
    recipients: RecipientFinder,
    read_roster: Callable[[], Roster],
    topic: AlertTopic,
) -> SmsGate:
    """What decides on text messages; staff are told by email when it has stopped them."""

    def tell(stop: SmsStop, now: datetime) -> None:
        roster = read_roster()
        readers = dict.fromkeys(person.id for rung in DIGEST_RUNGS for person in on_call(roster, rung, now))
        text = text_of(stop, settings.sms_monthly_spend_limit, now)
        topic.publish_notice(f"sms-budget#{now:%Y-%m}#{stop}", "sms-budget", subject_of(stop), text, now, list(readers))

    prices = Prices(settings.sms_part_price, settings.sms_part_prices)
    return SmsGate(budget, recipients, prices, settings.sms_monthly_spend_limit, tell, _on_texting_failure)


def links_to(base_url: str, secret: LinkSecret, table: LinkTable) -> LinkTo:
    """Addresses below ``base_url`` by which an alert's reader may act."""

    def link_to(due: DueAlert, audience: Recipients, now: datetime, others: tuple[str, ...]) -> str | None:
        try:
            (current, *_) = secret()
            name = alert_name(due.case, due.step, due.channel)
            link = create_link(current, due.key, due.case, name, due.step, audience.label, now, others)
            # Stored before the alert is sent: no link goes out that leads nowhere.
            table.put_link(link)
        except (LinkError, ClientError, BotoCoreError):
            # An alert that must be answered at the desk is better than none.
            logger.exception("an alert goes without its link", case=due.case.id)
            metrics.add_metric("AlertsWithoutLink", MetricUnit.Count, 1)
            return None
        return f"{base_url}{LINK_PATH}{token_of(link.id, current)}"

    return link_to


def _on_failure(what: str, error: Exception) -> None:
    logger.error("whom to alert could not be asked: the alert goes out all the same", asked=what, exc_info=error)
    metrics.add_metric("RosterUnknown", MetricUnit.Count, 1)


def _on_texting_failure(what: str, error: Exception) -> None:
    logger.error(
        "the bookkeeping of text messages failed: the alert goes out all the same", failed=what, exc_info=error
    )
    metrics.add_metric("SmsUnaccounted", MetricUnit.Count, 1)


handler = on_first_call(build)
