"""What AWS says of the account and of the region: the facts for account.py, region.py and sms.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any, cast

import botocore.session
from botocore.exceptions import ClientError, UnknownRegionError

from infra.aws_session import AwsSession
from infra.ops.doctor.checks.account import Caller
from infra.ops.doctor.checks.region import BEDROCK, COMPREHEND, REQUIRED, SMS, RegionFacts
from infra.ops.doctor.checks.sms import SmsAccount

RUNTIME = "python3.14"
_UNKNOWN_VALUE = ("ValidationException", "InvalidParameterValueException")


class SharedSession:
    """A session that several threads may ask for clients: a boto3 session makes one client at a time."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session
        self._lock = Lock()

    def client(self, service_name: Any, **options: Any) -> Any:
        """A client, as the session makes it. Clients themselves may be shared."""
        with self._lock:
            return cast(Any, self._session).client(service_name, **options)


def region_facts(region: str) -> RegionFacts:
    """What botocore's list of endpoints says of a region; nothing is asked of AWS."""
    session = botocore.session.get_session()
    try:
        partition = session.get_partition_for_region(region)
    except UnknownRegionError:
        return RegionFacts(region, None, {})
    services = (*REQUIRED, COMPREHEND, BEDROCK, SMS)
    offered = {service: frozenset(session.get_available_regions(service, partition)) for service in services}
    return RegionFacts(region, partition, offered)


class AwsAccount:
    """Asks the account in the region of ``session``. Every method raises ClientError and BotoCoreError."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    @property
    def region(self) -> str:
        """The region that the credentials are used in."""
        return self._session.client("sts").meta.region_name

    def caller(self) -> Caller:
        """Who asks, and AWS's clock."""
        answer = cast("Mapping[str, Any]", self._session.client("sts").get_caller_identity())
        stated = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        return Caller(answer["Account"], answer["Arn"], parsedate_to_datetime(stated) if stated else None)

    def concurrency(self) -> int:
        """How many functions Lambda runs at once."""
        limit = self._session.client("lambda").get_account_settings().get("AccountLimit", {})
        return int(limit.get("ConcurrentExecutions", 0))

    def knows_runtime(self) -> bool:
        """Whether Lambda knows the runtime of the functions: it refuses to list layers for one that it does not."""
        try:
            self._session.client("lambda").list_layers(CompatibleRuntime=RUNTIME, MaxItems=1)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _UNKNOWN_VALUE:
                return False
            raise
        return True

    def sms(self) -> SmsAccount:
        """The sandbox, the limit and the senders."""
        sns = self._session.client("sns")
        in_sandbox = bool(sns.get_sms_sandbox_account_status()["IsInSandbox"])
        limit = sns.get_sms_attributes(attributes=["MonthlySpendLimit"]).get("attributes", {}).get("MonthlySpendLimit")
        numbers = _pages(sns.list_sms_sandbox_phone_numbers, "PhoneNumbers") if in_sandbox else iter(())
        verified = frozenset(one["PhoneNumber"] for one in numbers if one.get("Status") == "Verified")
        senders = frozenset(
            one.get("Iso2CountryCode", "")
            for one in _pages(sns.list_origination_numbers, "PhoneNumbers")
            if "SMS" in one.get("NumberCapabilities", ())
        )
        return SmsAccount(in_sandbox, verified, float(limit) if limit else None, senders)

    def sms_log_role(self) -> str | None:
        """The ARN of the role with which SNS logs what became of SMS, all those of the account; None for none."""
        asked = ["DeliveryStatusIAMRole"]
        found = self._session.client("sns").get_sms_attributes(attributes=asked).get("attributes", {})
        # Empty where somebody has set it to nothing, as to switch it off.
        return found.get(asked[0]) or None

    def has_role(self, arn: str) -> bool:
        """Whether there is a role."""
        # Not typed: the other services' types are installed, and this one's are not.
        iam: Any = cast("Any", self._session).client("iam")
        try:
            iam.get_role(RoleName=arn.rpartition("/")[2])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchEntity":
                return False
            raise
        return True

    def opted_out(self, phone: str) -> bool:
        """Whether the owner of a number answered STOP."""
        return bool(self._session.client("sns").check_if_phone_number_is_opted_out(phoneNumber=phone)["isOptedOut"])


def _pages(operation: Callable[..., Any], key: str) -> Iterator[Mapping[str, Any]]:
    """Everything that an operation lists, page by page."""
    token: str | None = None
    while True:
        answer = operation(**({"NextToken": token} if token else {}))
        yield from answer.get(key, ())
        token = answer.get("NextToken")
        if not token:
            return
