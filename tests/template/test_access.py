"""What the template promises about who gets in, sign-in and secrets, and no linter checks."""

import json
import re

from earshot.alerting.messages.sms import SENDER
from earshot.api.auth import signature
from earshot.api.links import app as linking
from earshot.console import server
from tests.template.test_promises import Resources, Template, _names


def test_alarms_may_use_the_key_of_the_topic_that_they_publish_to(resources: Resources) -> None:
    """Without this grant every alarm would fail in silence."""
    topics, keys = resources("AWS::SNS::Topic"), resources("AWS::KMS::Key")
    for topic in topics.values():
        (key,) = _names(topic["KmsMasterKeyId"])
        grants = keys[key]["KeyPolicy"]["Statement"]
        (alarms,) = (grant for grant in grants if grant["Principal"] == {"Service": "cloudwatch.amazonaws.com"})
        assert set(alarms["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
        assert "Condition" not in alarms


def test_every_route_asks_who_you_are_but_those_of_what_is_signed_and_of_the_consoles_files(
    resources: Resources,
) -> None:
    routes = {route["RouteKey"]: route for route in resources("AWS::ApiGatewayV2::Route").values()}
    staff = routes.pop("ANY /{proxy+}")
    assert staff["AuthorizationType"] == "JWT"
    assert _names(staff["AuthorizerId"]) == {"HttpApiAuthorizer"}
    assert set(routes) == {*linking.ROUTES, *signature.ROUTES, *server.ROUTES}
    integrations = resources("AWS::ApiGatewayV2::Integration")
    for key, route in routes.items():
        assert route["AuthorizationType"] == "NONE"
        assert "AuthorizerId" not in route
        (integration,) = _names(route["Target"])
        # What anybody may ask for without a signature is answered by a function that can read nothing.
        wanted = "ConsoleFunctionAliaslive" if key in server.ROUTES else "ApiFunctionAliaslive"
        assert _names(integrations[integration]["IntegrationUri"]) == {wanted}, key


def test_no_log_of_the_gateway_holds_a_link(resources: Resources) -> None:
    (stage,) = resources("AWS::ApiGatewayV2::Stage").values()
    assert "ath" not in stage["AccessLogSettings"]["Format"].replace("authorizer", "")


def test_what_anybody_may_ask_for_has_throttles_of_its_own(expanded: Template, resources: Resources) -> None:
    (stage,) = resources("AWS::ApiGatewayV2::Stage").values()
    public = {
        name: route["RouteKey"]
        for name, route in resources("AWS::ApiGatewayV2::Route").items()
        if route["AuthorizationType"] == "NONE"
    }
    assert set(stage["RouteSettings"]) == set(public.values())
    for key, limits in stage["RouteSettings"].items():
        assert 0 < limits["ThrottlingRateLimit"] <= stage["DefaultRouteSettings"]["ThrottlingRateLimit"], key
        assert 0 < limits["ThrottlingBurstLimit"] <= stage["DefaultRouteSettings"]["ThrottlingBurstLimit"], key
    # API Gateway refuses settings of a route that it does not know yet.
    assert set(expanded["Resources"]["HttpApiStage"]["DependsOn"]) == set(public)


def test_the_notifier_keeps_a_floor_and_staff_a_second_factor_where_the_operator_says_so(
    template: Template, resources: Resources
) -> None:
    parameters = template["Parameters"]
    assert (parameters["NotifyReservedConcurrency"]["Default"], parameters["SecondFactor"]["Default"]) == (
        0,
        "optional",
    )
    reserved = resources("AWS::Lambda::Function")["NotifyFunction"]["ReservedConcurrentExecutions"]
    assert reserved == {
        "Fn::If": ["ReservesConcurrency", {"Ref": "NotifyReservedConcurrency"}, {"Ref": "AWS::NoValue"}]
    }
    others = [one for name, one in resources("AWS::Lambda::Function").items() if name != "NotifyFunction"]
    assert not any("ReservedConcurrentExecutions" in one for one in others)
    (pool,) = resources("AWS::Cognito::UserPool").values()
    # Quoted: a bare ON is true in YAML.
    assert pool["MfaConfiguration"] == {"Fn::If": ["NeedsSecondFactor", "ON", "OPTIONAL"]}
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_links_lead_to_the_api_and_are_signed_and_checked_with_one_secret(resources: Resources) -> None:
    functions = resources("AWS::Lambda::Function")
    notify, api = (functions[name]["Environment"]["Variables"] for name in ("NotifyFunction", "ApiFunction"))
    assert notify["LINK_BASE_URL"] == {"Fn::GetAtt": ["HttpApi", "ApiEndpoint"]}
    assert notify["LINK_SECRET_ID"] == api["LINK_SECRET_ID"] == {"Fn::GetAtt": ["LinkSecret", "Id"]}


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


def test_a_secret_is_named_in_one_way_wherever_it_is_named(template: Template) -> None:
    """By its attribute: ``Ref`` is the same in AWS, and the name alone for whoever enforces IAM elsewhere."""
    secrets = {name for name, item in template["Resources"].items() if item["Type"] == "AWS::SecretsManager::Secret"}
    assert secrets
    assert not [name for name in secrets if f"{{'Ref': '{name}'}}" in str(template["Resources"])]


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
