"""What SNS answers to a message: whether it was certainly not sent, or whether nobody can know."""

from collections.abc import Generator
from contextlib import contextmanager

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, NoCredentialsError

from earshot.aws.guard import CallOutOfTimeError
from earshot.errors import AlertRefusedError


@contextmanager
def refusals_told_apart() -> Generator[None]:
    """Raise AlertRefusedError in place of the errors after which a message of the block was certainly not sent.

    Others pass (ClientError of the 500s, BotoCoreError): SNS may have sent it, and its answer was lost.
    """
    try:
        yield
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) < 500:
            raise AlertRefusedError(str(error)) from error
        raise
    except (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, CallOutOfTimeError) as error:
        raise AlertRefusedError(str(error)) from error
