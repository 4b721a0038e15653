"""A session whose clients all lead to one address on this machine."""

from typing import Any, cast

import boto3
import botocore.session

from infra.aws_session import AwsSession
from infra.local.engine.direct_line import DirectLine


class _LoopbackSession:
    def __init__(self, session: boto3.Session, url: str) -> None:
        self._session: Any = session
        self._url = url

    def client(self, service_name: str, **options: object) -> Any:
        return self._session.client(service_name, endpoint_url=self._url, **options)


class _KeptClients:
    def __init__(self, session: AwsSession) -> None:
        self._session: Any = session
        self._kept: dict[str, Any] = {}

    def client(self, service_name: str, **options: object) -> Any:
        if options:
            return self._session.client(service_name, **options)
        if service_name not in self._kept:
            self._kept[service_name] = self._session.client(service_name)
        return self._kept[service_name]


def kept_clients(session: AwsSession) -> AwsSession:
    """One client of each service, which is kept: to make one takes longer than most of what it is then asked.

    With options it is made anew. Whoever registers handlers on a client takes one of the session's, each its own.
    """
    return cast("AwsSession", _KeptClients(session))


def loopback_session(url: str, region: str, account: str, line: DirectLine) -> AwsSession:
    """A session for the emulator at ``url``, apart from boto3's default session and from the caller's profile.

    Its requests take ``line`` where that leads anywhere. On the default session the functions' own calls are counted,
    and a profile may lead to a real account.
    """
    session = line.session(
        botocore.session.Session(session_vars={"profile": (None, None, None, None)}),
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="embedded",  # noqa: S106 - it opens nothing
    )
    return cast("AwsSession", _LoopbackSession(session, url))
