"""The bearer token, on both stand-ins for Secrets Manager."""

from collections.abc import Callable
from typing import Any

import pytest

from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.x.token import XToken
from tests.fakes import FakeClock, unused


@pytest.fixture
def secrets(client_of: Callable[[str], Any]) -> Any:
    return client_of("secretsmanager")


def test_the_token_is_kept_for_five_minutes_or_until_asked_afresh(secrets: Any) -> None:
    clock, name = FakeClock(), unused("x")
    secrets.create_secret(Name=name, SecretString='{"bearer_token": "first"}')
    token = XToken(secrets, name, clock)
    assert token() == "first"
    secrets.put_secret_value(SecretId=name, SecretString='{"bearer_token": " second\\n"}')
    assert token() == "first"
    assert token(fresh=True) == "second"
    secrets.put_secret_value(SecretId=name, SecretString='{"bearer_token": "third"}')
    clock.advance(minutes=5)
    assert token() == "third"


BROKEN = (None, "", "token", "[]", "{}", '{"bearer_token": ""}', '{"bearer_token": 7}', '{"bearer_token": "qqq zzz"}')


@pytest.mark.parametrize("value", BROKEN)
def test_a_secret_that_holds_no_token_is_named_with_the_remedy_and_not_shown(secrets: Any, value: str | None) -> None:
    name = unused("earshot/x")
    secrets.create_secret(Name=name, **({"SecretString": value} if value else {}))
    with pytest.raises(SourceError, match=f"put-secret-value --secret-id {name}") as raised:
        XToken(secrets, name, FakeClock())()
    assert raised.value.status is SourceStatus.UNAUTHORISED
    assert "qqq zzz" not in str(raised.value)


def test_a_secret_that_does_not_exist_is_named(secrets: Any) -> None:
    with pytest.raises(SourceError, match="earshot/x"):
        XToken(secrets, "earshot/x", FakeClock())()
