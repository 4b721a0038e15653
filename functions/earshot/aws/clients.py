"""The AWS clients of the functions: one of each service, made when it is first needed, all with the same limits."""

import math
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import botocore.loaders
import botocore.session
from botocore.config import Config

from earshot.aws.circuit import Circuit
from earshot.aws.guard import Limits, guard

if TYPE_CHECKING:
    from types_boto3_bedrock_runtime import BedrockRuntimeClient
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_comprehend import ComprehendClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

# What ``Clients.publisher`` asks of SNS has limits of its own.
_PUBLISHER = "publisher"

# botocore waits 60 s for an answer, which is as long as most functions may run; and API Gateway gives up at 30 s. What
# is left in reserve is for the table and the queue, where a run says how far it has come: the table comes last.
LIMITS: Mapping[str, Limits] = {
    "dynamodb": Limits(reserve=2),
    "sqs": Limits(reserve=5),
    "sns": Limits(reserve=12),
    # A message that SNS accepted and whose answer was lost is sent once more by each further attempt.
    _PUBLISHER: Limits(reserve=12, attempts=1),
    # Optional: alerts go out without a link, posts are judged without sentiment and without a second opinion. Only the
    # fetcher and the deliverer cannot do without their secrets, and try again with their next run.
    "secretsmanager": Limits(connect=1, read=3, total=4, reserve=12, is_optional=True),
    "comprehend": Limits(connect=1, read=3, total=4, reserve=30, is_optional=True),
    # A language model writes for seconds before it answers. The reader itself ends a wait that is too long.
    "bedrock-runtime": Limits(connect=2, read=12, total=14, attempts=2, reserve=20, is_optional=True),
    # An account that is changed takes several requests, and a person waits for it.
    "cognito-idp": Limits(connect=2, read=8, total=10, reserve=2),
}
MODEL_ATTEMPTS = LIMITS["bedrock-runtime"].attempts

# Gives the client of a service ("dynamodb"), with a ``config`` if one is named: boto3's, or that of the embedded cloud.
MakeClient = Callable[..., Any]


def config_of(service: str) -> Config:
    """botocore's configuration for the client of a service."""
    limits = LIMITS.get(service, Limits())
    retries: Any = {"mode": "standard", "total_max_attempts": limits.attempts}
    timeouts: Any = {"connect_timeout": limits.connect, "read_timeout": limits.read}
    # Checking each part of each item takes a fifth of a request's processor time. The types of ours are checked, and
    # DynamoDB checks them again.
    return Config(retries=retries, parameter_validation=service != "dynamodb", **timeouts)


def make_client(service: str, config: Config | None = None) -> Any:
    """A client with ``config``, else with the limits of its service.

    It is botocore's: boto3 would make the same one, and loads as much again that is not used here. A program that has
    loaded boto3, as a replay does, finds it in boto3's default session.
    """
    boto3: Any = sys.modules.get("boto3")
    make = _session().create_client if boto3 is None else boto3.client
    return make(service, config=config or config_of(service))


class _Loader(botocore.loaders.Loader):
    """Loads the descriptions of the services. botocore's looks into each of 400 folders for which there are, and reads
    a megabyte about the endpoints of all of them, though each service's own rules decide where it is.
    """

    def list_available_services(self, type_name: str) -> list[str]:
        """Those that are used here."""
        return list(LIMITS)

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """A description, and where it lies: of ``endpoints``, what is true of every service of a partition."""
        if name != "endpoints":
            return super().load_data_with_path(name)
        known, path = super().load_data_with_path("partitions")
        return {"version": 3, "partitions": [_endpoints_of(partition) for partition in known["partitions"]]}, path


def _endpoints_of(partition: Mapping[str, Any]) -> dict[str, Any]:
    """A partition of ``partitions.json`` in the form of ``endpoints.json``, without exceptions for single services."""
    outputs = partition["outputs"]
    host, fips = "{service}.{region}.{dnsSuffix}", "{service}-fips.{region}.{dnsSuffix}"
    single, dual = outputs["dnsSuffix"], outputs["dualStackDnsSuffix"]
    variants = [
        {"tags": ["fips"], "hostname": fips, "dnsSuffix": single},
        {"tags": ["dualstack", "fips"], "hostname": fips, "dnsSuffix": dual},
        {"tags": ["dualstack"], "hostname": host, "dnsSuffix": dual},
    ]
    return {
        "partition": partition["id"],
        "partitionName": partition["id"],
        "dnsSuffix": single,
        "regionRegex": partition["regionRegex"],
        "regions": partition["regions"],
        "defaults": {"hostname": host, "protocols": ["https"], "signatureVersions": ["v4"], "variants": variants},
        "services": {},
    }


@cache
def _session() -> botocore.session.Session:
    session = botocore.session.get_session()
    session.register_component("data_loader", _Loader())
    return session


def _for_ever() -> float:
    return math.inf


def _say_nothing(service: str, reason: str | None) -> None:
    """Nobody is told of circuits."""


class _MadeWhenUsed:
    """A client that is made when its first attribute is asked for. Whoever is wired with it need not use it."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = cache(make)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)


class Clients:
    """The clients of one function. Each is made once, and only if it is used: the table's, which every function uses,
    at once, for then Lambda lends a whole processor.

    ``time_left`` are the seconds that are left of the invocation; no client waits longer. ``on_circuit`` is told of a
    service that is not asked for a while with the reason, and with None when it answers again.
    """

    def __init__(
        self,
        make: MakeClient,
        clock: Callable[[], datetime],
        time_left: Callable[[], float] = _for_ever,
        on_circuit: Callable[[str, str | None], None] = _say_nothing,
    ) -> None:
        self._make = make
        self._clock = clock
        self._time_left = time_left
        self._on_circuit = on_circuit
        self._made: dict[str, Any] = {}

    @property
    def dynamodb(self) -> "DynamoDBClient":
        """Amazon DynamoDB."""
        return self._client("dynamodb")

    @property
    def sns(self) -> "SNSClient":
        """Amazon SNS."""
        return self._client("sns")

    @property
    def publisher(self) -> "SNSClient":
        """Amazon SNS for messages: each is handed over in one attempt."""
        return self._guarded("sns", _PUBLISHER, lambda: self._make("sns", config=config_of(_PUBLISHER)))

    @property
    def sqs(self) -> "SQSClient":
        """Amazon SQS."""
        return self._client("sqs")

    @property
    def secretsmanager(self) -> "SecretsManagerClient":
        """AWS Secrets Manager."""
        return self._client("secretsmanager")

    @property
    def comprehend(self) -> "ComprehendClient":
        """Amazon Comprehend."""
        return self._client("comprehend")

    @property
    def cognito(self) -> "CognitoIdentityProviderClient":
        """Amazon Cognito's user pools."""
        return self._client("cognito-idp")

    @property
    def bedrock(self) -> "BedrockRuntimeClient":
        """The models of Amazon Bedrock."""
        return self._client("bedrock-runtime")

    def _client(self, service: str) -> Any:
        return self._guarded(service, service, lambda: self._make(service))

    def _guarded(self, service: str, name: str, make: Callable[[], Any]) -> Any:
        def guarded() -> Any:
            limits, client = LIMITS.get(name, Limits()), make()
            circuit = Circuit(self._clock, partial(self._on_circuit, service)) if limits.is_optional else None
            guard(client, service, limits, self._time_left, circuit)
            return client

        if name not in self._made:
            self._made[name] = guarded() if service == "dynamodb" else _MadeWhenUsed(guarded)
        return self._made[name]
