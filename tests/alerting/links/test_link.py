"""Action links: short, the same for a retry, and valid only for what they were made for."""

from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from earshot.alerting.alert import Channel, alert_name
from earshot.alerting.links.link import LINK_LASTS, create_link, id_of, token_of
from earshot.alerting.links.signing_secret import MAX_AGE, MIN_AGE, SigningSecret
from earshot.errors import LinkError
from tests.fakes import CASE, FakeClock, MemoryStore, changed
from tests.links_fakes import a_ladder_case

SECRET, BEFORE, FOREIGN = b"s" * 64, b"t" * 64, b"u" * 64
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CLOCK = FakeClock()


def a_link(secret=SECRET, key=CASE, step=1, channel=Channel.SMS, audience="rung 1", **changes):
    case = changed(a_ladder_case(MemoryStore()), **changes)
    return create_link(secret, key, case, alert_name(case, step, channel), step, audience, CLOCK())


def test_a_token_is_short_and_nothing_but_letters_and_digits():
    token = token_of(a_link().id, SECRET)
    assert len(token) == 22
    assert token.isascii()
    assert token.isalnum()


def test_a_retry_sends_the_same_link_and_every_other_alert_another():
    started = a_ladder_case(MemoryStore()).ladder.started_at
    others = [
        a_link(),
        a_link(channel=Channel.EMAIL),
        a_link(step=2),
        a_link(key="x-2-7-nimbusair"),
        a_link(audience="rung 2"),
        a_link(secret=BEFORE),
        a_link(ladder__started_at=started + timedelta(hours=1)),
    ]
    assert a_link().id == others[0].id
    assert len({link.id for link in others}) == len(others)


def test_a_link_says_what_it_is_bound_to_and_for_how_long():
    link = a_link(audience="rung 2")
    assert (link.conversation, link.recipients, link.step) == (CASE, "rung 2", 1)
    assert link.expires_at == CLOCK() + LINK_LASTS


@given(st.binary(min_size=32, max_size=64), st.text(LETTERS, min_size=11, max_size=11))
def test_what_was_signed_is_read_and_what_was_signed_elsewhere_is_not(secret, link_id):
    token = token_of(link_id, secret)
    assert id_of(token, (secret,)) == link_id
    assert id_of(token, (FOREIGN, secret)) == link_id
    assert id_of(token, (FOREIGN,)) is None
    assert id_of(token, ()) is None


@given(st.integers(0, 21), st.sampled_from(LETTERS))
def test_a_token_with_one_letter_changed_is_forged(place, letter):
    token = token_of(a_link().id, SECRET)
    forged = token[:place] + letter + token[place + 1 :]
    assert (id_of(forged, (SECRET,)) is None) == (forged != token)


@given(st.text(max_size=40) | st.sampled_from([token_of("0" * 11, SECRET) + "\n", token_of("0" * 11, SECRET) + "x"]))
def test_whatever_else_stands_there_is_no_token(text):
    assert id_of(text, (SECRET,)) is None


# ----------------------------------------------------------------------------------------------------------- secret


@pytest.fixture
def manager(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="eu-west-1")


def test_after_a_rotation_the_secret_before_is_given_as_well(manager):
    clock = FakeClock()
    manager.create_secret(Name="links", SecretString="a" * 64)
    secret = SigningSecret(manager, "links", clock)
    assert secret() == (b"a" * 64,)
    manager.put_secret_value(SecretId="links", SecretString="b" * 64)
    assert secret() == (b"a" * 64,)
    clock.advance(seconds=MAX_AGE.total_seconds())
    assert secret() == (b"b" * 64, b"a" * 64)


def test_a_secret_asked_for_anew_is_read_again_but_not_for_everybody_who_tries_tokens(manager):
    clock = FakeClock()
    manager.create_secret(Name="links", SecretString="a" * 64)
    secret = SigningSecret(manager, "links", clock)
    secret()
    manager.put_secret_value(SecretId="links", SecretString="b" * 64)
    assert secret(fresh=True) == (b"a" * 64,)
    clock.advance(seconds=MIN_AGE.total_seconds())
    assert secret(fresh=True)[0] == b"b" * 64


@pytest.mark.parametrize("text", [None, "short"])
def test_a_secret_that_cannot_serve_is_named_with_its_remedy(manager, text):
    manager.create_secret(Name="links", **({"SecretString": text} if text else {}))
    with pytest.raises(LinkError, match=r"links .*put-secret-value") as raised:
        SigningSecret(manager, "links", FakeClock())()
    assert "short" not in str(raised.value)


def test_a_secret_that_cannot_be_read_is_named_and_asked_for_again(manager, monkeypatch):
    secret = SigningSecret(manager, "links", FakeClock())

    def down(**_):
        raise EndpointConnectionError(endpoint_url="https://secretsmanager.example")

    with monkeypatch.context() as patch:
        patch.setattr(manager, "get_secret_value", down)
        with pytest.raises(LinkError, match="links could not be read"):
            secret()
    manager.create_secret(Name="links", SecretString="a" * 64)
    assert secret() == (b"a" * 64,)
