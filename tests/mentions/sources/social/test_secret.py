"""The secret of the accounts, on moto: what an operator puts and what the fetcher keeps overwrite each other never."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.social.secret import SocialSecret
from tests.fakes import FakeClock

ACCOUNT, PASSWORD = "nimbusair.bsky.social", "abcd-efgh-ijkl-mnop"


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="eu-west-1")
        client.create_secret(Name="social")
        yield client


def secret(client: Any, unkept: list[Exception], name: str = "social") -> SocialSecret:
    return SocialSecret(client, name, FakeClock(), unkept.append)


def put(client: Any, text: str) -> None:
    client.put_secret_value(SecretId="social", SecretString=text)


def test_credentials_and_sessions_are_versions_of_one_secret(client: Any) -> None:
    held = json.dumps({"bluesky": {ACCOUNT: PASSWORD}})
    put(client, held)
    kept: list[Exception] = []
    first = secret(client, kept)
    assert (first.credential("bluesky", ACCOUNT), first.session("bluesky", ACCOUNT)) == (PASSWORD, {})
    first.keep_session("bluesky", ACCOUNT, {"access": "1"})
    first.keep_session("bluesky", "other.example", {"access": "2"})
    assert client.get_secret_value(SecretId="social")["SecretString"] == held
    put(client, json.dumps({"bluesky": {ACCOUNT: "another-password"}}))
    again = secret(client, kept)
    assert again.session("bluesky", ACCOUNT) == {"access": "1"}
    assert again.credential("bluesky", ACCOUNT) == "another-password"
    assert (first.credential("bluesky", ACCOUNT), kept) == (PASSWORD, [])  # for five minutes
    assert first.credential("bluesky", ACCOUNT, fresh=True) == "another-password"


@pytest.mark.parametrize(
    "text", ["", "[]", "no JSON", '{"bluesky": 7}', '{"bluesky": {}}', '{"bluesky": {"nimbusair.bsky.social": "a b"}}']
)
def test_a_missing_or_broken_credential_is_named_with_the_remedy(client: Any, text: str) -> None:
    if text:
        put(client, text)
    with pytest.raises(SourceError, match="earshot sources add bluesky nimbusair") as raised:
        secret(client, []).credential("bluesky", ACCOUNT)
    assert raised.value.status is SourceStatus.UNAUTHORISED


def test_a_session_that_cannot_be_kept_is_reported_and_fails_nothing(client: Any) -> None:
    unkept: list[Exception] = []
    secret(client, unkept, "missing").keep_session("bluesky", ACCOUNT, {"access": "token-that-is-secret"})
    assert len(unkept) == 1
    assert "token-that-is-secret" not in str(unkept[0])
