"""What the tools need of a boto3 session: a typed client for each service that they use.

boto3's own type stubs know a hundred services, of which only these are installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, cast, overload

if TYPE_CHECKING:
    from botocore.config import Config
    from types_boto3_bedrock_runtime import BedrockRuntimeClient
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_comprehend import ComprehendClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient
    from types_boto3_sts import STSClient


class AwsSession(Protocol):
    """Makes clients; a boto3 session is one."""

    @overload
    def client(self, service_name: Literal["bedrock-runtime"], *, config: Config) -> BedrockRuntimeClient: ...
    @overload
    def client(
        self, service_name: Literal["cloudformation"], *, config: Config | None = None
    ) -> CloudFormationClient: ...
    @overload
    def client(self, service_name: Literal["cognito-idp"]) -> CognitoIdentityProviderClient: ...
    @overload
    def client(self, service_name: Literal["comprehend"]) -> ComprehendClient: ...
    @overload
    def client(self, service_name: Literal["dynamodb"]) -> DynamoDBClient: ...
    @overload
    def client(self, service_name: Literal["dynamodbstreams"]) -> DynamoDBStreamsClient: ...
    @overload
    def client(self, service_name: Literal["lambda"]) -> LambdaClient: ...
    @overload
    def client(self, service_name: Literal["s3"]) -> S3Client: ...
    @overload
    def client(self, service_name: Literal["secretsmanager"]) -> SecretsManagerClient: ...
    @overload
    def client(self, service_name: Literal["sns"]) -> SNSClient: ...
    @overload
    def client(self, service_name: Literal["sqs"]) -> SQSClient: ...
    @overload
    def client(self, service_name: Literal["sts"], *, config: Config | None = None) -> STSClient: ...


def caller_session(region: str | None = None) -> AwsSession:
    """A session with the caller's credentials and profile, in ``region`` or theirs.

    BotoCoreError where the profile does not exist.
    """
    import os

    import boto3
    import botocore.session
    from botocore.config import Config

    core = botocore.session.Session()
    # botocore waits 60 s for each of five attempts. A client that needs more says so.
    core.set_default_client_config(
        Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
    )
    # The AWS CLI and the SDKs of other languages read AWS_REGION first; botocore does not know it.
    wanted = region or os.environ.get("AWS_REGION") or None
    return cast("AwsSession", boto3.Session(botocore_session=core, region_name=wanted))


def caller_name(session: AwsSession) -> str:
    """The name of the user, or of the role's session, that the credentials belong to: no permission is needed."""
    arn = session.client("sts").get_caller_identity()["Arn"]
    return arn.rpartition("/")[2].rpartition(":")[2]


def by_command(session: AwsSession) -> str:
    """Who runs a command, as the log of changes names them."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return f"{caller_name(session)} by command"
    except (ClientError, BotoCoreError):
        # The change itself may be allowed: the log then says only how it was made.
        return "by command"
