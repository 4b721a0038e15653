"""The bearer token from Secrets Manager, on moto."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from earshot.mentions.state import SourceError, SourceStatus
from earshot.mentions.x_secret import XSecret
from tests.fakes import FakeClock


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="eu-west-1")


def test_the_token_is_kept_for_five_minutes_or_until_asked_afresh(secrets: Any) -> None:
    clock = FakeClock()
    secrets.create_secret(Name="x", SecretString='{"bearer_token": "first"}')
    token = XSecret(secrets, "x", clock)
    assert token() == "first"
    secrets.put_secret_value(SecretId="x", SecretString='{"bearer_token": " second\\n"}')
    assert token() == "first"
    assert token(fresh=True) == "second"
    secrets.put_secret_value(SecretId="x", SecretString='{"bearer_token": "third"}')
    clock.advance(minutes=5)
    assert token() == "third"


BROKEN = (None, "", "token", "[]", "{}", '{"bearer_token": ""}', '{"bearer_token": 7}', '{"bearer_token": "qqq zzz"}')


@pytest.mark.parametrize("value", BROKEN)
def test_a_secret_that_holds_no_token_is_named_with_the_remedy_and_not_shown(secrets: Any, value: str | None) -> None:
    secrets.create_secret(Name="earshot/x", **({"SecretString": value} if value else {}))
    with pytest.raises(SourceError, match="put-secret-value --secret-id earshot/x") as raised:
        XSecret(secrets, "earshot/x", FakeClock())()
    assert raised.value.status is SourceStatus.UNAUTHORISED
    assert "qqq zzz" not in str(raised.value)


def test_a_secret_that_does_not_exist_is_named(secrets: Any) -> None:
    with pytest.raises(SourceError, match="earshot/x"):
        XSecret(secrets, "earshot/x", FakeClock())()
