"""That every alarm can ring: it watches what the program really counts or AWS really publishes, and tells somebody."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from earshot.alerting.alert import Alert, AlertReason, Channel, Recipients
from earshot.alerting.escalation import escalate
from earshot.alerting.links.issuer import LinkIssuer
from earshot.alerting.sms.receipt import ExpectedReceipt, Receipt
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from earshot.errors import LinkError, PolicyError
from earshot.mentions.source_state import SourceState, SourceStatus
from earshot.mentions.sources.rotation import Rotation
from earshot.reloaded_config import ReloadedConfig
from earshot.reports.health import Spending
from earshot.telemetry import budgets, classify, fetch, notify, receipts
from earshot.telemetry import escalate as escalate_telemetry
from earshot.telemetry.powertools import metrics
from earshot.triage.reader.answer import Silence
from earshot.triage.sentiment.budgeted import BudgetedSentiment
from earshot.triage.sentiment.comprehend import Comprehend
from tests.fakes import BRANDS, CASE, START, FakeClock, MemoryStore, a_judgement, a_mention
from tests.template.alarms import Point, counted, points, rings
from tests.template.test_promises import FUNCTIONS, Resources, Template, _names, _watched

DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "BatchDetectSentiment")
EMAIL = Alert("2026#01#email", (CASE,), 1, AlertReason.FIRST, Channel.EMAIL, "high", "x#1", "a text")
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "no"}}, "BatchDetectSentiment")


class Spent:
    """A month's spending on Comprehend, and Comprehend, which fails."""

    def __init__(self, millionths: int, error: Exception) -> None:
        self._millionths, self._error = millionths, error

    def spent(self, service: str, month: str) -> int:
        return self._millionths

    def spend(self, service: str, month: str, millionths: int) -> int:
        return self._millionths

    def batch_detect_sentiment(self, **asked: Any) -> Any:
        raise self._error


def _sentiment(millionths: int = 0, error: Exception = DENIED) -> None:
    """Measure a post's sentiment as the classifier is wired to."""
    given: Any = Spent(millionths, error)
    BudgetedSentiment(
        Comprehend(given),
        given,
        1_000,
        FakeClock(),
        classify.report_comprehend_over_budget,
        classify.report_comprehend_refused,
        classify.report_comprehend_silent,
    ).measure([("this is awful", "en")])


def _silent_source() -> None:
    state = SourceState("x#mentions#NimbusAir", SourceStatus.ACCOUNT_GONE, "gone", START, START)
    fetch.report_fetch(Rotation(), [state], START)


def _refused_setting() -> None:
    def parse(text: str) -> int:
        raise PolicyError("line 1: no such severity")

    ReloadedConfig(lambda: "bad", parse, 0, FakeClock(), "the policy").now()


def _no_link() -> None:
    def secret() -> tuple[bytes, ...]:
        raise LinkError("the secret is empty")

    due: Any = SimpleNamespace(case=SimpleNamespace(id=CASE))
    nowhere: Any = None
    assert LinkIssuer("https://a", secret, nowhere, notify.report_without_link)(due, Recipients(1), START, ()) is None


def _untold_case() -> None:
    """An alert that was due ten minutes ago, which the escalator hands to the notifier again."""
    store = MemoryStore()
    ingest(StoredMention(a_mention("1"), a_judgement(urgency=90), START), store, FoldRules(BRANDS))
    escalate_telemetry.report_escalated(escalate(store, START + timedelta(minutes=10)))


# By alarm: what the function does for which it is to ring, in one call.
OWN: dict[str, Callable[[], object]] = {
    "SourceSilentAlarm": _silent_source,
    "VoiceOutAlarm": _sentiment,
    "VoiceSilentAlarm": lambda: _sentiment(error=THROTTLED),
    "SettingsRefusedAlarm": _refused_setting,
    "OverBudgetAlarm": lambda: _sentiment(1_000),
    "BudgetUsedAlarm": lambda: budgets.report_budgets([Spending("x", "2026-11", 40.0, 50.0)]),
    "AlertsFailedAlarm": lambda: notify.report_failed({CASE: DENIED}),
    "AlertsImpairedAlarm": _no_link,
    "NobodyReachableAlarm": lambda: notify.report_sent(replace(EMAIL, recipients=Recipients(1, everybody=True))),
    "CasesUntoldAlarm": _untold_case,
    "SmsFailedAlarm": lambda: receipts.report_sms_receipt(
        Receipt("m", "+12025550101", False, "unreachable", None), ExpectedReceipt((CASE,), START)
    ),
}
# What AWS publishes without being asked, by namespace and metric: its dimensions, and what each of them names.
PUBLISHED: dict[tuple[str, str], tuple[dict[str, str], ...]] = {
    ("AWS/Lambda", "Errors"): ({"FunctionName": "AWS::Lambda::Function"},),
    ("AWS/Lambda", "Throttles"): ({"FunctionName": "AWS::Lambda::Function"},),
    ("AWS/Lambda", "Invocations"): ({"FunctionName": "AWS::Lambda::Function"},),
    ("AWS/Lambda", "IteratorAge"): ({"FunctionName": "AWS::Lambda::Function"},),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): ({"QueueName": "AWS::SQS::Queue.QueueName"},),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): ({"QueueName": "AWS::SQS::Queue.QueueName"},),
    ("AWS/SNS", "NumberOfNotificationsFailed"): (
        {"TopicName": "AWS::SNS::Topic.TopicName"},
        {"PhoneNumber": "PhoneNumberDirect"},  # of the whole account
    ),
    ("AWS/DynamoDB", "WriteThrottleEvents"): (
        {"TableName": "AWS::DynamoDB::Table"},
        {"TableName": "AWS::DynamoDB::Table", "GlobalSecondaryIndexName": "by-urgency"},
    ),
    ("AWS/DynamoDB", "ReadThrottleEvents"): ({"TableName": "AWS::DynamoDB::Table"},),
    ("AWS/ApiGateway", "5xx"): ({"ApiId": "AWS::ApiGatewayV2::Api"},),
    ("AWS/ApiGateway", "Latency"): ({"ApiId": "AWS::ApiGatewayV2::Api"},),
}
# By function: which alarms ring where it fails, and where Lambda throttles it.
FAILING = {
    "FetchFunction": ({"FetchErrorsAlarm"}, {"FetchMissingAlarm"}),
    "FeedFetchFunction": ({"FeedFetchErrorsAlarm"}, {"FeedFetchMissingAlarm"}),
    "SocialFetchFunction": ({"SocialFetchErrorsAlarm"}, {"SocialFetchMissingAlarm"}),
    "ClassifyFunction": ({"ClassifyErrorsAlarm"}, {"ClassifyThrottlesAlarm"}),
    "NotifyFunction": ({"NotifyErrorsAlarm"}, {"NotifyThrottlesAlarm"}),
    # Lambda keeps the event, tries again, and puts it there at last.
    "DeliverFunction": ({"DeliveryFailureAlarm"}, {"DeliveryFailureAlarm"}),
    # Lambda tries again for six hours; what is given up is still in the log of SNS.
    "ReceiptsFunction": ({"ReceiptsErrorsAlarm"}, set[str]()),
    "EscalateFunction": ({"EscalateErrorsAlarm"}, {"EscalateMissingAlarm"}),
    "WatchFunction": ({"WatchErrorsAlarm"}, {"WatchMissingAlarm"}),
    # The next hour sends what this one did not.
    "DigestFunction": ({"DigestErrorsAlarm"}, set[str]()),
    # So does this one.
    "SweepFunction": ({"SweepErrorsAlarm"}, set[str]()),
    # The gateway answers 5xx for both, and for a function that Lambda throttles.
    "ApiFunction": ({"ApiErrorsAlarm"}, {"ApiErrorsAlarm"}),
    "ConsoleFunction": ({"ApiErrorsAlarm"}, {"ApiErrorsAlarm"}),
}


@pytest.fixture(scope="module")
def alarms(resources: Resources) -> dict[str, dict[str, Any]]:
    """The properties of all alarms."""
    return resources("AWS::CloudWatch::Alarm")


@pytest.mark.parametrize("name", OWN)
def test_an_alarm_on_our_own_metric_rings_for_what_it_is_about_and_for_nothing_else(
    name: str, alarms: dict[str, dict[str, Any]]
) -> None:
    alarm, printed = alarms[name], counted(OWN[name])
    # As often as it takes: an outage is one that lasts.
    times = [period * alarm["Period"] for period in range(alarm.get("DatapointsToAlarm", 1))]
    until = times[-1] + alarm["Period"]
    given = [point for at in times for point in points(printed, at)]
    assert given, printed
    assert rings(alarm, given, until)
    assert not rings(alarm, [], until)
    assert not rings(alarm, [replace(point, dimensions={"service": "another"}) for point in given], until)
    others = set(OWN) - {name}
    assert {other for other in others if rings(alarms[other], given, until)} == set()
    assert not rings(alarm, given, until + alarm["EvaluationPeriods"] * alarm["Period"]), "it is never over"


def test_every_alarm_on_a_metric_of_ours_is_tried(alarms: dict[str, dict[str, Any]]) -> None:
    own = {name for name, alarm in alarms.items() if alarm["Namespace"] == metrics.namespace}
    assert own == set(OWN)
    for name in own:
        assert alarms[name]["Dimensions"] == [{"Name": "service", "Value": {"Ref": "AWS::StackName"}}], name


def test_every_other_alarm_watches_what_aws_publishes_of_a_resource_of_the_stack(
    alarms: dict[str, dict[str, Any]], expanded: Template
) -> None:
    for name in set(alarms) - set(OWN):
        alarm = alarms[name]
        watched = {each["Name"]: _kind(each["Value"], expanded) for each in alarm["Dimensions"]}
        assert watched in PUBLISHED[alarm["Namespace"], alarm["MetricName"]], name
        point = Point(alarm["Namespace"], alarm["MetricName"], {}, alarm["Threshold"] + 1)
        given = [replace(point, at=period * alarm["Period"]) for period in range(alarm["EvaluationPeriods"])]
        until, undimensioned = alarm["EvaluationPeriods"] * alarm["Period"], {**alarm, "Dimensions": []}
        is_about_silence = alarm["TreatMissingData"] == "breaching"
        assert rings(undimensioned, given, until) is not is_about_silence, name
        assert rings(undimensioned, [], until) is is_about_silence, name


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_that_fails_or_is_throttled_is_noticed(function: str, alarms: dict[str, dict[str, Any]]) -> None:
    fails, throttled = FAILING[function]
    assert fails | throttled <= set(alarms)
    own = {"Errors": fails, "Throttles": throttled, "Invocations": throttled}
    for name, alarm in alarms.items():
        if _names(alarm["Dimensions"]) == {function} and alarm["MetricName"] in own:
            assert name in own[alarm["MetricName"]], name


def test_an_alarm_tells_the_operator_when_it_rings_and_when_it_is_over(alarms: dict[str, dict[str, Any]]) -> None:
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "OperatorTopic"}], name
        assert len(alarm["AlarmDescription"]) > 40, name
        # What CloudWatch allows: the periods that it looks at are no more than a day.
        assert alarm["EvaluationPeriods"] * alarm["Period"] <= 86_400, name


def test_alarms_about_what_is_switched_off_do_not_exist(template: Template) -> None:
    conditions = {
        name: item["Condition"]
        for name, item in template["Resources"].items()
        if item["Type"] in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard") and "Condition" in item
    }
    assert conditions == {
        "ReceiptsErrorsAlarm": "FollowsSms",
        "SmsFailedAlarm": "FollowsSms",
        "Dashboard": "HasDashboard",
    }


def test_a_late_or_undelivered_alert_and_a_waiting_post_raise_an_alarm(alarms: dict[str, dict[str, Any]]) -> None:
    assert _watched(alarms, "IteratorAge") == {"NotifyFunction"}
    assert _watched(alarms, "ApproximateAgeOfOldestMessage") == {"MentionQueue"}
    assert _watched(alarms, "Invocations") == {
        "FetchFunction",
        "FeedFetchFunction",
        "SocialFetchFunction",
        "EscalateFunction",
        "WatchFunction",
    }
    assert _names(alarms["AlertUndeliveredAlarm"]["Dimensions"]) == {"AlertTopic"}
    # With Minimum, one run that hears hides all that do not.
    assert alarms["SourceSilentAlarm"]["Statistic"] == "Maximum"


def test_the_functions_count_under_the_name_of_their_stack(resources: Resources, root: Path) -> None:
    """Else the metrics, and so the alarms, of two stacks in a region were one."""
    for name, function in resources("AWS::Lambda::Function").items():
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}, name
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    assert '{Earshot,service} service=\\"${AWS::StackName}\\"' in dashboard["DashboardBody"]["Fn::Sub"]
    done = subprocess.run(
        [sys.executable, "-c", "from earshot.telemetry.powertools import count, metrics; "
         "count('SourcesSilent'); print(metrics.serialize_metric_set()['service'])"],
        env={**os.environ, "POWERTOOLS_SERVICE_NAME": "second", "PYTHONPATH": str(root / "functions")},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip() == "second"


def test_the_reader_is_told_apart_by_why_it_gave_no_answer() -> None:
    told = {silence: counted(lambda silence=silence: classify.report_reader(1, silence, "")) for silence in Silence}
    named = {silence: {point.metric for point in points(printed)} for silence, printed in told.items()}
    assert named.pop(Silence.REFUSED) == {"VoiceOut"}
    assert named.pop(Silence.OVER_BUDGET) == {"OverBudget"}
    assert set(map(frozenset, named.values())) == {frozenset({"VoiceSilent"})}


@pytest.mark.parametrize(("spent", "limit", "told"), [(39.9, 50, []), (40, 50, [80]), (60, 50, [120]), (1, 0, [])])
def test_a_budget_is_told_from_four_fifths_on(spent: float, limit: float, told: list[float]) -> None:
    printed = counted(lambda: budgets.report_budgets([Spending("sms", "2026-11", spent, limit)]))
    assert [point.value for point in points(printed)] == pytest.approx(told)


def _kind(value: Any, expanded: Template) -> str:
    """The type of the resource that a dimension names, with the attribute, if it is not named by its id."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return expanded["Resources"][value["Ref"]]["Type"]
    name, attribute = value["Fn::GetAtt"]
    return f"{expanded['Resources'][name]['Type']}.{attribute}"
