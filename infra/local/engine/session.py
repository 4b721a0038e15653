"""A boto3 session whose clients all lead to one address on this machine."""

from typing import TYPE_CHECKING, Any

import boto3
import botocore.session


class _LoopbackSession(boto3.Session):
    endpoint_url: str

    if not TYPE_CHECKING:  # the stubs' own overloads say which client each name gives

        def client(self, service_name: str, **options: Any) -> Any:
            return super().client(service_name, endpoint_url=self.endpoint_url, **options)


def loopback_session(url: str, region: str, account: str) -> boto3.Session:
    """A session for the emulator at ``url``, apart from boto3's default session and from the caller's profile.

    On the default session the functions' own calls are counted, and a profile may lead to a real account.
    """
    session = _LoopbackSession(
        botocore_session=botocore.session.Session(session_vars={"profile": (None, None, None, None)}),
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="embedded",  # noqa: S106 - it opens nothing
    )
    session.endpoint_url = url
    return session
