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
from earshot.alerting.messages.sms import SENDER
from earshot.alerting.webhooks.client import CONNECT_SECONDS, READ_SECONDS
from earshot.alerting.webhooks.delivery import MAX_ATTEMPT, WAITS
from earshot.api.links import app as linking
from earshot.console import server
from earshot.telemetry.powertools import metrics

Template = dict[str, Any]
Resources = Callable[[str], dict[str, dict[str, Any]]]

FUNCTIONS = (
    "FetchFunction",
    "ClassifyFunction",
    "NotifyFunction",
    "DeliverFunction",
    "ReceiptsFunction",
    "EscalateFunction",
    "DigestFunction",
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
        (queue,), (function,) = _names(source["EventSourceArn"]), _names(source["FunctionName"])
        needed = 6 * functions[function]["Timeout"] + source["MaximumBatchingWindowInSeconds"]
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
        "DeliverFunctionEventInvokeConfig",
        "ReceiptsFunctionEventInvokeConfig",
        "EscalateFunctionEventInvokeConfig",
        "DigestFunctionEventInvokeConfig",
    }


def test_each_alert_is_delivered_once_and_what_is_given_up_is_kept(resources: Resources) -> None:
    (subscription,) = (each for each in resources("AWS::SNS::Subscription").values() if each["Protocol"] == "lambda")
    assert _names(subscription["TopicArn"]) == {"AlertTopic"}
    assert _names(subscription["Endpoint"]) == {"DeliverFunction"}
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
    assert re.search(r"^handler\b.*=|^def handler\(", (root / "functions" / f"{module}.py").read_text(), re.MULTILINE)
    known = botocore.session.get_session().get_service_model("lambda").shape_for("Runtime").enum
    assert function["Runtime"] in known
    assert function["Architectures"] == ["arm64"]
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert _names(function["Role"]) == {name.replace("Function", "Role")}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_into_a_group_that_forgets(name: str, resources: Resources) -> None:
    logging = resources("AWS::Lambda::Function")[name]["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    (group,) = _names(logging["LogGroup"])
    assert resources("AWS::Logs::LogGroup")[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_log_group_forgets(resources: Resources) -> None:
    assert all("RetentionInDays" in group for group in resources("AWS::Logs::LogGroup").values())


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_the_faults_of_every_function_raise_an_alarm(metric: str, resources: Resources) -> None:
    assert _watched(resources("AWS::CloudWatch::Alarm"), metric) == set(FUNCTIONS)


def test_a_late_or_undelivered_alert_and_a_waiting_post_raise_an_alarm(resources: Resources) -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    assert _watched(alarms, "IteratorAge") == {"NotifyFunction"}
    assert _watched(alarms, "ApproximateAgeOfOldestMessage") == {"MentionQueue"}
    assert _watched(alarms, "NumberOfNotificationsFailed") == {"AlertTopic"}


def _what_it_counts(root: Path, entrypoint: str) -> str:
    """The code in which a function names its metrics: its entry file, its telemetry, and what it is wired with."""
    functions = root / "functions"
    files = (functions / f"{entrypoint}.py", functions / "earshot" / "telemetry" / f"{entrypoint}.py")
    wired = functions / "earshot" / "bootstrap.py"
    return "".join(file.read_text(encoding="utf-8") for file in (*files, wired) if file.exists())


def test_a_silent_source_and_an_idle_schedule_raise_an_alarm(resources: Resources, root: Path) -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    silent = alarms["SourceSilentAlarm"]
    assert (silent["Namespace"], silent["MetricName"]) == (metrics.namespace, "SourcesSilent")
    assert silent["Dimensions"] == [{"Name": "service", "Value": metrics.service}]
    assert '"SourcesSilent"' in _what_it_counts(root, "fetch")
    assert _watched(alarms, "Invocations") == {"FetchFunction", "EscalateFunction"}
    for alarm in alarms.values():
        if alarm["MetricName"] == "Invocations":
            assert alarm["TreatMissingData"] == "breaching"


def test_every_alarm_reaches_the_operator_and_says_what_to_do(resources: Resources) -> None:
    for name, alarm in resources("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [{"Ref": "OperatorTopic"}], name
        assert len(alarm["AlarmDescription"]) > 40, name


def test_alarms_may_use_the_key_of_the_topic_that_they_publish_to(resources: Resources) -> None:
    """Without this grant every alarm would fail in silence."""
    topics, keys = resources("AWS::SNS::Topic"), resources("AWS::KMS::Key")
    for topic in topics.values():
        (key,) = _names(topic["KmsMasterKeyId"])
        grants = keys[key]["KeyPolicy"]["Statement"]
        (alarms,) = (grant for grant in grants if grant["Principal"] == {"Service": "cloudwatch.amazonaws.com"})
        assert set(alarms["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
        assert "Condition" not in alarms


def test_every_route_asks_who_you_are_but_those_of_signed_links_and_of_the_consoles_files(
    resources: Resources,
) -> None:
    routes = {route["RouteKey"]: route for route in resources("AWS::ApiGatewayV2::Route").values()}
    staff = routes.pop("ANY /{proxy+}")
    assert staff["AuthorizationType"] == "JWT"
    assert _names(staff["AuthorizerId"]) == {"HttpApiAuthorizer"}
    assert set(routes) == {*linking.ROUTES, *server.ROUTES}
    integrations = resources("AWS::ApiGatewayV2::Integration")
    for key, route in routes.items():
        assert route["AuthorizationType"] == "NONE"
        assert "AuthorizerId" not in route
        (integration,) = _names(route["Target"])
        # What anybody may ask for without a link is answered by a function that can read nothing.
        wanted = "ConsoleFunction" if key in server.ROUTES else "ApiFunction"
        assert _names(integrations[integration]["IntegrationUri"]) == {wanted}, key


def test_no_log_of_the_gateway_holds_a_link(resources: Resources) -> None:
    (stage,) = resources("AWS::ApiGatewayV2::Stage").values()
    assert "ath" not in stage["AccessLogSettings"]["Format"].replace("authorizer", "")


def test_links_lead_to_the_api_and_are_signed_and_checked_with_one_secret(resources: Resources) -> None:
    functions = resources("AWS::Lambda::Function")
    notify, api = (functions[name]["Environment"]["Variables"] for name in ("NotifyFunction", "ApiFunction"))
    assert notify["LINK_BASE_URL"] == {"Fn::GetAtt": ["HttpApi", "ApiEndpoint"]}
    assert notify["LINK_SECRET_ID"] == api["LINK_SECRET_ID"] == {"Ref": "LinkSecret"}


def test_the_console_signs_in_by_a_code_that_comes_back_to_it_alone(resources: Resources) -> None:
    (client,) = resources("AWS::Cognito::UserPoolClient").values()
    page = {"Fn::Sub": "${HttpApi.ApiEndpoint}/console/index.html"}
    assert client["CallbackURLs"] == client["LogoutURLs"] == [page]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == ["openid", "email"]
    assert client["GenerateSecret"] is False
    (domain,) = resources("AWS::Cognito::UserPoolDomain").values()
    assert _names(domain["UserPoolId"]) == {"UserPool"}
    # A name that another account has taken is refused, and so is one with a capital: a stack's name can be either.
    assert _names(domain["Domain"]) == {"AWS::StackId"}


def test_only_an_administrator_makes_accounts(resources: Resources) -> None:
    (pool,) = resources("AWS::Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    groups = {group["GroupName"] for group in resources("AWS::Cognito::UserPoolGroup").values()}
    assert groups == {"viewer", "agent", "lead", "admin"}


def test_the_template_holds_no_secret(resources: Resources) -> None:
    for name, secret in resources("AWS::SecretsManager::Secret").items():
        assert "SecretString" not in secret, name
        # What AWS makes up stands in no template, and only for what nobody but the functions needs to know.
        assert ("GenerateSecretString" in secret) == (name == "LinkSecret")


def test_the_dashboard_is_what_cloudwatch_reads(resources: Resources) -> None:
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(re.sub(r"\$\{[\w:.]+\}", "x", dashboard["DashboardBody"]["Fn::Sub"]))["widgets"]
    assert all(widget["properties"]["title"] for widget in widgets)


def test_every_resource_that_is_referred_to_is_used_or_made_here(template: Template, expanded: Template) -> None:
    known = set(expanded["Resources"]) | set(template["Parameters"])
    referred = {name for name in _names([expanded["Resources"], expanded["Outputs"]]) if not name.startswith("AWS::")}
    assert referred <= known


@pytest.mark.parametrize(
    ("alarm", "entrypoint"),
    [
        ("SourceSilentAlarm", "fetch"),
        ("ComprehendRefusedAlarm", "classify"),
        ("TermsRefusedAlarm", "classify"),
        ("PolicyRefusedAlarm", "classify"),
        ("PolicyRefusedAlarm", "escalate"),
        ("PolicyRefusedAlarm", "api"),
        ("ComprehendBudgetAlarm", "classify"),
        ("AlertsFailedAlarm", "notify"),
        ("AlertsWithoutLinkAlarm", "notify"),
        ("NobodyReachableAlarm", "notify"),
        ("SmsBudgetAlarm", "notify"),
        ("SmsUnaccountedAlarm", "notify"),
        ("SmsFailedAlarm", "receipts"),
    ],
)
def test_an_alarm_on_our_own_metric_watches_one_that_is_sent(
    alarm: str, entrypoint: str, resources: Resources, root: Path
) -> None:
    watched = resources("AWS::CloudWatch::Alarm")[alarm]
    assert watched["Namespace"] == metrics.namespace
    assert watched["Dimensions"] == [{"Name": "service", "Value": metrics.service}]
    assert f'"{watched["MetricName"]}"' in _what_it_counts(root, entrypoint)


def test_the_sender_that_an_sms_opens_with_is_the_one_that_is_counted(resources: Resources) -> None:
    assert resources("AWS::SNS::Topic")["AlertTopic"]["DisplayName"] + "> " == SENDER


def test_nothing_of_the_account_is_touched_unless_text_messages_are_to_be_followed(
    template: Template, expanded: Template, resources: Resources
) -> None:
    assert template["Parameters"]["SmsDeliveryStatus"]["Default"] == "off"
    filters = resources("AWS::Logs::SubscriptionFilter")
    assert len(filters) == 4
    for name, subscription in filters.items():
        assert _names(subscription["DestinationArn"]) == {"ReceiptsFunction"}, name
        assert expanded["Resources"][name]["DependsOn"] == "SmsLogPermission", "Lambda would refuse the subscription"
    for name in (*filters, "SmsLogGroup", "SmsFailureLogGroup", "SmsLogPermission", "SmsStatusRole"):
        assert expanded["Resources"][name]["Condition"] == "FollowsSms", name
    assert template["Outputs"]["FollowSmsCommand"]["Condition"] == "FollowsSms"


def test_sns_alone_logs_deliveries_and_the_log_alone_calls_for_them(resources: Resources) -> None:
    (trust,) = resources("AWS::IAM::Role")["SmsStatusRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "sns.amazonaws.com"}
    permission = resources("AWS::Lambda::Permission")["SmsLogPermission"]
    assert permission["Principal"] == "logs.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert permission["SourceArn"]["Fn::Sub"].endswith(":log-group:sns/*")
