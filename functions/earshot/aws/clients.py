"""The boto3 clients of the functions: one of each service, made when it is first needed, all with the same limits."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_bedrock_runtime import BedrockRuntimeClient
    from types_boto3_comprehend import ComprehendClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

# Seconds. botocore waits 60 s for an answer, which is as long as most functions may run; and API Gateway gives up at
# 30 s. Three attempts of 7 s each leave the fetcher, the shortest, time to save its checkpoint.
CLIENT_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})

# A language model writes for seconds before it answers. The reader itself ends a wait that is too long for its batch.
MODEL_ATTEMPTS = 2
_MODEL_CONFIG = Config(
    connect_timeout=2, read_timeout=12, retries={"mode": "standard", "total_max_attempts": MODEL_ATTEMPTS}
)
_CONFIGS = {"bedrock-runtime": _MODEL_CONFIG}

# A message that SNS accepted and whose answer was lost is sent once more by each further attempt.
_ONCE = CLIENT_CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))

# Gives the client of a service ("dynamodb"), with a ``config`` if one is named: boto3's, or that of the embedded cloud.
MakeClient = Callable[..., Any]


def make_client(service: str, config: Config | None = None) -> Any:
    """A client of boto3's default session with ``config``, else ``CLIENT_CONFIG`` or what its service needs."""
    # boto3's stubs know one overload for each service that is installed, and no plain text.
    return cast(Any, boto3).client(service, config=config or _CONFIGS.get(service, CLIENT_CONFIG))


class Clients:
    """The clients of one function. Each is made once, and only if it is used."""

    def __init__(self, make: MakeClient = make_client) -> None:
        self._make = make
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
        if "publisher" not in self._made:
            self._made["publisher"] = self._make("sns", config=_ONCE)
        return self._made["publisher"]

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
    def bedrock(self) -> "BedrockRuntimeClient":
        """The models of Amazon Bedrock."""
        return self._client("bedrock-runtime")

    def _client(self, service: str) -> Any:
        if service not in self._made:
            self._made[service] = self._make(service)
        return self._made[service]
