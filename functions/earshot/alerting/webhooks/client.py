"""An HTTP client for webhooks, based on urllib3: with timeouts, checked certificates, and without redirects."""

import logging
from collections.abc import Mapping

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, ReadTimeoutError, SSLError

from earshot.alerting.webhooks.delivery import NoAnswerError, UnreachableError, WebhookResponse
from earshot.aws.time_limit import TimeLimitError, call_within

# Seconds to connect (just above TCP's first retransmission) and between two packets of the answer.
CONNECT_SECONDS, READ_SECONDS = 3.05, 10.0
# For a whole request: a target that sends a byte of its answer now and then would hold up the whole function.
TOTAL_SECONDS = 13.5

# At DEBUG, urllib3 logs the path of every request, which for Slack and Teams is the credential. It must never do that,
# whatever the level.
logging.getLogger("urllib3.connectionpool").addFilter(lambda record: record.levelno > logging.DEBUG)


class WebhookClient:
    """Sends single requests, from any thread. The caller decides whether to retry."""

    def __init__(
        self,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._total_seconds = total_seconds
        timeout = urllib3.Timeout(connect=connect_seconds, read=read_seconds)
        # urllib3 reads no proxy from the environment. A redirect would send an alert to a host that no operator named.
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False, cert_reqs="CERT_REQUIRED")

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        """The target's answer. UnreachableError where there is none, NoAnswerError where none came in time.

        Neither quotes the address.
        """

        def request() -> urllib3.BaseHTTPResponse:
            # The body is not needed. It is not read, so it can neither be endless nor end up in a log.
            return self._pool.request(
                "POST", url, body=content, headers=dict(headers), redirect=False, preload_content=False
            )

        try:
            answer = call_within(self._total_seconds, request)
        except (ReadTimeoutError, TimeLimitError):
            raise NoAnswerError("did not answer in time") from None
        except HTTPError as error:
            raise UnreachableError(_problem(error)) from None
        answer.close()
        return WebhookResponse(answer.status, answer.headers.get("Retry-After"))


def _problem(error: HTTPError) -> str:
    # In urllib3, a refused connection and an unknown host name are subclasses of this timeout.
    if isinstance(error, ConnectTimeoutError):
        return "could not be connected to"
    if isinstance(error, SSLError):
        return "has a certificate that is not trusted"
    return f"broke the connection ({type(error).__name__})"
