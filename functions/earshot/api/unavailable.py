"""Services of AWS that are out: a request that meets one is answered 503, since asking again later helps."""

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as ServiceConnectionError

from earshot.aws.guard import CircuitOpenError, UnansweredError
from earshot.errors import EarshotError, OutOfTimeError

# A table that hangs is back within minutes, or not for long.
RETRY_AFTER_SECONDS = 30
# What a service that is out may raise: ``is_outage`` tells. TimeoutError: DynamoDB left items unread under load.
SERVICE_ERRORS = (BotoCoreError, ClientError, TimeoutError)
_NOT_ANSWERED = (
    TimeoutError,
    HTTPClientError,
    ServiceConnectionError,
    OutOfTimeError,
    UnansweredError,
    CircuitOpenError,
)
_TOO_BUSY = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
    }
)


class UnavailableError(EarshotError):
    """A service of AWS did not answer, or is too busy."""

    def __init__(self, *, may_have_acted: bool) -> None:
        unknown = " Whether your change was made is not known: read it again before you repeat it."
        super().__init__(
            "Earshot cannot reach its data at the moment: try again in half a minute." + unknown * may_have_acted
        )


def is_outage(error: BotoCoreError | ClientError | TimeoutError) -> bool:
    """Whether a service is out; everything else, such as a missing permission, is a fault of this deployment."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or error.response.get("Error", {}).get("Code") in _TOO_BUSY
    return isinstance(error, _NOT_ANSWERED)
