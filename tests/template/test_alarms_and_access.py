"""What the template promises about alarms, sign-in and secrets, and no linter checks."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from earshot.alerting.messages.sms import SENDER
from earshot.api.links import app as linking
from earshot.console import server
from earshot.telemetry.powertools import metrics
from tests.template.test_promises import FUNCTIONS, Resources, Template, _names, _watched


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_the_faults_of_every_function_raise_an_alarm(metric: str, resources: Resources) -> None:
    assert _watched(resources("AWS::CloudWatch::Alarm"), metric) == set(FUNCTIONS)


def test_a_late_or_undelivered_alert_and_a_waiting_post_raise_an_alarm(resources: Resources) -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    assert _watched(alarms, "IteratorAge") == {"NotifyFunction"}
    assert _watched(alarms, "ApproximateAgeOfOldestMessage") == {"MentionQueue"}
    undelivered = {
        name: alarm["Dimensions"]
        for name, alarm in alarms.items()
        if alarm["MetricName"] == "NumberOfNotificationsFailed"
    }
    assert _names(undelivered["AlertUndeliveredAlarm"][0]["Value"]) == {"AlertTopic"}
    assert undelivered["SmsUndeliveredAlarm"] == [{"Name": "PhoneNumber", "Value": "PhoneNumberDirect"}]


def _what_it_counts(root: Path, entrypoint: str) -> str:
    """The code in which a function names its metrics: its entry file, its telemetry, and what it is wired with."""
    functions = root / "functions"
    files = (functions / f"{entrypoint}.py", functions / "earshot" / "telemetry" / f"{entrypoint}.py")
    wired = (functions / "earshot" / name for name in ("bootstrap.py", "staff.py", "voices.py"))
    return "".join(file.read_text(encoding="utf-8") for file in (*files, *wired) if file.exists())


def test_a_silent_source_and_an_idle_schedule_raise_an_alarm(resources: Resources, root: Path) -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    silent = alarms["SourceSilentAlarm"]
    assert (silent["Namespace"], silent["MetricName"]) == (metrics.namespace, "SourcesSilent")
    # With Minimum, one run that hears hides all that do not.
    assert silent["Statistic"] == "Maximum"
    assert '"SourcesSilent"' in _what_it_counts(root, "fetch")
    assert _watched(alarms, "Invocations") == {"FetchFunction", "EscalateFunction", "WatchFunction"}
    for alarm in alarms.values():
        if alarm["MetricName"] == "Invocations":
            assert alarm["TreatMissingData"] == "breaching"


def test_the_metrics_of_two_stacks_in_a_region_are_told_apart(
    resources: Resources, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The functions count under the name of their stack, and alarms and dashboard look under no other."""
    stack = {"Ref": "AWS::StackName"}
    for name, function in resources("AWS::Lambda::Function").items():
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == stack, name
    own = {
        name: alarm for name, alarm in resources("AWS::CloudWatch::Alarm").items() if alarm["Namespace"] == "Earshot"
    }
    assert len(own) > 5
    for name, alarm in own.items():
        # A voice that is out has a second dimension, which says which.
        assert alarm["Dimensions"][0] == {"Name": "service", "Value": stack}, name
        assert (len(alarm["Dimensions"]) == 1) == (alarm["MetricName"] != "VoiceOut"), name
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    assert '{Earshot,service} service=\\"${AWS::StackName}\\"' in dashboard["DashboardBody"]["Fn::Sub"]
    counted = subprocess.run(
        [sys.executable, "-c", "from earshot.telemetry.powertools import count, metrics; "
         "count('SourcesSilent'); print(metrics.serialize_metric_set()['service'])"],
        env={**os.environ, "POWERTOOLS_SERVICE_NAME": "second", "PYTHONPATH": str(root / "functions")},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert counted.stdout.strip() == "second"


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
        wanted = "ConsoleFunctionAliaslive" if key in server.ROUTES else "ApiFunctionAliaslive"
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
        ("PolicyRefusedAlarm", "watch"),
        ("PolicyRefusedAlarm", "api"),
        ("ComprehendBudgetAlarm", "classify"),
        ("ReaderRefusedAlarm", "classify"),
        ("ReaderBudgetAlarm", "classify"),
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
    assert f'"{watched["MetricName"]}"' in _what_it_counts(root, entrypoint)


@pytest.mark.parametrize("voice", ["comprehend", "encoder", "reader"])
def test_a_voice_that_is_out_raises_an_alarm_of_its_own(voice: str, resources: Resources, root: Path) -> None:
    watched = resources("AWS::CloudWatch::Alarm")[f"{voice.title()}OutAlarm"]
    assert (watched["Namespace"], watched["MetricName"]) == (metrics.namespace, "VoiceOut")
    dimensions = {one["Name"]: one["Value"] for one in watched["Dimensions"]}
    assert dimensions == {"service": {"Ref": "AWS::StackName"}, "voice": voice}
    assert f'report_voice_out("{voice}")' in _what_it_counts(root, "classify")


def test_the_sender_that_an_sms_opens_with_is_the_one_that_is_counted(resources: Resources) -> None:
    assert resources("AWS::SNS::Topic")["AlertTopic"]["DisplayName"] + "> " == SENDER


def test_nothing_of_the_account_is_touched_unless_text_messages_are_to_be_followed(
    template: Template, expanded: Template, resources: Resources
) -> None:
    assert template["Parameters"]["SmsDeliveryStatus"]["Default"] == "off"
    filters = resources("AWS::Logs::SubscriptionFilter")
    assert len(filters) == 2
    for name, subscription in filters.items():
        assert _names(subscription["DestinationArn"]) == {"ReceiptsFunctionAliaslive"}, name
        assert expanded["Resources"][name]["DependsOn"] == "SmsLogPermission", "Lambda would refuse the subscription"
    for name in (*filters, "SmsLogPermission", "SmsStatusRole"):
        assert expanded["Resources"][name]["Condition"] == "FollowsSms", name
    assert template["Outputs"]["FollowSmsCommand"]["Condition"] == "FollowsSms"


def test_sns_alone_logs_deliveries_and_the_log_alone_calls_for_them(resources: Resources) -> None:
    (trust,) = resources("AWS::IAM::Role")["SmsStatusRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "sns.amazonaws.com"}
    permission = resources("AWS::Lambda::Permission")["SmsLogPermission"]
    assert permission["Principal"] == "logs.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert permission["SourceArn"]["Fn::Sub"].endswith(":log-group:sns/*")
