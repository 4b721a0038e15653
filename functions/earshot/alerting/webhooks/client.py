"""Posting to a webhook, by urllib3: with timeouts, certificates checked, and no redirect followed."""

import logging
from collections.abc import Mapping

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, ReadTimeoutError, SSLError

from earshot.alerting.webhooks.delivery import NoAnswerError, UnreachableError, WebhookResponse

# Seconds to connect (just above TCP's first retransmission) and between two packets of the answer.
CONNECT_SECONDS, READ_SECONDS = 3.05, 10.0

# At DEBUG urllib3 logs the path of every request, which for Slack and Teams is the credential: whatever level is set,
# never.
logging.getLogger("urllib3.connectionpool").addFilter(lambda record: record.levelno > logging.DEBUG)


class WebhookClient:
    """Sends single requests, from any thread. Whoever calls decides whether to try again."""

    def __init__(self, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS) -> None:
        timeout = urllib3.Timeout(connect=connect_seconds, read=read_seconds)
        # urllib3 reads no proxy from the environment. A redirect would send an alert to a host that nobody named.
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False, cert_reqs="CERT_REQUIRED")

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        """The status that was answered. UnreachableError where none was, SilentError where none came in time.

        Neither quotes the address.
        """
        try:
            # The answer's text is nobody's business here: it is not read, so it can neither be endless nor quote.
            answer = self._pool.request(
                "POST", url, body=content, headers=dict(headers), redirect=False, preload_content=False
            )
        except ReadTimeoutError:
            raise NoAnswerError("did not answer in time") from None
        except HTTPError as error:
            raise UnreachableError(_what_failed(error)) from None
        answer.close()
        return WebhookResponse(answer.status, answer.headers.get("Retry-After"))


def _what_failed(error: HTTPError) -> str:
    # By urllib3's classes a connection that was refused, and a name that nobody knows, are timeouts of this kind.
    if isinstance(error, ConnectTimeoutError):
        return "could not be connected to"
    if isinstance(error, SSLError):
        return "has a certificate that is not trusted"
    return f"broke the connection ({type(error).__name__})"
