"""How the doctor asks: each service in its own words, and one that hangs, refuses or fails is one line."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.stub import Stubber

from earshot.errors import EarshotError
from earshot.reports.doctor.finding import Finding, Level, ok
from infra.local.x.api import XApi
from infra.local.x.faults import FORBIDDEN, NOT_JSON, OUT_OF_CREDIT, RATE_LIMITED, RESET, SERVER_ERROR, XFault
from infra.ops.doctor import x
from infra.ops.doctor.account_facts import AwsAccount
from infra.ops.doctor.check import AT_ONCE, Check, examine
from infra.ops.doctor.checks.sms import SmsAccount
from infra.ops.doctor.reader import look_at_reader
from tests.outages.server import Fault, FaultyServer

PHONE = "+12025550111"


class Stubbed:
    """A session whose one client answers by botocore's own models, which check both what is asked and answered."""

    def __init__(self, service: str) -> None:
        self._client: Any = boto3.client(service, region_name="eu-west-1")  # pyright: ignore[reportCallIssue]
        self.stub = Stubber(self._client)

    def client(self, service_name: str, **options: Any) -> Any:
        return self._client


def refused(code: str) -> Check:
    error = ClientError({"Error": {"Code": code, "Message": "no"}}, "GetIt")

    def look() -> Iterator[Finding]:
        raise error

    return Check("it", look, "sns:GetIt")


# ---------------------------------------------------------------------------------------------- running the checks


def test_a_service_that_hangs_is_one_failed_line_and_holds_up_no_other() -> None:
    with FaultyServer(Fault.HANG) as server:
        config = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1})
        sts: Any = boto3.client("sts", region_name="eu-west-1", endpoint_url=server.url, config=config)  # pyright: ignore

        def hangs() -> list[Finding]:
            sts.get_caller_identity()
            return []

        found = list(examine([Check("hung", hangs), Check("fine", lambda: [ok("fine", "yes")])], seconds=0.5))
    assert [(one.check, one.level) for one in found] == [("hung", Level.FAILURE), ("fine", Level.OK)]
    assert "No answer within 0.5 s" in found[0].what


@pytest.mark.parametrize("code", ["InvalidAction", "UnknownOperationException", "UnsupportedOperation"])
def test_what_a_region_does_not_have_stops_no_deployment(code: str) -> None:
    (found,) = examine([refused(code)])
    assert (found.level, "This region cannot be asked" in found.what) == (Level.WARNING, True)


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "AuthorizationErrorException"])
def test_what_the_credentials_may_not_see_is_a_warning_that_names_the_permission(code: str) -> None:
    (found,) = examine([refused(code)])
    assert (found.level, "sns:GetIt" in found.remedy) == (Level.WARNING, True)


@pytest.mark.parametrize(
    "error", [NoCredentialsError(), EarshotError("no such stack"), OSError("unreachable"), ZeroDivisionError("a slip")]
)
def test_whatever_else_goes_wrong_is_a_failed_line(error: Exception) -> None:
    def look() -> Iterator[Finding]:
        yield ok("it", "so far")
        raise error

    (found,) = examine([Check("it", look)])
    assert (found.level, found.remedy != "") == (Level.FAILURE, True)
    assert [one.level for one in examine([refused("InternalFailure")])] == [Level.FAILURE]


# ------------------------------------------------------------------------------------------------------ the account


def test_sns_says_what_keeps_sms_back() -> None:
    session = Stubbed("sns")
    session.stub.add_response("get_sms_sandbox_account_status", {"IsInSandbox": True}, {})
    session.stub.add_response(
        "get_sms_attributes", {"attributes": {"MonthlySpendLimit": "1"}}, {"attributes": ["MonthlySpendLimit"]}
    )
    pages = [("Verified", PHONE, {}), ("Pending", "+442071838750", {"NextToken": "2"})]
    for status, number, asked in pages:
        answer: dict[str, Any] = {"PhoneNumbers": [{"PhoneNumber": number, "Status": status}]}
        answer |= {"NextToken": "2"} if not asked else {}
        session.stub.add_response("list_sms_sandbox_phone_numbers", answer, asked)
    numbers = [
        {"PhoneNumber": "+18335550100", "Iso2CountryCode": "US", "NumberCapabilities": ["SMS", "VOICE"]},
        {"PhoneNumber": "+442071838750", "Iso2CountryCode": "GB", "NumberCapabilities": ["VOICE"]},
    ]
    session.stub.add_response("list_origination_numbers", {"PhoneNumbers": numbers}, {})
    session.stub.add_response("check_if_phone_number_is_opted_out", {"isOptedOut": True}, {"phoneNumber": PHONE})
    with session.stub:
        account = AwsAccount(session)  # pyright: ignore[reportArgumentType]
        assert account.sms() == SmsAccount(True, frozenset({PHONE}), 1.0, frozenset({"US"}))
        assert account.opted_out(PHONE)


def test_sns_says_with_which_role_it_logs_and_iam_whether_there_is_one() -> None:
    role, asked = "arn:aws:iam::123456789012:role/earshot-SmsStatusRole-1", {"attributes": ["DeliveryStatusIAMRole"]}
    sns, iam = Stubbed("sns"), Stubbed("iam")
    sns.stub.add_response("get_sms_attributes", {"attributes": {"DeliveryStatusIAMRole": role}}, asked)
    for none in ({}, {"DeliveryStatusIAMRole": ""}):
        sns.stub.add_response("get_sms_attributes", {"attributes": none}, asked)
    iam.stub.add_client_error("get_role", "NoSuchEntity", expected_params={"RoleName": "earshot-SmsStatusRole-1"})
    with sns.stub, iam.stub:
        account = AwsAccount(sns)  # pyright: ignore[reportArgumentType]
        assert [account.sms_log_role() for _ in range(3)] == [role, None, None]
        assert not AwsAccount(iam).has_role(role)  # pyright: ignore[reportArgumentType]


def test_lambda_says_how_much_runs_at_once_and_whether_it_knows_the_runtime() -> None:
    session = Stubbed("lambda")
    session.stub.add_response("get_account_settings", {"AccountLimit": {"ConcurrentExecutions": 10}}, {})
    asked = {"CompatibleRuntime": "python3.14", "MaxItems": 1}
    session.stub.add_response("list_layers", {"Layers": []}, asked)
    session.stub.add_client_error("list_layers", "ValidationException", "Member must satisfy enum value set")
    session.stub.add_client_error("list_layers", "AccessDeniedException")
    with session.stub:
        account = AwsAccount(session)  # pyright: ignore[reportArgumentType]
        assert (account.concurrency(), account.knows_runtime(), account.knows_runtime()) == (10, True, False)
        with pytest.raises(ClientError):
            account.knows_runtime()


def test_the_time_of_aws_is_that_of_its_answer() -> None:
    session = Stubbed("sts")
    headers = {"HTTPHeaders": {"date": "Sat, 21 Nov 2026 09:00:00 GMT"}}
    answer = {"Account": "1", "Arn": "arn:aws:iam::1:user/mia", "UserId": "U", "ResponseMetadata": headers}
    session.stub.add_response("get_caller_identity", answer, {})
    with session.stub:
        caller = AwsAccount(session).caller()  # pyright: ignore[reportArgumentType]
    assert caller.aws_time == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_bedrock_is_asked_about_the_model_behind_a_profile() -> None:
    session = Stubbed("bedrock")
    good = {
        "agreementAvailability": {"status": "AVAILABLE"},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
        "modelId": "amazon.nova-lite-v1:0",
    }
    arn = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
    profile: dict[str, Any] = {
        "inferenceProfileName": "nova",
        "inferenceProfileArn": f"arn:aws:bedrock:eu-west-1:{1:012}:inference-profile/eu.amazon.nova-lite-v1:0",
        "models": [{"modelArn": arn}],
        "inferenceProfileId": "eu.amazon.nova-lite-v1:0",
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }
    asked = {"inferenceProfileIdentifier": "eu.amazon.nova-lite-v1:0"}
    session.stub.add_response("get_inference_profile", profile, asked)
    session.stub.add_response("get_foundation_model_availability", good, {"modelId": "amazon.nova-lite-v1:0"})
    session.stub.add_client_error("get_foundation_model_availability", "ResourceNotFoundException")
    with session.stub:
        (known,) = look_at_reader(session, "eu.amazon.nova-lite-v1:0")  # pyright: ignore[reportArgumentType]
        (unknown,) = look_at_reader(session, "amazon.no-such-model")  # pyright: ignore[reportArgumentType]
    assert (known.level, unknown.level) == (Level.OK, Level.WARNING)


# ---------------------------------------------------------------------------------------------------------------- X


def finding_of(api: XApi, token: str = "") -> Finding:
    try:
        (found,) = x.check_usage(x.read_usage(api.url, token or api.token))
    except x.XRefusalError as error:
        (found,) = x.check_refusal(error)
    return found


def test_the_token_is_tried_where_it_costs_nothing() -> None:
    with XApi(handles=["NimbusAir"]) as api:
        assert (
            finding_of(api).what
            == "X takes it, and counts 0 of 2,000,000 posts that this project may read in its month"
        )
        assert finding_of(api, "another").level is Level.FAILURE
        assert {call.path for call in api.calls} == {"/2/usage/tweets"}
        api.cap = 0
        assert finding_of(api).level is Level.OK


@pytest.mark.parametrize(
    ("fault", "level"),
    [
        (OUT_OF_CREDIT, Level.FAILURE),
        (FORBIDDEN, Level.FAILURE),
        (RATE_LIMITED, Level.OK),
        (SERVER_ERROR, Level.WARNING),
        (NOT_JSON, Level.WARNING),
        (XFault(200, b"[]"), Level.WARNING),
        (XFault(302, b"", {"Location": "https://example.com"}), Level.WARNING),
    ],
)
def test_what_x_answers_is_told_apart(fault: XFault, level: Level) -> None:
    with XApi() as api:
        api.inject(fault)
        assert finding_of(api).level is level


@pytest.mark.parametrize(("read", "cap", "level"), [(79, 100, "ok"), (80, 100, "warning"), (100, 100, "failure")])
def test_the_cap_of_x_warns_before_it_is_reached(read: int, cap: int, level: str) -> None:
    (found,) = x.check_usage(x.Usage(read, cap))
    assert found.level == level


def test_an_x_that_breaks_off_is_named_without_the_token() -> None:
    with XApi() as api:
        api.inject(RESET)
        with pytest.raises(EarshotError, match="X does not answer") as caught:
            x.read_usage(api.url, "a-secret-token")
    assert "a-secret-token" not in str(caught.value)


def test_a_handle_is_looked_up_by_one_read() -> None:
    with XApi(handles=["NimbusAir"]) as api:
        assert x.account_exists(api.url, api.token, "NimbusAir")
        assert not x.account_exists(api.url, api.token, "NimbusAirr")
        assert len(api.calls) == 2


def test_the_checks_run_at_once() -> None:
    met = Barrier(AT_ONCE, timeout=10)

    def waits() -> list[Finding]:
        met.wait()  # broken, and so a failure, where they come one after the other
        return [ok("it", "met")]

    found = list(examine([Check("it", waits)] * AT_ONCE))
    assert [one.level for one in found] == [Level.OK] * AT_ONCE
