"""Where the clients send their requests: to the addresses that botocore finds in its list of all endpoints."""

import sys
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest

from earshot.aws.clients import LIMITS, _session, config_of, make_client

pytestmark = pytest.mark.slow

# A question to each service, and what it must say.
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("list_tables", {}),
    "sqs": ("list_queues", {}),
    "sns": ("list_topics", {}),
    "secretsmanager": ("list_secrets", {}),
    "comprehend": ("detect_sentiment", {"Text": "a", "LanguageCode": "en"}),
    "cognito-idp": ("list_user_pools", {"MaxResults": 1}),
    "bedrock-runtime": ("converse", {"modelId": "a", "messages": []}),
}
# Of the partitions that anybody can use, and of a closed one; and a region that is newer than botocore.
REGIONS = [
    "us-east-1",
    "cn-north-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "eusc-de-east-1",
    "eu-north-9",
]


@pytest.fixture
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A function has not loaded boto3."""
    monkeypatch.delitem(sys.modules, "boto3")
    yield
    _session.cache_clear()


def address(client: Any, service: str) -> tuple[str, str]:
    """The host that is asked, and the scope of the signature: region and service."""
    operation, asked = ASKED[service]
    url = urlsplit(client.generate_presigned_url(operation, asked))
    return url.netloc, parse_qs(url.query)["X-Amz-Credential"][0].partition("/")[2]


def test_each_service_is_asked() -> None:
    assert ASKED.keys() == LIMITS.keys() - {"publisher"}


@pytest.mark.usefixtures("_alone")
@pytest.mark.parametrize(
    ("region", "variant"),
    [
        *((region, "") for region in REGIONS),
        *product(("us-east-1", "us-gov-west-1"), ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT")),
    ],
)
def test_a_client_asks_where_botocore_would_ask(region: str, variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if variant:
        monkeypatch.setenv(variant, "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    # What a function asks for the region, which it does not change, is kept.
    _session.cache_clear()
    plain = botocore.session.get_session()
    for service in ASKED:
        theirs = plain.create_client(service, config=config_of(service))
        assert address(make_client(service), service) == address(theirs, service), service
