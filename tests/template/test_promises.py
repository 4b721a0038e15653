"""What the template promises, and no linter checks."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from deliver import SPARE
from earshot.alerting.webhooks.client import CONNECT_SECONDS, READ_SECONDS
from earshot.alerting.webhooks.delivery import MAX_ATTEMPT, WAITS
from infra.local.lambdas.entry_files import entry_file

Template = dict[str, Any]
Resources = Callable[[str], dict[str, dict[str, Any]]]

FUNCTIONS = (
    "FetchFunction",
    "FeedFetchFunction",
    "SocialFetchFunction",
    "ClassifyFunction",
    "NotifyFunction",
    "DeliverFunction",
    "ReceiptsFunction",
    "EscalateFunction",
    "WatchFunction",
    "DigestFunction",
    "SweepFunction",
    "ApiFunction",
    "ConsoleFunction",
)


def _names(value: object) -> set[str]:
    """Every logical id that a value refers to, by Ref, GetAtt or Sub."""
    if isinstance(value, list):
        return set().union(*map(_names, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, inner in value.items():
        if key == "Ref":
            found.add(inner)
        elif key == "Fn::GetAtt":
            found.add(inner[0] if isinstance(inner, list) else inner.split(".")[0])
        elif key == "Fn::Sub":
            text = inner if isinstance(inner, str) else inner[0]
            found.update(name.split(".")[0] for name in re.findall(r"\$\{([\w:.]+)\}", text))
        found |= _names(inner)
    return found


def _watched(alarms: dict[str, dict[str, Any]], metric: str) -> set[str]:
    """The logical ids whose ``metric`` an alarm watches."""
    return set().union(*(_names(alarm["Dimensions"]) for alarm in alarms.values() if alarm["MetricName"] == metric))


def _dead_letter_queues(expanded: Template) -> set[str]:
    """The queues that take what something else gave up."""
    found: set[str] = set()
    for item in expanded["Resources"].values():
        properties = item.get("Properties", {})
        for place in (
            properties.get("RedrivePolicy"),
            properties.get("DestinationConfig"),
            properties.get("Target", {}).get("DeadLetterConfig"),
        ):
            found |= _names(place)
    return found


def test_every_queue_has_a_dead_letter_queue_or_is_one(expanded: Template, resources: Resources) -> None:
    dead_letters = _dead_letter_queues(expanded)
    for name, queue in resources("AWS::SQS::Queue").items():
        assert ("RedrivePolicy" in queue) != (name in dead_letters), name


def test_every_dead_letter_queue_keeps_for_14_days_and_has_an_alarm(expanded: Template, resources: Resources) -> None:
    dead_letters = _dead_letter_queues(expanded)
    assert dead_letters <= _watched(resources("AWS::CloudWatch::Alarm"), "ApproximateNumberOfMessagesVisible")
    for name in dead_letters:
        assert resources("AWS::SQS::Queue")[name]["MessageRetentionPeriod"] == 14 * 86_400, name


def test_every_queue_and_table_is_encrypted(resources: Resources) -> None:
    assert all(queue["SqsManagedSseEnabled"] is True for queue in resources("AWS::SQS::Queue").values())
    assert all(table["SSESpecification"]["SSEEnabled"] for table in resources("AWS::DynamoDB::Table").values())


def test_every_table_outlives_the_stack_and_can_be_restored(expanded: Template, resources: Resources) -> None:
    for name, table in resources("AWS::DynamoDB::Table").items():
        assert expanded["Resources"][name]["DeletionPolicy"] == "RetainExceptOnCreate", name
        assert expanded["Resources"][name]["UpdateReplacePolicy"] == "Retain", name
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], name
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}, name


def test_a_queue_hides_a_message_for_as_long_as_its_function_may_need(resources: Resources) -> None:
    queues, functions = resources("AWS::SQS::Queue"), resources("AWS::Lambda::Function")
    sources = [source for source in resources("AWS::Lambda::EventSourceMapping").values() if "ScalingConfig" in source]
    assert len(sources) == 1
    for source in sources:
        (queue,), (alias,) = _names(source["EventSourceArn"]), _names(source["FunctionName"])
        needed = 6 * functions[alias.removesuffix("Aliaslive")]["Timeout"] + source["MaximumBatchingWindowInSeconds"]
        assert queues[queue]["VisibilityTimeout"] >= needed


def test_the_classifier_knows_how_often_a_mention_is_tried(resources: Resources) -> None:
    told = resources("AWS::Lambda::Function")["ClassifyFunction"]["Environment"]["Variables"]["MENTION_MAX_RECEIVES"]
    assert int(told) == resources("AWS::SQS::Queue")["MentionQueue"]["RedrivePolicy"]["maxReceiveCount"]


def test_every_event_source_reports_partial_failures(resources: Resources) -> None:
    for name, source in resources("AWS::Lambda::EventSourceMapping").items():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name


def test_stream_retries_are_bounded_and_what_is_given_up_is_kept(resources: Resources) -> None:
    mappings = resources("AWS::Lambda::EventSourceMapping").values()
    streams = [source for source in mappings if "StartingPosition" in source]
    assert len(streams) == 1
    for source in streams:
        assert 0 < source["MaximumRetryAttempts"] <= 10
        assert 60 <= source["MaximumRecordAgeInSeconds"] <= 3600
        assert source["BisectBatchOnFunctionError"] is True
        assert _names(source["DestinationConfig"]["OnFailure"]) == {"AlertFailureQueue"}


def test_the_stream_hands_on_due_cases_alone(resources: Resources) -> None:
    (source,) = (s for s in resources("AWS::Lambda::EventSourceMapping").values() if "StartingPosition" in s)
    patterns = [json.loads(each["Pattern"]) for each in source["FilterCriteria"]["Filters"]]
    due_case = {"NewImage": {"sk": {"S": ["CASE"]}, "alerting": {"S": ["due"]}}}
    assert patterns == [{"eventName": ["INSERT", "MODIFY"], "dynamodb": due_case}]


def test_every_schedule_is_tried_again_a_bounded_number_of_times(resources: Resources) -> None:
    for name, schedule in resources("AWS::Scheduler::Schedule").items():
        assert "Name" not in schedule, f"{name}: two stacks in one account could not have the same name"
        assert schedule["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60}, name
        assert _names(schedule["Target"]["DeadLetterConfig"]) == {"ScheduleDeadLetterQueue"}, name
    assert set(resources("AWS::Lambda::EventInvokeConfig")) == {
        "FetchFunctionEventInvokeConfig",
        "FeedFetchFunctionEventInvokeConfig",
        "SocialFetchFunctionEventInvokeConfig",
        "DeliverFunctionEventInvokeConfig",
        "ReceiptsFunctionEventInvokeConfig",
        "EscalateFunctionEventInvokeConfig",
        "WatchFunctionEventInvokeConfig",
        "DigestFunctionEventInvokeConfig",
        "SweepFunctionEventInvokeConfig",
    }


def test_each_alert_is_delivered_once_and_what_is_given_up_is_kept(resources: Resources) -> None:
    (subscription,) = (each for each in resources("AWS::SNS::Subscription").values() if each["Protocol"] == "lambda")
    assert _names(subscription["TopicArn"]) == {"AlertTopic"}
    assert _names(subscription["Endpoint"]) == {"DeliverFunctionAliaslive"}
    assert subscription["FilterPolicy"] == {"channel": ["email"], "severity": ["critical", "high"]}
    config = resources("AWS::Lambda::EventInvokeConfig")["DeliverFunctionEventInvokeConfig"]
    assert config["MaximumRetryAttempts"] == 2
    assert _names(config["DestinationConfig"]["OnFailure"]) == {"DeliveryFailureQueue"}


def test_the_deliverer_has_the_time_for_every_attempt(resources: Resources) -> None:
    attempts = len(WAITS) + 1
    assert MAX_ATTEMPT.total_seconds() > CONNECT_SECONDS + READ_SECONDS
    needed = attempts * MAX_ATTEMPT + sum(WAITS, timedelta(0)) + SPARE
    assert resources("AWS::Lambda::Function")["DeliverFunction"]["Timeout"] >= needed.total_seconds()


def test_there_is_one_function_for_each_entrypoint(resources: Resources) -> None:
    assert sorted(resources("AWS::Lambda::Function")) == sorted(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_where_its_name_says_and_runs_on_what_is_offered(
    name: str, resources: Resources, root: Path
) -> None:
    function = resources("AWS::Lambda::Function")[name]
    module = name.removesuffix("Function").lower()
    assert function["Handler"] == f"{module}.handler"
    assert re.search(r"^handler\b.*=|^def handler\(", entry_file(module).read_text(), re.MULTILINE)
    known = botocore.session.get_session().get_service_model("lambda").shape_for("Runtime").enum
    assert function["Runtime"] in known
    assert function["Architectures"] == ["arm64"]
    assert "TracingConfig" not in function
    assert _names(function["Role"]) == {name.replace("Function", "Role")}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_into_a_group_that_forgets(name: str, resources: Resources) -> None:
    logging = resources("AWS::Lambda::Function")[name]["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    (group,) = _names(logging["LogGroup"])
    assert resources("AWS::Logs::LogGroup")[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


# Names that are only within their parent, texts that people see, and the account's own log of SMS.
NO_NAME_IN_THE_REGION = {
    ("AWS::ApiGatewayV2::Authorizer", "Name"),
    ("AWS::ApiGatewayV2::Stage", "StageName"),
    ("AWS::AppConfig::ConfigurationProfile", "Name"),
    ("AWS::CloudWatch::Alarm", "MetricName"),
    ("AWS::Cognito::UserPoolGroup", "GroupName"),
    ("AWS::Lambda::Alias", "Name"),
    ("AWS::Logs::SubscriptionFilter", "LogGroupName"),
    ("AWS::SNS::Topic", "DisplayName"),
}


def test_two_stacks_in_a_region_share_no_name(expanded: Template) -> None:
    """What has a name has the stack's in it; the rest CloudFormation names."""
    named = 0
    for name, item in expanded["Resources"].items():
        properties = item.get("Properties", {})
        properties = properties | properties.get("Budget", {})
        for key, value in properties.items():
            is_name = key.endswith("Name") or key in ("Domain", "Name")
            if not is_name or (item["Type"], key) in NO_NAME_IN_THE_REGION or "FunctionName" in key:
                continue
            named += 1
            assert _names(value) & {"AWS::StackName", "AWS::StackId"}, f"{name}: {key}"
    assert named > 15


def test_no_function_names_itself_and_exports_nothing_that_another_stack_could_import(
    expanded: Template, resources: Resources
) -> None:
    assert not any("FunctionName" in function for function in resources("AWS::Lambda::Function").values())
    assert not any("RoleName" in role for role in resources("AWS::IAM::Role").values())
    assert not any("Export" in output for output in expanded["Outputs"].values())


def test_every_log_group_forgets(resources: Resources) -> None:
    assert all("RetentionInDays" in group for group in resources("AWS::Logs::LogGroup").values())
